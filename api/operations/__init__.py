"""Running Voordeur: the `voordeur` command and the start of all processes."""
