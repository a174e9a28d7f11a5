"""Every SQL statement about people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id
from registry.persons.domain import Identity, Person
from registry.staging import stage

_PERSON = (
    "person_id, personal_id, former_number, full_name, birth_date, birth_precision, sex,"
    " commune_code, village, former_commune, phone, household_id, poverty_class, death_date,"
    " verification, version"
)
_IDENTITY = {
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
}
_KEYS = {"name_key": "text", "name_sort": "text"}
_STATE = {
    "household_id": "uuid",
    "poverty_class": "text",
    "death_date": "date",
    "verification": "text",
    "version": "bigint",
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One row of a person's history."""

    version_id: UUID
    person_id: UUID
    identity: Identity
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of people is limited to."""

    commune_code: str
    name_key: str | None
    birth_year: int | None
    verification: str | None
    after: tuple[str, UUID] | None
    limit: int


def _identity(row: RowMapping) -> Identity:
    return Identity(**{name: row[name] for name in _IDENTITY})


def _person(row: RowMapping) -> Person:
    return Person(
        person_id=row["person_id"],
        identity=_identity(row),
        **{name: row[name] for name in _STATE},
    )


def _values(identity: Identity) -> tuple[Any, ...]:
    return tuple(getattr(identity, name) for name in _IDENTITY)


async def insert(session: AsyncSession, people: Sequence[Person], now: datetime) -> set[UUID]:
    """Insert new people; gives the ids of those whose number was free."""
    columns = {"person_id": "uuid"} | _IDENTITY | _KEYS | _STATE
    await stage(
        session,
        "staged_person",
        columns,
        (
            (
                person.person_id,
                *_values(person.identity),
                person.identity.name_key,
                person.identity.name_sort,
                *(getattr(person, name) for name in _STATE),
            )
            for person in people
        ),
    )
    listed = ", ".join(columns)
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
    columns = {"person_id": "uuid"} | _IDENTITY | _KEYS | _STATE
    await stage(
        session,
        "changed_person",
        columns,
        (
            (
                person.person_id,
                *_values(person.identity),
                person.identity.name_key,
                person.identity.name_sort,
                *(getattr(person, name) for name in _STATE),
            )
            for person in people
        ),
    )
    assigned = ", ".join(f"{name} = c.{name}" for name in columns if name != "person_id")
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
            f"SELECT {_PERSON} FROM person WHERE personal_id = ANY (:numbers)"
            f" ORDER BY person_id {'FOR UPDATE' if lock else ''}"
        ),
        {"numbers": list(numbers)},
    )
    return [_person(row) for row in found.mappings()]


async def by_former_numbers(
    session: AsyncSession, numbers: Iterable[str], *, lock: bool
) -> list[Person]:
    """Read people without the 12 digits by their former number."""
    found = await session.execute(
        text(
            f"SELECT {_PERSON} FROM person WHERE former_number = ANY (:numbers)"
            f" AND personal_id IS NULL ORDER BY person_id {'FOR UPDATE' if lock else ''}"
        ),
        {"numbers": list(numbers)},
    )
    return [_person(row) for row in found.mappings()]


async def by_ids(session: AsyncSession, ids: Iterable[UUID], *, lock: bool) -> list[Person]:
    """Read people by their ids."""
    found = await session.execute(
        text(
            f"SELECT {_PERSON} FROM person WHERE person_id = ANY (:ids)"
            f" ORDER BY person_id {'FOR UPDATE' if lock else ''}"
        ),
        {"ids": list(ids)},
    )
    return [_person(row) for row in found.mappings()]


async def of_households(session: AsyncSession, ids: Iterable[UUID]) -> list[Person]:
    """Read and lock the members of households."""
    found = await session.execute(
        text(
            f"SELECT {_PERSON} FROM person WHERE household_id = ANY (:ids)"
            " ORDER BY person_id FOR UPDATE"
        ),
        {"ids": list(ids)},
    )
    return [_person(row) for row in found.mappings()]


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
            f"SELECT {_PERSON}, name_sort FROM person WHERE {' AND '.join(conditions)}"
            " ORDER BY name_sort, person_id LIMIT :limit"
        ),
        values,
    )
    return [(_person(row), row["name_sort"]) for row in found.mappings()]


async def unverified(session: AsyncSession, commune_code: str, after: UUID | None) -> list[Person]:
    """Read the next people of a commune whose 12 digits nobody has checked."""
    found = await session.execute(
        text(
            f"SELECT {_PERSON} FROM person WHERE commune_code = :commune"
            " AND verification IN ('unverified', 'mismatch', 'not_found')"
            " AND personal_id IS NOT NULL AND (cast(:after AS uuid) IS NULL OR person_id > :after)"
            " ORDER BY person_id LIMIT 200"
        ),
        {"commune": commune_code, "after": after},
    )
    return [_person(row) for row in found.mappings()]


async def count_to_verify(session: AsyncSession, commune_code: str) -> int:
    """Count the people that a run of checks would ask about."""
    found = await session.execute(
        text(
            "SELECT count(*) FROM person WHERE commune_code = :commune AND personal_id IS NOT NULL"
            " AND verification IN ('unverified', 'mismatch', 'not_found')"
        ),
        {"commune": commune_code},
    )
    return int(found.scalar_one())


async def current_versions(
    session: AsyncSession, ids: Iterable[UUID]
) -> Mapping[UUID, list[VersionRow]]:
    """Read the rows of history that are not superseded."""
    found = await session.execute(
        text("SELECT * FROM person_version WHERE person_id = ANY (:ids) AND superseded_at IS NULL"),
        {"ids": list(ids)},
    )
    rows: dict[UUID, list[VersionRow]] = {}
    for row in found.mappings():
        rows.setdefault(row["person_id"], []).append(_version(row))
    return rows


async def history(session: AsyncSession, person_id: UUID) -> list[VersionRow]:
    """Read every row of a person's history, superseded ones too."""
    found = await session.execute(
        text(
            "SELECT * FROM person_version WHERE person_id = :id"
            " ORDER BY recorded_at, valid_from NULLS FIRST, version_id"
        ),
        {"id": person_id},
    )
    return [_version(row) for row in found.mappings()]


async def supersede(session: AsyncSession, ids: Iterable[UUID], now: datetime) -> None:
    """Mark rows of history as superseded; nothing else of them ever changes."""
    await session.execute(
        text(
            "UPDATE person_version SET superseded_at = :now"
            " WHERE version_id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids), "now": now},
    )


async def insert_versions(session: AsyncSession, rows: Sequence[VersionRow]) -> None:
    """Add rows of history."""
    columns = (
        {"version_id": "uuid", "person_id": "uuid"}
        | _IDENTITY
        | {
            "valid_from": "date",
            "valid_to": "date",
            "recorded_at": "timestamptz",
            "recorded_by": "text",
        }
    )
    await stage(
        session,
        "staged_version",
        columns,
        (
            (
                row.version_id,
                row.person_id,
                *_values(row.identity),
                row.valid_from,
                row.valid_to,
                row.recorded_at,
                row.recorded_by,
            )
            for row in rows
        ),
    )
    listed = ", ".join(columns)
    await session.execute(
        text(f"INSERT INTO person_version ({listed}) SELECT {listed} FROM pg_temp.staged_version")
    )


def new_version(
    person: Person,
    *,
    valid: tuple[date | None, date | None],
    now: datetime,
    recorded_by: str,
    identity: Identity | None = None,
) -> VersionRow:
    """Make a row of history; the present identity unless another one is given."""
    return VersionRow(
        version_id=new_id(),
        person_id=person.person_id,
        identity=identity or person.identity,
        valid_from=valid[0],
        valid_to=valid[1],
        recorded_at=now,
        recorded_by=recorded_by,
    )


def _version(row: RowMapping) -> VersionRow:
    return VersionRow(
        version_id=row["version_id"],
        person_id=row["person_id"],
        identity=_identity(row),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        superseded_at=row["superseded_at"],
    )
