"""Residents on Telegram: the same conversation, by another way in and out."""
