"""The registry's schema: one linear chain."""
