"""Writing forms as files, and filing them."""
