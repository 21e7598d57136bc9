"""Mails to people who work here: that there is something to do, never what. Each is a row first, so that none is lost."""
