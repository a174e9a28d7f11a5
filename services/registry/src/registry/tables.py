"""The base of this service's table classes; each room's `tables.py` describes its tables."""

from __future__ import annotations

from common.database.tables import TableBase, table_registry


class Base(TableBase, registry=table_registry()):
    """Base of the table classes of this service."""
