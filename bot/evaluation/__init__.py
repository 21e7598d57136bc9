"""Checks and measures what residents say and how well it is understood."""
