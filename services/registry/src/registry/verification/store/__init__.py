"""Every SQL statement of verification."""
