"""The reporting code for domestic violence and child abuse: which of its steps the professional has taken for an intake."""
