"""State of lists and approvals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_COLUMNS = """
list_id, commune_code, month, state, content_hash, accounts_hash, lines, total, regular, arrears,
carried, maker, built_at, sealed_by, sealed_on, version, kind, number
"""


async def find(session: AsyncSession, list_id: UUID, *, lock: bool = False) -> Record | None:
    """Give a list, with its row locked on demand."""
    return await sql.row(
        session,
        f"SELECT {_COLUMNS} FROM payment_list WHERE list_id = $1{' FOR UPDATE' if lock else ''}",
        list_id,
    )


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    month: date | None,
    after: tuple[date, str, int] | None,
    limit: int,
) -> list[Record]:
    """Give lists, the newest month first."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM payment_list"
        " WHERE ($1::text IS NULL OR commune_code = $1) AND ($2::date IS NULL OR month = $2)"
        " AND ($3::date IS NULL OR month < $3"
        " OR (month = $3 AND (commune_code, number) > ($4, $5)))"
        " ORDER BY month DESC, commune_code, number LIMIT $6",
        commune_code,
        month,
        after[0] if after else None,
        after[1] if after else None,
        after[2] if after else None,
        limit,
    )


async def later_sealed(session: AsyncSession, commune_code: str, month: date) -> bool:
    """Tell whether a later month of the commune is sealed."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM payment_list WHERE commune_code = $1 AND month > $2"
        " AND number = 0"
        " AND state IN ('sealed', 'reconciled'))",
        commune_code,
        month,
    )
    return found


async def ensure(
    session: AsyncSession,
    list_id: UUID,
    *,
    commune_code: str,
    month: date,
    number: int,
    maker: str,
    now: datetime,
) -> None:
    """Make an empty draft if there is none."""
    await sql.run(
        session,
        "INSERT INTO payment_list (list_id, commune_code, month, state, content_hash,"
        " accounts_hash, lines, total, regular, arrears, carried, maker, built_at, version, kind,"
        " number) VALUES ($1, $2, $3, 'draft', '', '', 0, 0, 0, 0, 0, $4, $5, 0,"
        " CASE WHEN $6 = 0 THEN 'monthly' ELSE 'one_off' END, $6) ON CONFLICT DO NOTHING",
        list_id,
        commune_code,
        month,
        maker,
        now,
        number,
    )


async def write_totals(
    session: AsyncSession, list_id: UUID, totals: Record, *, maker: str, now: datetime
) -> None:
    """Write what a build that changed something found; an approved list is a draft again."""
    await sql.run(
        session,
        "UPDATE payment_list SET state = 'draft', content_hash = $2, accounts_hash = $3,"
        " lines = $4, total = $5, regular = $6, arrears = $7, carried = $8, maker = $9,"
        " built_at = $10, version = version + 1 WHERE list_id = $1",
        list_id,
        totals["content_hash"],
        totals["accounts_hash"],
        totals["lines"],
        totals["total"],
        totals["regular"],
        totals["arrears"],
        totals["carried"],
        maker,
        now,
    )


async def void_approvals(session: AsyncSession, list_id: UUID, now: datetime) -> None:
    """An approval stands only for the content that was approved."""
    await sql.run(
        session,
        "UPDATE approval SET voided_at = $2 WHERE list_id = $1 AND voided_at IS NULL",
        list_id,
        now,
    )


async def approve(
    session: AsyncSession,
    approval_id: UUID,
    found: Record,
    *,
    checker: str,
    reason: str,
    now: datetime,
) -> None:
    """Write the approval and the state; the table refuses maker = checker."""
    await sql.run(
        session,
        "INSERT INTO approval (approval_id, list_id, commune_code, content_hash, accounts_hash,"
        " maker, checker, reason, approved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        approval_id,
        found["list_id"],
        found["commune_code"],
        found["content_hash"],
        found["accounts_hash"],
        found["maker"],
        checker,
        reason,
        now,
    )
    await sql.run(
        session,
        "UPDATE payment_list SET state = 'approved', version = version + 1 WHERE list_id = $1",
        found["list_id"],
    )


async def standing_approval(session: AsyncSession, list_id: UUID) -> Record | None:
    """Give the approval that stands."""
    return await sql.row(
        session,
        "SELECT content_hash, accounts_hash, maker, checker, reason, approved_at FROM approval"
        " WHERE list_id = $1 AND voided_at IS NULL",
        list_id,
    )


async def seal(
    session: AsyncSession, list_id: UUID, *, sealed_by: str, now: datetime, events: int
) -> None:
    """Seal: from here on the database refuses every change of content."""
    await sql.run(
        session,
        "UPDATE payment_list SET state = 'sealed', sealed_by = $2, sealed_on = $3,"
        " event_version = event_version + $4, version = version + 1, sealed_at = $5"
        " WHERE list_id = $1",
        list_id,
        sealed_by,
        now.date(),
        events,
        now,
    )


async def take_event_versions(session: AsyncSession, list_id: UUID, count: int) -> int:
    """Reserve the list's next event versions; gives the first."""
    last: int = await sql.value(
        session,
        "UPDATE payment_list SET event_version = event_version + $2, version = version + 1"
        " WHERE list_id = $1 RETURNING event_version",
        list_id,
        count,
    )
    return last - count + 1


async def mark_reconciled(session: AsyncSession, list_id: UUID) -> None:
    """All three sides agree."""
    await sql.run(
        session,
        "UPDATE payment_list SET state = 'reconciled', version = version + 1"
        " WHERE list_id = $1 AND state = 'sealed'",
        list_id,
    )


async def reopen(session: AsyncSession, lists_: list[UUID]) -> list[UUID]:
    """A late message speaks of reconciled lists: they must be reconciled again."""
    found = await sql.rows(
        session,
        "UPDATE payment_list SET state = 'sealed', version = version + 1"
        " WHERE list_id = ANY($1::uuid[]) AND state = 'reconciled' RETURNING list_id",
        lists_,
    )
    return [row["list_id"] for row in found]


async def earlier_open(session: AsyncSession, commune_code: str, month: date) -> list[date]:
    """Give the sealed months before a list's that nobody reconciled."""
    found = await sql.rows(
        session,
        "SELECT month FROM payment_list WHERE commune_code = $1 AND month < $2 AND number = 0"
        " AND state = 'sealed' ORDER BY month",
        commune_code,
        month,
    )
    return [row["month"] for row in found]


async def override(
    session: AsyncSession, found: Record, code: str, *, by: str, reason: str, now: datetime
) -> None:
    """A second person answers for a check that does not pass."""
    await sql.run(
        session,
        "INSERT INTO list_override (list_id, code, commune_code, overridden_by, reason,"
        " recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (list_id, code) DO UPDATE SET"
        " overridden_by = excluded.overridden_by, reason = excluded.reason,"
        " recorded_at = excluded.recorded_at",
        found["list_id"],
        code,
        found["commune_code"],
        by,
        reason,
        now,
    )


async def is_overridden(session: AsyncSession, list_id: UUID, code: str) -> bool:
    """Tell whether somebody answers for a check of a list."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM list_override WHERE list_id = $1 AND code = $2)",
        list_id,
        code,
    )
    return found


async def void(session: AsyncSession, list_id: UUID) -> None:
    """An approved list becomes a draft again."""
    await sql.run(
        session,
        "UPDATE payment_list SET state = 'draft', version = version + 1"
        " WHERE list_id = $1 AND state = 'approved'",
        list_id,
    )


async def one_off_number(session: AsyncSession, commune_code: str, month: date) -> int:
    """Give the number of the month's list of one-offs that is not sealed, or of the next one."""
    found: int = await sql.value(
        session,
        "SELECT coalesce(min(number) FILTER (WHERE state IN ('draft', 'approved')),"
        " coalesce(max(number), 0) + 1)::integer FROM payment_list"
        " WHERE commune_code = $1 AND month = $2 AND number > 0",
        commune_code,
        month,
    )
    return found


async def sealed_from(session: AsyncSession, commune_code: str, month: date) -> bool:
    """Tell whether the commune's list of a month or of a later one is sealed."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM payment_list WHERE commune_code = $1 AND month >= $2"
        " AND number = 0 AND state IN ('sealed', 'reconciled'))",
        commune_code,
        month,
    )
    return found
