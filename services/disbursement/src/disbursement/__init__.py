"""Paying, and proving it to the last dong."""
