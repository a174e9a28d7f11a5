"""SQL of the room: deliveries, results, reading."""
