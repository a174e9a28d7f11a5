"""Files made from forms, filed with the hash of their bytes."""
