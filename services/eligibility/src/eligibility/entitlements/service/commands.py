"""Take over current beneficiaries; hold what may not be paid; follow what is known of deaths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl

from common.contracts.eligibility import (
    EntitlementAdjusted,
    EntitlementHeld,
    EntitlementTakenOver,
)
from common.contracts.registry import IntakeRowAccepted, PersonMerged, PersonUnmerged
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent
from common.kernel.months import Month
from eligibility.entitlements import store
from eligibility.entitlements.domain import group_of
from eligibility.entitlements.service.events import tell
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain.parameters import hundredths


async def take_over(session: AsyncSession, events: Sequence[AnyEvent], now: datetime) -> None:
    """Enter current beneficiaries with their old decisions and the amounts their list shows.

    Thuật ngữ: tiếp nhận đối tượng đang hưởng. Căn cứ: Điều 7 Nghị định 176/2025/NĐ-CP (people once
    under 5.5b and 5.5c file no request); khoản 3 Điều 32 Nghị định 335/2026/NĐ-CP.
    """
    rows: dict[tuple[UUID, str], dict[str, Any]] = {}
    for event in events:
        data: IntakeRowAccepted = event.data
        rows.setdefault((data.person.person_id, data.benefit.benefit), _listed(data))
    made = await store.insert(session, list(rows.values()), now)
    await tell(session, EntitlementTakenOver, made)
    people = [event.data.person.person_id for event in events]
    await hold_lower(session, people, now)
    await hold_deceased(session, people, now)


def _listed(data: IntakeRowAccepted) -> dict[str, Any]:
    listed = data.benefit
    return {
        "entitlement_id": new_id(),
        "person_id": data.person.person_id,
        "commune_code": data.person.commune_code,
        "benefit": listed.benefit,
        "group_code": group_of(listed.benefit, listed.stated_category),
        "origin": "taken_over",
        "stated_category": listed.stated_category,
        "listed_amount": listed.amount,
        "listed_coefficient": hundredths(Decimal(listed.coefficient)),
        "paid_from": listed.paid_from.first_day,
        "paid_to": listed.paid_to.first_day,
        "old_decision_number": listed.decision_number,
        "old_decision_date": listed.decision_date,
        "decision_number": listed.decision_number,
        "signed_on": listed.decision_date,
        "import_id": data.import_id,
        "row_number": data.row_number,
        "payee_person_id": listed.payee_person_id,
    }


async def hold_lower(
    session: AsyncSession,
    person_ids: Sequence[UUID],
    now: datetime,
    *,
    cut_before: Month | None = None,
) -> None:
    """Hold all but the highest benefit of each person (chỉ được hưởng một mức cao nhất).

    Args:
        session: the transaction.
        person_ids: whose benefits to compare.
        now: business time.
        cut_before: end the lower ones before this month; None leaves that to the signed review.
    """
    lower = await _lower(session, person_ids, now.date())
    held = await store.hold(session, lower, "highest_only", now) if lower else []
    if cut_before is not None and held:
        last = cut_before.previous().first_day
        await store.cut_levels(session, [{**cut, "last": last} for cut in held], now)
    await tell(session, EntitlementHeld, [cut["entitlement_id"] for cut in held])


async def _lower(session: AsyncSession, person_ids: Sequence[UUID], day: date) -> list[UUID]:
    """Give the entitlements that give way to their person's highest, by the law of a day."""
    rows = await store.competing(session, person_ids)
    if not rows:
        return []
    month = Month.of(day)
    people = sorted({row["person_id"] for row in rows})
    places = await facts.months_frame(session, people, month, month)
    signed = pl.DataFrame(
        [
            {**row, **{name: str(row[name]) for name in ("entitlement_id", "person_id")}}
            for row in rows
        ],
        schema=_COMPETING,
    ).join(
        places.unique("person_id", keep="last", maintain_order=True).select("person_id", *_PLACE),
        on="person_id",
        how="left",
        maintain_order="left",
    )
    return [UUID(value) for value in law.lower_benefits(signed, day)]


_PLACE = ("province_code", "former_province_code", "setting", "local_group")
_COMPETING: dict[str, pl.DataType] = {
    "entitlement_id": pl.String(),
    "person_id": pl.String(),
    "benefit": pl.String(),
    "group_code": pl.String(),
    "listed_amount": pl.Int64(),
    "coefficient": pl.Int64(),
}


async def hold_deceased(session: AsyncSession, person_ids: Sequence[UUID], now: datetime) -> None:
    """Hold what the dead have; their levels end with the month of death.

    When the day of death moves to another month, the levels before any death are cut anew.
    Căn cứ: thôi hưởng từ tháng liền sau tháng chết, khoản 4 Điều 4 Nghị định 176/2025/NĐ-CP (khoản
    2 Điều 31 Nghị định 335/2026/NĐ-CP).
    """
    deaths = await facts.deaths(session, person_ids)
    if not deaths:
        return
    months = {person: Month.of(day).first_day for person, day in deaths.items()}
    held = await store.hold_deceased(session, months, now)
    await store.cut_levels(session, held, now)
    await tell(session, EntitlementHeld, [cut["entitlement_id"] for cut in held])


async def follow_merges(session: AsyncSession, events: Sequence[AnyEvent], now: datetime) -> None:
    """Two records of one human are paid a benefit once; undone, both stand as they stood."""
    merged: dict[UUID, UUID] = {}
    undone: list[UUID] = []
    for event in events:
        data: PersonMerged | PersonUnmerged = event.data
        if isinstance(data, PersonMerged):
            merged[data.person.person_id] = data.into.person_id
        else:
            undone.append(data.person.person_id)
    await tell(session, EntitlementHeld, await store.hold_merged(session, merged, now))
    released = await store.release_unmerged(session, undone, now)
    await tell(session, EntitlementAdjusted, released)
    await hold_lower(session, undone, now)
    await hold_deceased(session, undone, now)


async def follow_deaths(session: AsyncSession, person_ids: Sequence[UUID], now: datetime) -> None:
    """Make entitlements agree with what is now known of deaths: held and cut, or released.

    What a signed decision stopped is left alone: only another signature may change it.
    """
    await hold_deceased(session, person_ids, now)
    dead = await facts.deaths(session, person_ids)
    living = [person for person in person_ids if person not in dead]
    released = await store.release_living(session, living, now)
    if not released:
        return
    await store.cut_levels(session, released, now)
    active = [item["entitlement_id"] for item in released if item["status"] == "active"]
    held = [item["entitlement_id"] for item in released if item["status"] == "held"]
    await tell(session, EntitlementAdjusted, active)
    await tell(session, EntitlementHeld, held)
    await hold_lower(session, living, now)
