"""Every SQL statement of the quality board."""
