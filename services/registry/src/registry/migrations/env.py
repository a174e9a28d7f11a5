"""Alembic's entry: the common runner does the work."""

from common.database import migrations

migrations.run()
