"""Questions about households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from common import audit
from common.runtime.clock import VN_TZ
from registry.households.domain import (
    ClassPeriod,
    FlagPeriod,
    Household,
    HouseholdNotFound,
    Membership,
    PovertyClass,
    class_on,
)
from registry.households.store import timelines as store
from registry.households.store.timelines import HouseholdFilter, Recorded

if TYPE_CHECKING:
    from common.database.session import AsyncSession

Row = TypeVar("Row", Membership, ClassPeriod, FlagPeriod)


@dataclass(frozen=True, slots=True)
class HouseholdStanding:
    """A household as it is on a day."""

    household: Household
    members: list[Membership]
    poverty_class: PovertyClass
    flags: list[FlagPeriod]


@dataclass(frozen=True, slots=True)
class HouseholdHistory:
    """Everything dated about a household, with when it was known."""

    members: list[Recorded]
    classes: list[Recorded]
    flags: list[Recorded]


async def read(session: AsyncSession, household_id: UUID, on: date) -> HouseholdStanding:
    """Read a household on a day; audited.

    Raises:
        HouseholdNotFound: none that the caller may see.
    """
    found = await _standing(session, [household_id], on)
    if not found:
        raise HouseholdNotFound
    await audit.record(session, "household.read", "household", household_id)
    return found[0]


async def page(
    session: AsyncSession, wanted: HouseholdFilter, today: date
) -> list[HouseholdStanding]:
    """Read a page of a commune's households; audited."""
    found = await _standing(session, await store.page(session, wanted, today), today)
    await audit.record(
        session, "households.listed", "commune", wanted.commune_code, {"rows": len(found)}
    )
    return found


async def _standing(session: AsyncSession, ids: list[UUID], on: date) -> list[HouseholdStanding]:
    households = await store.households(session, ids, lock=False)
    members = await _by_household(session, Membership, ids)
    classes = await _by_household(session, ClassPeriod, ids)
    flags = await _by_household(session, FlagPeriod, ids)
    return [
        HouseholdStanding(
            household=one,
            members=sorted(
                (row for row in members.get(one.household_id, []) if row.on(on)),
                key=lambda row: (row.relation != "head", str(row.person_id)),
            ),
            poverty_class=class_on(classes.get(one.household_id, []), on),
            flags=[
                row
                for row in flags.get(one.household_id, [])
                if row.holds
                and row.valid_from <= on
                and (row.valid_to is None or on < row.valid_to)
            ],
        )
        for one in households
    ]


async def _by_household(
    session: AsyncSession, kind: type[Row], ids: list[UUID]
) -> dict[UUID, list[Row]]:
    rows: dict[UUID, list[Row]] = {}
    for row in await store.current(session, kind, ids):
        rows.setdefault(row.household_id, []).append(row)
    return rows


async def history(
    session: AsyncSession, household_id: UUID, *, known_on: date | None = None
) -> HouseholdHistory:
    """Give what is dated about a household, as known now or at the end of a day.

    Raises:
        HouseholdNotFound: none that the caller may see.
    """
    if not await store.households(session, [household_id], lock=False):
        raise HouseholdNotFound
    await audit.record(session, "household.read", "household", household_id)
    end = None
    if known_on is not None:
        end = datetime.combine(known_on + timedelta(days=1), time.min, VN_TZ)
    return HouseholdHistory(
        members=_known(await store.history(session, Membership, household_id), end),
        classes=_known(await store.history(session, ClassPeriod, household_id), end),
        flags=_known(await store.history(session, FlagPeriod, household_id), end),
    )


def _known(rows: list[Recorded], end: datetime | None) -> list[Recorded]:
    if end is None:
        return rows
    return [
        row
        for row in rows
        if row.recorded_at < end and (row.superseded_at is None or row.superseded_at >= end)
    ]
