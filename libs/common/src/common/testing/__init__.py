"""A pytest plugin: real PostgreSQL and NATS for every test that wants them."""
