"""Every SQL statement about households: their rows and timelines, and poverty lists."""
