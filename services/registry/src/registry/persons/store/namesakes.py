"""Who of a commune has the same name and birth as somebody who is about to be registered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def same_name_and_year(
    session: AsyncSession, commune_code: str, wanted: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], list[UUID]]:
    """Find people with these names born in these years, whatever is known of the day."""
    found = await session.execute(
        text(
            "SELECT w.name_key, w.year, p.person_id"
            " FROM unnest(cast(:names AS text[]), cast(:years AS integer[])) AS w (name_key, year)"
            " JOIN person p ON p.commune_code = :commune AND p.name_key = w.name_key"
            " AND extract(year FROM p.birth_date) = w.year AND p.merged_into IS NULL"
        ),
        {
            "names": [name for name, _ in wanted],
            "years": [year for _, year in wanted],
            "commune": commune_code,
        },
    )
    people: dict[tuple[str, int], list[UUID]] = {}
    for row in found:
        people.setdefault((row.name_key, row.year), []).append(row.person_id)
    return people
