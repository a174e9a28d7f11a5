"""Schema of the reporting database: one linear chain."""
