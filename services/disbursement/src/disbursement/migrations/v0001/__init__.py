"""Statements of the first revision, room by room, upstream first."""
