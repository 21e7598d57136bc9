"""A resident's conversation: messages in one order, one owner at a time, and turns with the assistant."""
