"""How answers get out through services that push, and how what a resident says there comes in."""
