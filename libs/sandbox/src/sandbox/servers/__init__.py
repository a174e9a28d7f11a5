"""The embedded servers and their supervisor: PostgreSQL, NATS and the application processes."""
