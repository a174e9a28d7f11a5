"""Bodies of the routes of households and of poverty lists."""
