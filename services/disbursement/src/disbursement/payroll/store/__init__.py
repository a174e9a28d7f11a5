"""SQL of the room: building, state changes, reading."""
