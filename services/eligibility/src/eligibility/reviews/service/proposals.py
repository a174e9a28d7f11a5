"""What differs and waits for a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.entitlements import service as entitlements
from eligibility.entitlements.domain import Entitlement
from eligibility.facts import service as facts
from eligibility.reviews import store
from eligibility.reviews.domain import DEATH_CORRECTED


async def page_proposals(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Any]:
    """Give a page of differences, those that nobody has signed yet and those that are."""
    return await store.page_proposals(session, filters, after, limit)


async def note_corrected_deaths(
    session: AsyncSession, person_ids: Sequence[UUID], now: datetime
) -> None:
    """Note where a signed stop rests on a death that is taken back, or on another month of it.

    The stop stands until somebody signs otherwise; a proposal that no longer holds is withdrawn.
    """
    stopped = await entitlements.stopped_deceased(session, person_ids)
    if not stopped:
        return
    deaths = await facts.deaths(session, [item.person_id for item in stopped])
    found = [_corrected(item, deaths.get(item.person_id)) for item in stopped]
    await store.replace_proposals(
        session,
        [row for row in found if row is not None],
        [item.entitlement_id for item in stopped],
        code=DEATH_CORRECTED,
        now=now,
    )


def _corrected(item: Entitlement, death: date | None) -> dict[str, Any] | None:
    """Compare the signed end of an entitlement with the death that is known now."""
    last = max((level.to_month for level in item.levels if level.to_month), default=None)
    ended = item.paid_from.previous() if last is None else last
    if death is not None and max(Month.of(death), item.paid_from.previous()) == ended:
        return None
    until = ended if death is None else min(ended, Month.of(death))
    first = max(until.next(), item.paid_from)
    level = item.levels[-1] if item.levels else None
    amount = item.listed_amount if level is None else level.amount
    longer = death is None or Month.of(death) > ended
    return {
        "entitlement_id": item.entitlement_id,
        "code": DEATH_CORRECTED,
        "commune_code": item.commune_code,
        "person_id": item.person_id,
        "benefit": item.benefit,
        "from_month": first.first_day,
        "listed_amount": item.listed_amount,
        "listed_coefficient": item.listed_coefficient,
        "proposed_amount": 0 if longer else amount,
        "law_coefficient": item.listed_coefficient if level is None else level.coefficient,
        "law_amount": amount if longer else 0,
        "law_provision": item.stated_category if level is None else level.provision,
        "reasons": ["death_taken_back" if death is None else "death_month"],
    }
