"""The project's own Dutch spaCy pipeline, built from packages only: no model is downloaded (docs/adr/0004)."""
