"""Every SQL statement of `facts`: versions are added and superseded, never edited."""
