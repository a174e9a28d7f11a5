"""SQL of the room: cases, what comes back, what nobody collected."""
