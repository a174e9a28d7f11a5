"""Messages of partners as they arrive: read from bytes, every line judged on its own."""
