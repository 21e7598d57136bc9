"""What is measured, and remade by one command: `make bench`."""
