"""Alembic's entry."""

from common.database import migrations

migrations.run()
