"""Sessions that were ended before their tokens expire: sign-out, a lost device, a dismissed officer.

The list stands in the service's database; every process reads it again every few seconds. While the
database does not answer, the list that was read last counts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog

from common.web.tokens import TokenInvalid

if TYPE_CHECKING:
    from common.database.session import Database

_FRESH_SECONDS = 5.0
_log = structlog.get_logger(__name__)


def session_ids(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a token can be revoked by: its session, its own id, its person."""
    found = [f"{name}:{claims[name]}" for name in ("sid", "jti", "sub") if claims.get(name)]
    return tuple(found)


class RevokedSessions:
    """The list of one process."""

    def __init__(self, database: Database) -> None:
        """Start with nothing read."""
        self._database = database
        self._known: dict[str, float] = {}
        self._read_at = float("-inf")

    async def refuse(self, claims: Mapping[str, Any]) -> None:
        """Let a token pass whose session nobody ended.

        Raises:
            TokenInvalid: it was ended after the token had been issued.
        """
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            await self._read()
        issued = float(claims.get("iat", 0))
        if any(self._known.get(name, -1.0) >= issued for name in session_ids(claims)):
            _log.info("token_refused", reason="session_revoked")
            raise TokenInvalid("session_revoked")

    async def revoke(self, name: str, expires_at: float) -> None:
        """End a session, or all of a person's (`sub:...`), as from now.

        Args:
            name: `sid:...`, `jti:...` or `sub:...`.
            expires_at: when its last token expires (seconds since 1970); forgotten afterwards.
        """
        pool = await self._database.plain()
        await pool.execute(
            "INSERT INTO revoked_session (session_id, expires_at) VALUES ($1, $2)"
            " ON CONFLICT (session_id) DO UPDATE SET revoked_at = clock_timestamp(),"
            " expires_at = greatest(revoked_session.expires_at, excluded.expires_at)",
            name,
            datetime.fromtimestamp(expires_at, UTC),
        )
        self._read_at = float("-inf")

    async def _read(self) -> None:
        self._read_at = time.monotonic()
        try:
            pool = await self._database.plain()
            rows = await pool.fetch(
                "SELECT session_id, extract(epoch FROM revoked_at)::float8 AS revoked_at"
                " FROM revoked_session WHERE expires_at > now()"
            )
        except (OSError, RuntimeError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("revoked_sessions_not_read", error=type(error).__name__)
            return
        self._known = {row["session_id"]: row["revoked_at"] for row in rows}
