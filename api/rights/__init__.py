"""What a resident may ask of us, and what we do unasked: see, take along, correct, erase, and let go when the term is over."""
