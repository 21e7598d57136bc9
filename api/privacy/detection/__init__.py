"""Finds direct identifiers in what people type: one file a kind, put together by `find.py`."""
