"""What runs inside Rasa: NLU components, the Dutch language pipeline, the gateway channel, and the measuring of all that."""
