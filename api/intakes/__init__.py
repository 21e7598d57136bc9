"""What a resident hands over to a person, and what that person does with it."""
