"""Households, and what is dated about them: members, classes, flags."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.households.domain import Cause, ClassPeriod, FlagPeriod, Household, Membership
from registry.staging import stage

Row = TypeVar("Row", Membership, ClassPeriod, FlagPeriod)

_MEMBER = {
    "member_id": "uuid",
    "household_id": "uuid",
    "person_id": "uuid",
    "commune_code": "text",
    "relation": "text",
    "valid_from": "date",
    "valid_to": "date",
    "cause": "text",
    "cause_person": "uuid",
}
_CLASS = {
    "class_id": "uuid",
    "household_id": "uuid",
    "commune_code": "text",
    "year": "integer",
    "poverty_class": "text",
    "decision": "text",
    "valid_from": "date",
    "valid_to": "date",
    "decision_date": "date",
}
_FLAG = {
    "flag_id": "uuid",
    "household_id": "uuid",
    "commune_code": "text",
    "flag": "text",
    "holds": "boolean",
    "basis": "text",
    "valid_from": "date",
    "valid_to": "date",
}


@dataclass(frozen=True, slots=True)
class _Timeline:
    table: str
    columns: Mapping[str, str]

    @property
    def key(self) -> str:
        return next(iter(self.columns))


_TIMELINES: Mapping[type, _Timeline] = {
    Membership: _Timeline("household_member", _MEMBER),
    ClassPeriod: _Timeline("household_class", _CLASS),
    FlagPeriod: _Timeline("household_flag", _FLAG),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A dated row with when it was known."""

    row: Any
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """What a list of households is narrowed to."""

    commune_code: str
    poverty_class: str | None
    code: str | None
    after: UUID | None
    limit: int


async def households(session: AsyncSession, ids: Iterable[UUID], *, lock: bool) -> list[Household]:
    """Read households, locked in the order of their ids for a change."""
    wanted = list(ids)
    found = await session.execute(
        text(
            "SELECT household_id, commune_code, village, version FROM household"
            f" WHERE household_id = ANY (:ids) ORDER BY household_id {'FOR UPDATE' if lock else ''}"
        ),
        {"ids": wanted},
    )
    rows = {row["household_id"]: Household(**row) for row in found.mappings()}
    codes = await session.execute(
        text(
            "SELECT household_id, code FROM household_code WHERE household_id = ANY (:ids)"
            " ORDER BY recorded_at, code"
        ),
        {"ids": wanted},
    )
    for household_id, code in codes:
        if household_id in rows:
            rows[household_id].codes.append(code)
    return list(rows.values())


async def by_codes(
    session: AsyncSession, commune_code: str, codes: Collection[str]
) -> dict[str, UUID]:
    """Find households of a commune by the codes that lists give them."""
    found = await session.execute(
        text(
            "SELECT code, household_id FROM household_code"
            " WHERE commune_code = :commune AND code = ANY (:codes)"
        ),
        {"commune": commune_code, "codes": list(codes)},
    )
    return {row[0]: row[1] for row in found}


async def insert_codes(
    session: AsyncSession, rows: Sequence[tuple[str, str, UUID]], now: datetime
) -> int:
    """Give households codes (commune, code, household); gives how many were free."""
    columns = {"commune_code": "text", "code": "text", "household_id": "uuid"}
    await stage(session, "staged_household_code", columns, rows)
    inserted = await session.execute(
        text(
            "INSERT INTO household_code (commune_code, code, household_id, recorded_at)"
            " SELECT commune_code, code, household_id, cast(:now AS timestamptz)"
            " FROM pg_temp.staged_household_code ON CONFLICT DO NOTHING RETURNING code"
        ),
        {"now": now},
    )
    return len(inserted.all())


async def save(
    session: AsyncSession, rows: Sequence[Household], new: Collection[UUID], now: datetime
) -> None:
    """Write the present state of households that this transaction holds, or makes."""
    columns = {
        "household_id": "uuid",
        "commune_code": "text",
        "village": "text",
        "version": "bigint",
        "is_new": "boolean",
    }
    await stage(
        session,
        "staged_household",
        columns,
        (
            (h.household_id, h.commune_code, h.village, h.version, h.household_id in new)
            for h in rows
        ),
    )
    await session.execute(
        text(
            "INSERT INTO household (household_id, commune_code, village, version, recorded_at)"
            " SELECT household_id, commune_code, village, version, cast(:now AS timestamptz)"
            " FROM pg_temp.staged_household WHERE is_new"
        ),
        {"now": now},
    )
    await session.execute(
        text(
            "UPDATE household h SET village = s.village, version = s.version"
            " FROM pg_temp.staged_household s"
            " WHERE h.household_id = s.household_id AND NOT s.is_new"
        )
    )


async def current(
    session: AsyncSession, kind: type[Row], ids: Iterable[UUID], *, by: str = "household_id"
) -> list[Row]:
    """Read the rows of households (or, by `person_id`, of people) that are not superseded."""
    timeline = _TIMELINES[kind]
    found = await session.execute(
        text(
            f"SELECT {', '.join(timeline.columns)} FROM {timeline.table}"
            f" WHERE {by} = ANY (:ids) AND superseded_at IS NULL"
            f" ORDER BY household_id, valid_from NULLS FIRST, {timeline.key}"
        ),
        {"ids": list(ids)},
    )
    return [kind(**row) for row in found.mappings()]


async def history(session: AsyncSession, kind: type[Row], household_id: UUID) -> list[Recorded]:
    """Read every row of a household, superseded ones too, in the order of recording."""
    timeline = _TIMELINES[kind]
    found = await session.execute(
        text(
            f"SELECT {', '.join(timeline.columns)}, recorded_at, recorded_by, superseded_at"
            f" FROM {timeline.table} WHERE household_id = :id"
            f" ORDER BY recorded_at, valid_from NULLS FIRST, {timeline.key}"
        ),
        {"id": household_id},
    )
    return [
        Recorded(
            kind(**{name: row[name] for name in timeline.columns}),
            row["recorded_at"],
            row["recorded_by"],
            row["superseded_at"],
        )
        for row in found.mappings()
    ]


async def supersede(
    session: AsyncSession, kind: type[Row], ids: Iterable[UUID], now: datetime
) -> None:
    """Mark rows as superseded."""
    timeline = _TIMELINES[kind]
    await session.execute(
        text(
            f"UPDATE {timeline.table} SET superseded_at = :now"
            f" WHERE {timeline.key} = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids), "now": now},
    )


async def set_aside(session: AsyncSession, ids: Iterable[UUID], cause: Cause) -> None:
    """Mark superseded memberships that hold again when what ended them is undone."""
    await session.execute(
        text("UPDATE household_member SET set_aside = :cause WHERE member_id = ANY (:ids)"),
        {"ids": list(ids), "cause": cause},
    )


async def take_from_aside(
    session: AsyncSession, person_ids: Iterable[UUID], cause: Cause
) -> list[Membership]:
    """Give the memberships of people that were set aside; they are not set aside any more."""
    found = await session.execute(
        text(
            "UPDATE household_member SET set_aside = NULL"
            " WHERE person_id = ANY (:ids) AND set_aside = :cause"
            f" RETURNING {', '.join(_MEMBER)}"
        ),
        {"ids": list(person_ids), "cause": cause},
    )
    rows = [Membership(**row) for row in found.mappings()]
    return sorted(rows, key=lambda row: (str(row.person_id), str(row.valid_from)))


async def insert(
    session: AsyncSession,
    kind: type[Row],
    rows: Sequence[Row],
    *,
    now: datetime,
    recorded_by: str,
) -> None:
    """Add rows."""
    timeline = _TIMELINES[kind]
    await stage(
        session,
        f"staged_{timeline.table}",
        timeline.columns,
        (tuple(getattr(row, name) for name in timeline.columns) for row in rows),
    )
    listed = ", ".join(timeline.columns)
    await session.execute(
        text(
            f"INSERT INTO {timeline.table} ({listed}, recorded_at, recorded_by)"
            f" SELECT {listed}, cast(:now AS timestamptz), :by"
            f" FROM pg_temp.staged_{timeline.table}"
        ),
        {"now": now, "by": recorded_by},
    )


async def page(session: AsyncSession, wanted: HouseholdFilter, today: date) -> list[UUID]:
    """Read the ids of a page of a commune's households."""
    conditions = [
        "h.commune_code = :commune",
        "(cast(:after AS uuid) IS NULL OR h.household_id > :after)",
    ]
    values: dict[str, Any] = {
        "commune": wanted.commune_code,
        "after": wanted.after,
        "limit": wanted.limit,
    }
    if wanted.code is not None:
        conditions.append(
            "h.household_id IN (SELECT household_id FROM household_code"
            " WHERE commune_code = :commune AND code = :code)"
        )
        values["code"] = wanted.code
    if wanted.poverty_class is not None:
        conditions.append(
            "coalesce((SELECT c.poverty_class FROM household_class c"
            " WHERE c.household_id = h.household_id AND c.superseded_at IS NULL"
            " AND c.valid_from <= :today ORDER BY c.valid_from DESC LIMIT 1), 'none') = :class"
        )
        values |= {"class": wanted.poverty_class, "today": today}
    found = await session.execute(
        text(
            f"SELECT h.household_id FROM household h WHERE {' AND '.join(conditions)}"
            " ORDER BY h.household_id LIMIT :limit"
        ),
        values,
    )
    return list(found.scalars())


async def classed(session: AsyncSession, commune_code: str, day: date) -> dict[UUID, str]:
    """Give the households of a commune that are poor or near-poor by their last class of a day."""
    found = await session.execute(
        text(
            "SELECT household_id, poverty_class FROM ("
            " SELECT DISTINCT ON (household_id) household_id, poverty_class FROM household_class"
            " WHERE commune_code = :commune AND superseded_at IS NULL AND valid_from <= :day"
            " ORDER BY household_id, valid_from DESC) latest WHERE poverty_class <> 'none'"
        ),
        {"commune": commune_code, "day": day},
    )
    return {row[0]: row[1] for row in found}
