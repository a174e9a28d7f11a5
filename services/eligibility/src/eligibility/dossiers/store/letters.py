"""SQL about the letters that the office writes about dossiers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic_core import to_json
from sqlalchemy import text

from common.database.ids import new_id
from common.database.session import AsyncSession
from eligibility.dossiers.domain import WORKED_ON, Dossier, Letter


async def add_letter(session: AsyncSession, dossier: Dossier, letter: Letter) -> None:
    """Write down a letter about a dossier."""
    await session.execute(
        text("""
            INSERT INTO dossier_letter (letter_id, dossier_code, commune_code, kind, due_on,
                new_due_on, reason, papers, written_by, written_at)
            VALUES (:id, :code, :commune, :kind, :due, :new_due, :reason, cast(:papers AS jsonb),
                :by, :at)
        """),
        {
            "id": new_id(),
            "code": dossier.dossier_code,
            "commune": dossier.commune_code,
            "kind": letter.kind,
            "due": letter.due_on,
            "new_due": letter.new_due_on,
            "reason": letter.reason,
            "papers": to_json(letter.papers).decode(),
            "by": letter.written_by,
            "at": letter.written_at,
        },
    )


async def letters(session: AsyncSession, code: str) -> list[Letter]:
    """Read the letters about a dossier, oldest first."""
    statement = text(
        "SELECT * FROM dossier_letter WHERE dossier_code = :code ORDER BY written_at, letter_id"
    )
    return [
        Letter(
            row.kind,
            row.due_on,
            row.new_due_on,
            row.reason,
            tuple(row.papers),
            row.written_by,
            row.written_at,
        )
        for row in await session.execute(statement, {"code": code})
    ]


async def ask_for_apologies(
    session: AsyncSession, *, today: date, last_due_on: date, now: datetime
) -> int:
    """Note, once per dossier and date, that an apology must go out for what will be late.

    Args:
        session: a transaction over the whole province.
        today: business day.
        last_due_on: the latest date for which the apology must go out by today.
        now: business time.
    """
    done = await session.execute(
        text("""
            INSERT INTO dossier_letter (letter_id, dossier_code, commune_code, kind, due_on,
                new_due_on, reason, papers, written_by, written_at)
            SELECT uuidv7(), dossier_code, commune_code, 'apology_needed', due_on, NULL,
                'Sắp hết hạn giải quyết', '[]', 'system', :now
            FROM dossier
            WHERE status = ANY(:statuses) AND due_on BETWEEN :today AND :last
            ON CONFLICT (dossier_code, kind, due_on) WHERE kind IN ('apology_needed', 'apology')
            DO NOTHING
        """),
        {
            "statuses": [int(status) for status in WORKED_ON],
            "today": today,
            "last": last_due_on,
            "now": now,
        },
    )
    return int(getattr(done, "rowcount", 0))
