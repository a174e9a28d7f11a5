"""What must be counted, listed and filed."""
