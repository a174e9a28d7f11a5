"""Every SQL statement about people: `people`, `versions`, `records`, `searching`."""
