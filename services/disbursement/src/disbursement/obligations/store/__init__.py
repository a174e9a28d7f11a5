"""SQL of the room: levels, what was paid, what is owed, states."""
