"""Figures, how they are counted, and the words for their codes."""
