"""Keeps personal data where it belongs: encrypted at rest, and out of the assistant."""
