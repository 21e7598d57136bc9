"""How messages reach Rasa: from our own gateway only."""
