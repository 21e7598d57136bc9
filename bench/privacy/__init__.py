"""How well identifiers are found in texts of invented people, and how well look-alikes are left alone."""
