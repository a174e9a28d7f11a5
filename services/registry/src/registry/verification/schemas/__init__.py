"""Bodies of the routes of verification."""
