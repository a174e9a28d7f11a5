"""What comes back of a claim: receipts, slips, plans, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record


async def lock(session: AsyncSession, recovery_id: UUID) -> Record | None:
    """Give the sums of a case, locked."""
    return await sql.row(
        session,
        "SELECT recovery_id, person_id, commune_code, benefit, state, total, collected, budgeted,"
        " total - withdrawn - collected - written_off - set_off AS remaining"
        " FROM recovery_case WHERE recovery_id = $1 FOR UPDATE",
        recovery_id,
    )


async def add(
    session: AsyncSession, recovery_id: UUID, column: str, amount: int, slip: str | None = None
) -> Record:
    """Add to a sum of a case (`collected`, `written_off`, `set_off`, `budgeted`)."""
    row = await sql.row(
        session,
        f"UPDATE recovery_case SET {column} = {column} + $2, version = version + 1,"
        " treasury_slip = coalesce($3, treasury_slip) WHERE recovery_id = $1"
        " RETURNING version, total - withdrawn - collected - written_off - set_off AS remaining",
        recovery_id,
        amount,
        slip,
    )
    if row is None:
        raise LookupError(recovery_id)
    await sql.run(
        session,
        "UPDATE recovery_case SET state = 'closed' WHERE recovery_id = $1 AND state = 'open'"
        " AND total = withdrawn + collected + written_off + set_off",
        recovery_id,
    )
    return row


async def keep_entry(session: AsyncSession, values: Sequence[Any]) -> None:
    """Keep a receipt or a slip."""
    await sql.run(
        session,
        "INSERT INTO recovery_entry (entry_id, recovery_id, commune_code, kind, amount, on_day,"
        " paper, budget_year, year_settled, recorded_by, recorded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        *values,
    )


async def entries(session: AsyncSession, recovery_id: UUID) -> list[Record]:
    """Give receipts and slips of a case in the order in which they were recorded."""
    return await sql.rows(
        session,
        "SELECT entry_id, kind, amount, on_day, paper, budget_year, year_settled, recorded_by"
        " FROM recovery_entry WHERE recovery_id = $1 ORDER BY recorded_at, entry_id",
        recovery_id,
    )


async def replace_plan(
    session: AsyncSession, recovery_id: UUID, commune_code: str, columns: Sequence[list[Any]]
) -> None:
    """Put a plan of instalments in the place of an earlier one."""
    await sql.run(session, "DELETE FROM recovery_instalment WHERE recovery_id = $1", recovery_id)
    await sql.run(
        session,
        "INSERT INTO recovery_instalment (recovery_id, number, commune_code, due_on, amount)"
        " SELECT $1, k.number, $2, k.due_on, k.amount"
        " FROM unnest($3::date[], $4::bigint[]) WITH ORDINALITY AS k(due_on, amount, number)",
        recovery_id,
        commune_code,
        *columns,
    )


async def plan(session: AsyncSession, recovery_id: UUID) -> list[Record]:
    """Give a plan: each instalment, and how much of it the receipts cover by now."""
    return await sql.rows(
        session,
        "SELECT i.number, i.due_on, i.amount, greatest(least(i.amount, c.collected"
        " - sum(i.amount) OVER (ORDER BY i.number) + i.amount), 0)::bigint AS covered"
        " FROM recovery_instalment i JOIN recovery_case c USING (recovery_id)"
        " WHERE i.recovery_id = $1 ORDER BY i.number",
        recovery_id,
    )


async def noticed(session: AsyncSession, recovery_id: UUID, on: date) -> None:
    """The person was told."""
    await sql.run(
        session,
        "UPDATE recovery_case SET noticed_on = coalesce(noticed_on, $2) WHERE recovery_id = $1",
        recovery_id,
        on,
    )


async def propose(session: AsyncSession, values: Sequence[Any]) -> None:
    """Keep a proposal to write off or to set off."""
    await sql.run(
        session,
        "INSERT INTO recovery_decision (decision_id, recovery_id, commune_code, kind, amount,"
        " basis, ground, month, proposed_by, proposed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *values,
    )


async def decision(session: AsyncSession, decision_id: UUID) -> Record | None:
    """Give a proposal, locked."""
    return await sql.row(
        session,
        "SELECT decision_id, recovery_id, commune_code, kind, amount, basis, ground, month,"
        " proposed_by, proposed_at, state, decided_by, reason"
        " FROM recovery_decision WHERE decision_id = $1 FOR UPDATE",
        decision_id,
    )


async def decide(
    session: AsyncSession, decision_id: UUID, *, state: str, by: str, reason: str, now: datetime
) -> None:
    """Close a proposal."""
    await sql.run(
        session,
        "UPDATE recovery_decision SET state = $2, decided_by = $3, reason = $4, decided_at = $5"
        " WHERE decision_id = $1",
        decision_id,
        state,
        by,
        reason,
        now,
    )


async def ground(session: AsyncSession, code: str) -> Record | None:
    """Give a ground for setting off."""
    return await sql.row(
        session,
        "SELECT code, title, basis, valid_from, entered_by, confirmed_by FROM set_off_ground"
        " WHERE code = $1",
        code,
    )


async def enter_ground(session: AsyncSession, values: Sequence[Any]) -> bool:
    """Enter a ground; gives whether it is new."""
    return bool(
        await sql.run(
            session,
            "INSERT INTO set_off_ground (code, title, basis, valid_from, entered_by)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            *values,
        )
    )


async def confirm_ground(session: AsyncSession, code: str, by: str) -> bool:
    """A second person lets a ground count; gives whether it waited."""
    return bool(
        await sql.run(
            session,
            "UPDATE set_off_ground SET confirmed_by = $2"
            " WHERE code = $1 AND confirmed_by IS NULL AND entered_by <> $2",
            code,
            by,
        )
    )
