"""File formats of partners, as pure adapters."""
