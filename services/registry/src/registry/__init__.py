"""Who people are: persons, households, dated facts, areas, imports."""
