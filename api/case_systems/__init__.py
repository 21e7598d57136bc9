"""Where an intake lands besides our own store: one interface, an adapter for each kind of system, an outbox in between."""
