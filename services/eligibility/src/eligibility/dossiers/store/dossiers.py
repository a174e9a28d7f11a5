"""SQL about dossiers and their steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.dossiers.domain import OPEN, Dossier, DossierStatus, Submitter

_APOLOGY_NEEDED = """EXISTS (
    SELECT 1 FROM dossier_letter l
    WHERE l.dossier_code = dossier.dossier_code AND l.kind = 'apology_needed'
        AND l.due_on = dossier.due_on AND dossier.status IN (2, 4)
)"""


async def insert(session: AsyncSession, dossier: Dossier, now: datetime) -> bool:
    """Add a dossier; False when the code is in use."""
    statement = text("""
        INSERT INTO dossier (dossier_code, commune_code, procedure_code, benefit, person_id,
            status, received_at, due_on, declared_pension_income, papers, version, counted_from,
            owner_number, owner_name, submitter, channel, asked, claim, created_at, updated_at)
        VALUES (:code, :commune, :procedure, :benefit, :person, :status, :received, :due, :declared,
            cast(:papers AS jsonb), :version, :counted, :owner_number, :owner_name,
            cast(:submitter AS jsonb), :channel, :asked, cast(:claim AS jsonb), :now, :now)
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
        "version": dossier.version,
        "counted": dossier.counted_from,
        "owner_number": dossier.owner_number,
        "owner_name": dossier.owner_name,
        "submitter": None if dossier.submitter is None else to_json(dossier.submitter).decode(),
        "channel": dossier.channel,
        "asked": list(dossier.asked),
        "claim": to_json(dict(dossier.claim)).decode(),
        "now": now,
    }
    return (await session.execute(statement, values)).one_or_none() is not None


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


async def work_list(
    session: AsyncSession,
    *,
    commune_code: str | None,
    due_before: date | None,
    after: Sequence[Any] | None,
    limit: int,
) -> list[Dossier]:
    """Read open dossiers, the nearest deadline first."""
    clauses = [f"status IN ({', '.join(str(int(status)) for status in OPEN)})"]
    values: dict[str, Any] = {"limit": limit}
    if commune_code is not None:
        clauses.append("commune_code = :commune")
        values["commune"] = commune_code
    if due_before is not None:
        clauses.append("due_on < :due_before")
        values["due_before"] = due_before
    if after is not None:
        clauses.append("(due_on, dossier_code) > (:due, :code)")
        values |= {"due": date.fromisoformat(str(after[0])), "code": str(after[1])}
    statement = text(f"""
        SELECT * FROM dossier WHERE {" AND ".join(clauses)}
        ORDER BY due_on, dossier_code LIMIT :limit
    """)
    return [_dossier(row) for row in await session.execute(statement, values)]


async def save(session: AsyncSession, dossier: Dossier, now: datetime) -> None:
    """Write a dossier's new status, dates, papers and declaration."""
    await session.execute(
        text("""
            UPDATE dossier SET status = :status, papers = cast(:papers AS jsonb),
                declared_pension_income = :declared, version = :version, updated_at = :now,
                person_id = :person, benefit = :benefit,
                due_on = :due, counted_from = :counted, intake_supplements = :supplements,
                notice_on = :notice, extensions = :extensions
            WHERE dossier_code = :code
        """),
        {
            "code": dossier.dossier_code,
            "status": int(dossier.status),
            "papers": to_json(dossier.papers).decode(),
            "declared": dossier.declared_pension_income,
            "person": dossier.person_id,
            "benefit": dossier.benefit,
            "version": dossier.version,
            "now": now,
            "due": dossier.due_on,
            "counted": dossier.counted_from,
            "supplements": dossier.intake_supplements,
            "notice": dossier.notice_on,
            "extensions": dossier.extensions,
        },
    )


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


async def of_unregistered(session: AsyncSession, numbers: Collection[str]) -> list[Dossier]:
    """Read, locked, dossiers that wait for owners of these numbers to be registered."""
    statement = text("""
        SELECT * FROM dossier WHERE person_id IS NULL AND owner_number = ANY(:numbers)
        ORDER BY dossier_code FOR UPDATE
    """)
    return [_dossier(row) for row in await session.execute(statement, {"numbers": list(numbers)})]


async def undecided(session: AsyncSession, person_id: UUID, on: date) -> dict[str, int | None]:
    """Read what a person had asked for and was not decided on a day, with the declared pension."""
    statement = text("""
        SELECT b.benefit, max(d.declared_pension_income) AS declared FROM dossier d CROSS JOIN LATERAL unnest(d.asked) AS b (benefit)
        WHERE d.person_id = :person AND (d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :on
            AND d.status <> ALL (ARRAY[3, 7]) AND NOT EXISTS (
                SELECT FROM dossier_step s WHERE s.dossier_code = d.dossier_code AND s.status = 9
                    AND (s.taken_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :on
            )
        GROUP BY b.benefit
    """)
    rows = await session.execute(statement, {"person": person_id, "on": on})
    return {row.benefit: row.declared for row in rows}


async def save_claim(session: AsyncSession, code: str, claim: Mapping[str, Any]) -> None:
    """Write what a one-off benefit is asked for."""
    await session.execute(
        text("UPDATE dossier SET claim = cast(:claim AS jsonb) WHERE dossier_code = :code"),
        {"code": code, "claim": to_json(dict(claim)).decode()},
    )


async def reroute(session: AsyncSession, code: str, commune_code: str) -> None:
    """Take a dossier and its messages into the commune where its owner lives."""
    for table in ("dossier", "dossier_message"):
        await session.execute(
            text(f"UPDATE {table} SET commune_code = :commune WHERE dossier_code = :code"),
            {"code": code, "commune": commune_code},
        )


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
        owner_number=row.owner_number,
        owner_name=row.owner_name,
        submitter=None if row.submitter is None else Submitter(**row.submitter),
        channel=row.channel,
        asked=tuple(row.asked),
        claim=row.claim,
    )
