"""Figures beside their floors: `python -m benchmarks`."""
