"""The monthly list: built, compared, approved by another person, sealed."""
