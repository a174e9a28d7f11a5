"""Money that was paid and was not owed."""
