"""The SQLAlchemy engine over asyncpg, with limits that keep a stuck statement from staying."""

from __future__ import annotations

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

SERVER_SETTINGS = {
    "timezone": "Asia/Ho_Chi_Minh",
    "statement_timeout": "120s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "transaction_timeout": "600s",
}
"""Per connection. Long work is cut into transactions that stay far below these."""


def make_engine(url: str, *, pool_size: int, name: str) -> AsyncEngine:
    """Make the engine of a service.

    Args:
        url: `postgresql://...`, the driver is added here.
        pool_size: connections kept open; as many again are opened under load.
        name: shown in `pg_stat_activity`.
    """
    address = make_url(url).set(drivername="postgresql+asyncpg")
    return create_async_engine(
        address,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=30,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "timeout": 10,
            "command_timeout": 150,
            "server_settings": {**SERVER_SETTINGS, "application_name": name},
        },
    )
