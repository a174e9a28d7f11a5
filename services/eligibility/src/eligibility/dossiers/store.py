"""Every SQL statement of `dossiers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession
from eligibility.dossiers.domain import Dossier, DossierStatus


async def insert(
    session: AsyncSession, dossier: Dossier, message: Mapping[str, Any], now: datetime
) -> bool:
    """Add a dossier with the portal's message as it came; False when the code is in use."""
    statement = text("""
        INSERT INTO dossier (dossier_code, commune_code, procedure_code, benefit, person_id,
            status, received_at, due_on, declared_pension_income, papers, message, version,
            created_at, updated_at)
        VALUES (:code, :commune, :procedure, :benefit, :person, :status, :received, :due, :declared,
            cast(:papers AS jsonb), cast(:message AS jsonb), :version, :now, :now)
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
    clauses = [f"{name} = :{name}" for name in given]
    values: dict[str, Any] = {**given, "limit": limit}
    if after is not None:
        clauses.append("dossier_code > :after")
        values["after"] = str(after[-1])
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    statement = text(f"SELECT * FROM dossier {where} ORDER BY dossier_code LIMIT :limit")
    return [_dossier(row) for row in await session.execute(statement, values)]


async def save(session: AsyncSession, dossier: Dossier, now: datetime) -> None:
    """Write a dossier's new status, papers and declaration."""
    await session.execute(
        text("""
            UPDATE dossier SET status = :status, papers = cast(:papers AS jsonb),
                declared_pension_income = :declared, version = :version, updated_at = :now
            WHERE dossier_code = :code
        """),
        {
            "code": dossier.dossier_code,
            "status": int(dossier.status),
            "papers": to_json(dossier.papers).decode(),
            "declared": dossier.declared_pension_income,
            "version": dossier.version,
            "now": now,
        },
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
    )
