"""PostgreSQL: engine, transactions under row-level security, COPY, ids, column types, migrations."""
