"""SQL about the names of communes."""

from __future__ import annotations

from sqlalchemy import text

from common.database.session import AsyncSession
from eligibility.dossiers.domain.slips import Office


async def keep(session: AsyncSession, commune_code: str, office: Office) -> None:
    """Write or rewrite the name of a commune."""
    statement = text("""
        INSERT INTO commune_office (code, name, province_name)
        VALUES (:code, :name, :province)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name,
            province_name = excluded.province_name
    """)
    values = {"code": commune_code, "name": office.name, "province": office.province_name}
    await session.execute(statement, values)


async def find(session: AsyncSession, commune_code: str) -> Office | None:
    """Read the name of a commune."""
    statement = text("SELECT name, province_name FROM commune_office WHERE code = :code")
    row = (await session.execute(statement, {"code": commune_code})).one_or_none()
    return None if row is None else Office(row.name, row.province_name)
