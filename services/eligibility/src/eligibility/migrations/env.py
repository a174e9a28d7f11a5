"""Alembic's entry: the common runner does the rest."""

from common.database.migrations import run

run()
