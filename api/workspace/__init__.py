"""The pages that people see: the demo site, the chat page and the professionals' workspace."""
