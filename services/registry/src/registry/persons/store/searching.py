"""Every SQL statement that searches people.

Row-level security lets only leakproof operators find an index: `LIKE` and `extract` are not, so a
prefix is a range of `text_pattern_ops` and a birth year a range of dates. Names that sound alike
are compared within the communes that are asked for: there is no trigram index beside the others,
because the planner would combine it with them and be thirty times slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.persons.domain import Person
from registry.persons.store.people import PERSON, person_of

ALIKE = 0.4
"""Least share of common trigrams of two names that one typing error may keep apart."""
_LAST = "\U0010ffff"
"""Behind every character: the end of a range of beginnings."""

Match = Literal["prefix", "exact", "similar"]


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of people is limited to; `communes` is never empty."""

    communes: Sequence[str]
    name_key: str | None = None
    match: Match = "prefix"
    number: str | None = None
    birth_year: int | None = None
    village: str | None = None
    verification: str | None = None
    after: tuple[str, UUID] | None = None
    limit: int = 100


async def search(session: AsyncSession, wanted: Search) -> list[tuple[Person, str]]:
    """Read a page of people with their sort keys; of similar names the most similar first."""
    statement, values = statement_of(wanted)
    found = await session.execute(text(statement), values)
    return [(person_of(row), row["name_sort"]) for row in found.mappings()]


def statement_of(wanted: Search) -> tuple[str, dict[str, Any]]:
    """Give the statement of a search and its values."""
    conditions, values = _conditions(wanted)
    values["limit"] = wanted.limit
    if wanted.name_key and wanted.match == "similar":
        values["name"] = wanted.name_key
        values["alike"] = ALIKE
        # Materialised: the likeness is computed once for a person, and before anything is sorted.
        return (
            (
                "WITH near AS MATERIALIZED ("
                "  SELECT person_id, similarity(name_key, cast(:name AS text)) AS likeness"
                f"  FROM person WHERE {' AND '.join(conditions)}"
                "), best AS MATERIALIZED ("
                "  SELECT person_id, likeness FROM near WHERE likeness >= cast(:alike AS real)"
                "  ORDER BY likeness DESC, person_id LIMIT cast(:limit AS bigint)"
                f") SELECT {PERSON}, name_sort FROM best JOIN person USING (person_id)"
                " ORDER BY likeness DESC, name_sort, person_id"
            ),
            values,
        )
    if wanted.after is not None:
        conditions.append(
            "(name_sort, person_id) > (cast(:after_sort AS text), cast(:after_id AS uuid))"
        )
        values["after_sort"], values["after_id"] = wanted.after
    return (
        (
            f"SELECT {PERSON}, name_sort FROM person WHERE {' AND '.join(conditions)}"
            " ORDER BY name_sort, person_id LIMIT cast(:limit AS bigint)"
        ),
        values,
    )


def _conditions(wanted: Search) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if len(wanted.communes) == 1:
        conditions.append("commune_code = cast(:commune AS text)")
        values["commune"] = wanted.communes[0]
    else:
        conditions.append("commune_code = ANY (cast(:communes AS text[]))")
        values["communes"] = list(wanted.communes)
    if wanted.name_key and wanted.match == "exact":
        conditions.append("name_key = cast(:name AS text)")
        values["name"] = wanted.name_key
    elif wanted.name_key and wanted.match == "prefix":
        conditions.append(
            "name_key ~>=~ cast(:name AS text) AND name_key ~<~ cast(:name_end AS text)"
        )
        values |= {"name": wanted.name_key, "name_end": wanted.name_key + _LAST}
    if wanted.birth_year is not None:
        # A year that is remembered wrongly by one is the commonest error beside the name's.
        around = 1 if wanted.match == "similar" and wanted.name_key else 0
        conditions.append("birth_date >= cast(:born_from AS date)")
        conditions.append("birth_date < cast(:born_to AS date)")
        values["born_from"] = date(wanted.birth_year - around, 1, 1)
        values["born_to"] = date(wanted.birth_year + around + 1, 1, 1)
    if wanted.number is not None:
        conditions.append(
            "(personal_id = cast(:number AS text) OR former_number = cast(:number AS text)"
            " OR person_id IN (SELECT n.person_id FROM person_number n"
            " WHERE n.number = cast(:number AS text) AND n.superseded_at IS NULL))"
        )
        values["number"] = wanted.number
    if wanted.village is not None:
        conditions.append("unaccent(lower(village)) = unaccent(lower(cast(:village AS text)))")
        values["village"] = wanted.village
    if wanted.verification is not None:
        conditions.append("verification = cast(:verification AS text)")
        values["verification"] = wanted.verification
    return conditions, values
