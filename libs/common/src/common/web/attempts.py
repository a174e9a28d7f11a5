"""Limits on guessing: who states something about a person may be wrong a few times, not often.

An attempt counts as failed until its effect is committed, and it is counted before the answer is
looked for, in a transaction of its own: neither parallel guesses nor a rollback get around it.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from common.kernel.errors import TooManyRequests

if TYPE_CHECKING:
    from common.database.session import AsyncSession, Database


class TooManyAttempts(
    TooManyRequests,
    code="too_many_attempts",
    title="Đã thử sai quá nhiều lần, xin thử lại vào ngày hôm sau",
):
    """Too many failed attempts of this caller, or about this person, within a day."""


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """Failed attempts allowed within a window, by one caller and about one person."""

    per_caller: int = 20
    per_target: int = 5
    window: timedelta = timedelta(days=1)


@contextlib.asynccontextmanager
async def guarded(
    session: AsyncSession, purpose: str, target: str, limits: AttemptLimits | None = None
) -> AsyncIterator[None]:
    """Count an attempt as failed, run the block, and count it as good with the block's commit.

    Args:
        session: the request's write transaction.
        purpose: what is attempted, e.g. `person.receive`.
        target: whom it is about.
        limits: other than the usual ones.

    Raises:
        TooManyAttempts: the limit is reached; right or wrong is not looked at any more (429).
    """
    limits = limits or AttemptLimits()
    database: Database = session.info["database"]
    pool = await database.plain()
    attempt = await pool.fetchval(
        "SELECT begin_attempt($1, $2, $3, $4, $5, $6)",
        purpose, session.info["scope"].actor, target,
        limits.window, limits.per_caller, limits.per_target,
    )  # fmt: skip
    if attempt is None:
        raise TooManyAttempts(retry_after=int(limits.window.total_seconds()))
    yield
    await session.execute(
        text("UPDATE attempt SET failed = false WHERE attempt_id = :id"), {"id": attempt}
    )


async def forget_attempts(session: AsyncSession, *, older_than: timedelta) -> None:
    """Delete attempts that no limit counts any more."""
    await session.execute(
        text("DELETE FROM attempt WHERE attempted_at < now() - cast(:age AS interval)"),
        {"age": older_than},
    )
