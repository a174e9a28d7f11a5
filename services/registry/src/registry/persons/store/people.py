"""Every SQL statement about people in the present: rows in, rows out, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.persons.domain import Identity, Person
from registry.staging import stage

PERSON = (
    "person_id, personal_id, former_number, full_name, birth_date, birth_precision, sex,"
    " commune_code, village, former_commune, phone, email, address, e_identity, household_id,"
    " poverty_class, death_date, verification, version, missing_since, left_on, merged_into"
)
IDENTITY = {
    "personal_id": "text",
    "former_number": "text",
    "full_name": "text",
    "birth_date": "date",
    "birth_precision": "text",
    "sex": "text",
    "commune_code": "text",
    "village": "text",
    "former_commune": "text",
    "phone": "text",
    "email": "text",
    "address": "text",
    "e_identity": "boolean",
}
_KEYS = {"name_key": "text", "name_sort": "text"}
STATE = {
    "household_id": "uuid",
    "poverty_class": "text",
    "death_date": "date",
    "verification": "text",
    "version": "bigint",
    "missing_since": "date",
    "left_on": "date",
    "merged_into": "uuid",
}
COLUMNS = {"person_id": "uuid"} | IDENTITY | _KEYS | STATE


def _of(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in PERSON.split(", "))


def identity_of(row: RowMapping) -> Identity:
    """Give the identity that a row states."""
    return Identity(**{name: row[name] for name in IDENTITY})


def person_of(row: RowMapping) -> Person:
    """Give the person that a row is."""
    return Person(
        person_id=row["person_id"],
        identity=identity_of(row),
        **{name: row[name] for name in STATE},
    )


def values_of(identity: Identity) -> tuple[Any, ...]:
    """Give an identity's values in the order of the columns."""
    return tuple(getattr(identity, name) for name in IDENTITY)


def _record(person: Person) -> tuple[Any, ...]:
    return (
        person.person_id,
        *values_of(person.identity),
        person.identity.name_key,
        person.identity.name_sort,
        *(getattr(person, name) for name in STATE),
    )


async def insert(session: AsyncSession, people: Sequence[Person], now: datetime) -> set[UUID]:
    """Insert new people; gives the ids of those whose number was free."""
    await stage(
        session,
        "staged_person",
        COLUMNS,
        map(_record, people),
    )
    listed = ", ".join(COLUMNS)
    inserted = await session.execute(
        text(
            f"INSERT INTO person ({listed}, recorded_at, changed_at)"
            f" SELECT {listed}, cast(:now AS timestamptz), cast(:now AS timestamptz)"
            " FROM pg_temp.staged_person ORDER BY person_id"
            " ON CONFLICT DO NOTHING RETURNING person_id"
        ),
        {"now": now},
    )
    return set(inserted.scalars())


async def update(session: AsyncSession, people: Sequence[Person], now: datetime) -> None:
    """Write the present state of people that this transaction holds."""
    await stage(
        session,
        "changed_person",
        COLUMNS,
        map(_record, people),
    )
    assigned = ", ".join(f"{name} = c.{name}" for name in COLUMNS if name != "person_id")
    await session.execute(
        text(
            f"UPDATE person p SET {assigned}, changed_at = cast(:now AS timestamptz)"
            " FROM pg_temp.changed_person c WHERE p.person_id = c.person_id"
        ),
        {"now": now},
    )


async def by_personal_ids(
    session: AsyncSession, numbers: Iterable[str], *, lock: bool
) -> list[Person]:
    """Read people by their 12 digits, locked in the order of their ids for a change."""
    found = await session.execute(
        text(
            f"SELECT {PERSON} FROM person WHERE personal_id = ANY (:numbers)"
            f" ORDER BY person_id {'FOR UPDATE' if lock else ''}"
        ),
        {"numbers": list(numbers)},
    )
    return [person_of(row) for row in found.mappings()]


async def by_former_numbers(
    session: AsyncSession, numbers: Iterable[str], *, lock: bool
) -> list[Person]:
    """Read people without the 12 digits by their former number."""
    found = await session.execute(
        text(
            f"SELECT {PERSON} FROM person WHERE former_number = ANY (:numbers)"
            f" AND personal_id IS NULL ORDER BY person_id {'FOR UPDATE' if lock else ''}"
        ),
        {"numbers": list(numbers)},
    )
    return [person_of(row) for row in found.mappings()]


async def by_cards(session: AsyncSession, numbers: Iterable[str]) -> list[tuple[str, Person]]:
    """Read and lock people with the 12 digits who have or had these identity cards (CMND)."""
    found = await session.execute(
        text(
            "WITH holder AS MATERIALIZED ("
            "  SELECT former_number AS number, person_id FROM person"
            "  WHERE former_number = ANY (:numbers) AND personal_id IS NOT NULL"
            "  UNION SELECT number, person_id FROM person_number"
            "  WHERE number = ANY (:numbers) AND kind = 'cmnd' AND superseded_at IS NULL"
            f") SELECT h.number, {_of('p')} FROM holder h JOIN person p USING (person_id)"
            " ORDER BY p.person_id FOR UPDATE OF p"
        ),
        {"numbers": list(numbers)},
    )
    return [(row["number"], person_of(row)) for row in found.mappings()]


async def by_ids(session: AsyncSession, ids: Iterable[UUID], *, lock: bool) -> list[Person]:
    """Read people by their ids."""
    found = await session.execute(
        text(
            f"SELECT {PERSON} FROM person WHERE person_id = ANY (:ids)"
            f" ORDER BY person_id {'FOR UPDATE' if lock else ''}"
        ),
        {"ids": list(ids)},
    )
    return [person_of(row) for row in found.mappings()]
