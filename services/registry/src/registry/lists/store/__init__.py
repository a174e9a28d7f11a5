"""Every SQL statement of intake: imports with their rows, and death notices."""
