"""Take over, grant, adjust, hold and stop entitlements; each change is one event per entitlement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl

from common.contracts.eligibility import (
    DecisionRef,
    EntitlementAdjusted,
    EntitlementGranted,
    EntitlementHeld,
    EntitlementState,
    EntitlementStopped,
    EntitlementTakenOver,
    Level,
)
from common.contracts.registry import IntakeRowAccepted
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import Decision, DraftOutdated
from eligibility.entitlements import store
from eligibility.entitlements.domain import (
    GROUP_OF,
    AlreadyEntitled,
    Entitlement,
    EntitlementNotFound,
)
from eligibility.facts import service as facts
from eligibility.facts.domain import PersonUnknown
from eligibility.law import service as law
from eligibility.law.domain.parameters import coefficient_text, hundredths


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
    await _tell(session, EntitlementTakenOver, made)
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
        "group_code": GROUP_OF[listed.benefit],
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
    held = await store.hold_lower(session, person_ids, law.levels_by_benefit(now.date()), now)
    if cut_before is not None and held:
        last = cut_before.previous().first_day
        await store.cut_levels(session, dict.fromkeys(held, last), now)
    await _tell(session, EntitlementHeld, held)


async def hold_deceased(session: AsyncSession, person_ids: Sequence[UUID], now: datetime) -> None:
    """Hold what the dead have; their levels end with the month of death.

    Căn cứ: thôi hưởng từ tháng liền sau tháng chết, khoản 4 Điều 4 Nghị định 176/2025/NĐ-CP (khoản
    2 Điều 31 Nghị định 335/2026/NĐ-CP).
    """
    deaths = await facts.deaths(session, person_ids)
    if not deaths:
        return
    held = await store.hold_deceased(session, deaths, now)
    if not held:
        return
    people = {item.entitlement_id: item.person_id for item in await store.read(session, held)}
    last = {key: Month.of(deaths[person]).first_day for key, person in people.items()}
    await store.cut_levels(session, last, now)
    await _tell(session, EntitlementHeld, held)


async def apply_decision(session: AsyncSession, decision_id: UUID, now: datetime) -> None:
    """Do what a signed decision says.

    Raises:
        DraftOutdated: an entitlement changed after the draft was computed.
        AlreadyEntitled: a grant for someone who has the benefit.
    """
    decision = await decisions.get(session, decision_id)
    if decision.kind == "level_review":
        await _apply_review(session, decision, now)
    elif decision.kind == "grant":
        await _apply_grant(session, decision, now)


_ENDED = frozenset({"deceased", "highest_only"})
"""Outcomes of a review that end the entitlement."""


async def _apply_review(session: AsyncSession, decision: Decision, now: datetime) -> None:
    lines = await decisions.lines_frame(session, decision.decision_id)
    ids = [UUID(value) for value in lines["entitlement_id"]]
    versions = dict(zip(ids, lines["entitlement_version"].to_list(), strict=True))
    if await store.stale(session, versions):
        raise DraftOutdated
    read = lines.select("outcome", pl.col("levels").str.json_decode(_LEVELS)).to_dicts()
    rows = [
        {
            "entitlement_id": key,
            "status": "stopped" if line["outcome"] in _ENDED else "active",
            "status_reason": line["outcome"] if line["outcome"] in _ENDED else None,
            "levels": line["levels"],
        }
        for key, line in zip(ids, read, strict=True)
    ]
    common = {
        "decision_id": decision.decision_id,
        "number": decision.number,
        "signed_on": decision.signed_on,
        "counts_from": law.counting_day(now.date()),
        "now": now,
    }
    await store.adjust(session, rows, common)
    ended = [row["entitlement_id"] for row in rows if row["status"] == "stopped"]
    going = [row["entitlement_id"] for row in rows if row["status"] == "active"]
    await _tell(session, EntitlementAdjusted, going)
    await _tell(session, EntitlementStopped, ended)


_LEVELS = pl.List(
    pl.Struct(
        {
            "from_month": pl.String,
            "to_month": pl.String,
            "amount": pl.Int64,
            "coefficient": pl.Int64,
            "provision": pl.String,
        }
    )
)


async def _apply_grant(session: AsyncSession, decision: Decision, now: datetime) -> None:
    lines = await decisions.lines_frame(session, decision.decision_id)
    line = lines.with_columns(pl.col("levels").str.json_decode(_LEVELS)).to_dicts()[0]
    level = line["levels"][0]
    person_id = UUID(line["person_id"])
    row = {
        "entitlement_id": line["entitlement_id"],
        "person_id": person_id,
        "commune_code": decision.commune_code,
        "benefit": line["benefit"],
        "group_code": GROUP_OF[line["benefit"]],
        "origin": "grant",
        "stated_category": level["provision"],
        "listed_amount": level["amount"],
        "listed_coefficient": level["coefficient"],
        "paid_from": level["from_month"],
        "decision_id": decision.decision_id,
        "decision_number": decision.number,
        "signed_on": decision.signed_on,
        "level_counts_from": law.counting_day(now.date()),
    }
    made = await store.insert(session, [row], now)
    if not made:
        raise AlreadyEntitled
    await _tell(session, EntitlementGranted, made)
    start = Month.of(date.fromisoformat(level["from_month"]))
    await hold_lower(session, [person_id], now, cut_before=start)


async def get(session: AsyncSession, entitlement_id: UUID) -> Entitlement:
    """Give an entitlement.

    Raises:
        EntitlementNotFound: none, or not the caller's.
    """
    found = await store.read(session, [entitlement_id])
    if not found:
        raise EntitlementNotFound
    return found[0]


async def page(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Entitlement]:
    """Give a page of entitlements."""
    return await store.page(session, filters, after, limit)


async def waiting_for_level(
    session: AsyncSession,
    counts_from: date,
    *,
    commune_code: str | None = None,
    entitlement_ids: Sequence[UUID] | None = None,
) -> list[Any]:
    """Give the entitlements, of a commune or of those named, not yet moved to the newest level."""
    return await store.waiting(session, counts_from, commune_code, entitlement_ids)


async def _tell(session: AsyncSession, kind: Any, ids: Sequence[UUID]) -> None:
    """Tell the full state of entitlements, one event each."""
    if not ids:
        return
    items = [
        NewEvent(item.entitlement_id, item.version, kind(entitlement=_state(item)))
        for item in await store.read(session, ids)
    ]
    await emit_many(session, items)


def _state(item: Entitlement) -> EntitlementState:
    return EntitlementState(
        entitlement_id=item.entitlement_id,
        person_id=item.person_id,
        commune_code=item.commune_code,
        benefit=item.benefit,
        group=item.group_code,
        status=item.status,
        status_reason=item.status_reason,
        levels=tuple(
            Level(
                from_month=level.from_month,
                to_month=level.to_month,
                amount=level.amount,
                coefficient=coefficient_text(level.coefficient),
                provision=level.provision,
            )
            for level in item.levels
        ),
        decision=DecisionRef(**item.decision),
    )


NOBODY = UUID(int=0)


async def person_filter(
    session: AsyncSession, person_id: UUID | None, personal_id: str | None
) -> UUID | None:
    """Give the person to filter by; a personal number that is unknown matches nobody."""
    if personal_id is None:
        return person_id
    try:
        person = await facts.person_by_personal_id(session, personal_id)
    except PersonUnknown:
        return NOBODY
    return person.person_id if person_id in {None, person.person_id} else NOBODY
