"""The nonces of accepted signatures."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def remember(session: AsyncSession, key_id: str, nonce: str, expires_at: datetime) -> bool:
    """Store a nonce; False when it is there already."""
    statement = text(
        "INSERT INTO signature_nonce (key_id, nonce, expires_at)"
        " VALUES (:key_id, :nonce, :expires_at) ON CONFLICT DO NOTHING RETURNING nonce"
    )
    values = {"key_id": key_id, "nonce": nonce, "expires_at": expires_at}
    return (await session.scalar(statement, values)) is not None


async def forget(session: AsyncSession) -> int:
    """Delete what has expired."""
    statement = text(
        "WITH gone AS (DELETE FROM signature_nonce WHERE expires_at < now() RETURNING 1)"
        " SELECT count(*) FROM gone"
    )
    return int(await session.scalar(statement) or 0)
