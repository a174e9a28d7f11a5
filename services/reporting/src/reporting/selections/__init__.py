"""Who is counted and listed: each a data file, so that a figure and its list cannot differ."""
