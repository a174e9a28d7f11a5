"""Every SQL statement of `dossiers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text

from common.database.ids import new_id
from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.dossiers.domain import WORKED_ON, Dossier, DossierStatus, Letter

_APOLOGY_NEEDED = """EXISTS (
    SELECT 1 FROM dossier_letter l
    WHERE l.dossier_code = dossier.dossier_code AND l.kind = 'apology_needed'
        AND l.due_on = dossier.due_on AND dossier.status IN (2, 4)
)"""


async def insert(
    session: AsyncSession, dossier: Dossier, message: Mapping[str, Any], now: datetime
) -> bool:
    """Add a dossier with the portal's message as it came; False when the code is in use."""
    statement = text("""
        INSERT INTO dossier (dossier_code, commune_code, procedure_code, benefit, person_id,
            status, received_at, due_on, declared_pension_income, papers, message, version,
            counted_from, created_at, updated_at)
        VALUES (:code, :commune, :procedure, :benefit, :person, :status, :received, :due, :declared,
            cast(:papers AS jsonb), cast(:message AS jsonb), :version, :counted, :now, :now)
        ON CONFLICT (dossier_code) DO NOTHING RETURNING dossier_code
    """)
    values = {
        "code": dossier.dossier_code,
        "commune": dossier.commune_code,
        "procedure": dossier.procedure_code,
        "benefit": dossier.benefit,
        "person": dossier.person_id,
        "status": int(dossier.status),
        "received": dossier.received_at,
        "due": dossier.due_on,
        "declared": dossier.declared_pension_income,
        "papers": to_json(dossier.papers).decode(),
        "message": to_json(dict(message)).decode(),
        "version": dossier.version,
        "counted": dossier.counted_from,
        "now": now,
    }
    return (await session.execute(statement, values)).one_or_none() is not None


async def same_message(session: AsyncSession, code: str, message: Mapping[str, Any]) -> bool:
    """Tell whether a dossier was made of this very message."""
    statement = text(
        "SELECT message = cast(:message AS jsonb) FROM dossier WHERE dossier_code = :code"
    )
    values = {"code": code, "message": to_json(dict(message)).decode()}
    return bool(await session.scalar(statement, values))


async def find(session: AsyncSession, code: str, *, lock: bool = False) -> Dossier | None:
    """Read a dossier, locked for a change when asked."""
    statement = "SELECT * FROM dossier WHERE dossier_code = :code" + (" FOR UPDATE" if lock else "")
    row = (await session.execute(text(statement), {"code": code})).one_or_none()
    return None if row is None else _dossier(row)


async def page(
    session: AsyncSession,
    filters: Mapping[str, Any],
    after: Sequence[Any] | None,
    limit: int,
) -> list[Dossier]:
    """Read dossiers by commune and status, by code."""
    given = {name: value for name, value in filters.items() if value is not None}
    late = given.pop("apology_needed", None)
    clauses = [f"{name} = :{name}" for name in given]
    if late is not None:
        clauses.append(("" if late else "NOT ") + _APOLOGY_NEEDED)
    values: dict[str, Any] = {**given, "limit": limit}
    if after is not None:
        clauses.append("dossier_code > :after")
        values["after"] = str(after[-1])
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    statement = text(f"SELECT * FROM dossier {where} ORDER BY dossier_code LIMIT :limit")
    return [_dossier(row) for row in await session.execute(statement, values)]


async def save(session: AsyncSession, dossier: Dossier, now: datetime) -> None:
    """Write a dossier's new status, dates, papers and declaration."""
    await session.execute(
        text("""
            UPDATE dossier SET status = :status, papers = cast(:papers AS jsonb),
                declared_pension_income = :declared, version = :version, updated_at = :now,
                due_on = :due, counted_from = :counted, intake_supplements = :supplements,
                notice_on = :notice, extensions = :extensions
            WHERE dossier_code = :code
        """),
        {
            "code": dossier.dossier_code,
            "status": int(dossier.status),
            "papers": to_json(dossier.papers).decode(),
            "declared": dossier.declared_pension_income,
            "version": dossier.version,
            "now": now,
            "due": dossier.due_on,
            "counted": dossier.counted_from,
            "supplements": dossier.intake_supplements,
            "notice": dossier.notice_on,
            "extensions": dossier.extensions,
        },
    )


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


async def waiting_for_papers(
    session: AsyncSession, *, notice_before: date, limit: int
) -> list[Dossier]:
    """Read, locked, dossiers whose papers were asked for before a day."""
    statement = text("""
        SELECT * FROM dossier WHERE status = :status AND notice_on < :before
        ORDER BY dossier_code LIMIT :limit FOR UPDATE SKIP LOCKED
    """)
    values = {"status": int(DossierStatus.PAPERS_ASKED), "before": notice_before, "limit": limit}
    return [_dossier(row) for row in await session.execute(statement, values)]


async def add_step(
    session: AsyncSession, dossier: Dossier, *, actor: str, note: str, now: datetime
) -> None:
    """Write down the step that a dossier has just taken."""
    await session.execute(
        text("""
            INSERT INTO dossier_step (dossier_code, version, commune_code, status, actor, note,
                taken_at)
            VALUES (:code, :version, :commune, :status, :actor, :note, :now)
        """),
        {
            "code": dossier.dossier_code,
            "version": dossier.version,
            "commune": dossier.commune_code,
            "status": int(dossier.status),
            "actor": actor,
            "note": note,
            "now": now,
        },
    )


async def steps(session: AsyncSession, code: str) -> list[Any]:
    """Read the steps of a dossier, oldest first."""
    statement = text("SELECT * FROM dossier_step WHERE dossier_code = :code ORDER BY version")
    return list(await session.execute(statement, {"code": code}))


def _dossier(row: Any) -> Dossier:
    return Dossier(
        dossier_code=row.dossier_code,
        commune_code=row.commune_code,
        procedure_code=row.procedure_code,
        benefit=row.benefit,
        person_id=row.person_id,
        status=DossierStatus(row.status),
        received_at=row.received_at,
        due_on=row.due_on,
        declared_pension_income=row.declared_pension_income,
        papers=tuple(row.papers),
        version=row.version,
        counted_from=row.counted_from or row.received_at.astimezone(VN_TZ).date(),
        intake_supplements=row.intake_supplements,
        notice_on=row.notice_on,
        extensions=row.extensions,
    )
