"""Benefits that are given once: each a function over a frame of claims, and its explanation."""
