"""Every SQL statement that searches people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.persons.domain import Person
from registry.persons.store.people import PERSON, person_of


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of people is limited to."""

    commune_code: str
    name_key: str | None
    birth_year: int | None
    verification: str | None
    after: tuple[str, UUID] | None
    limit: int


async def search(session: AsyncSession, wanted: Search) -> list[tuple[Person, str]]:
    """Read a page of people of a commune with their sort keys."""
    conditions = ["commune_code = :commune"]
    values: dict[str, Any] = {"commune": wanted.commune_code, "limit": wanted.limit}
    if wanted.name_key:
        conditions.append("name_key LIKE :name")
        escaped = wanted.name_key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values["name"] = f"{escaped}%"
    if wanted.birth_year is not None:
        conditions.append("extract(year FROM birth_date) = :year")
        values["year"] = wanted.birth_year
    if wanted.verification is not None:
        conditions.append("verification = :verification")
        values["verification"] = wanted.verification
    if wanted.after is not None:
        conditions.append("(name_sort, person_id) > (:after_sort, :after_id)")
        values["after_sort"], values["after_id"] = wanted.after
    found = await session.execute(
        text(
            f"SELECT {PERSON}, name_sort FROM person WHERE {' AND '.join(conditions)}"
            " ORDER BY name_sort, person_id LIMIT :limit"
        ),
        values,
    )
    return [(person_of(row), row["name_sort"]) for row in found.mappings()]
