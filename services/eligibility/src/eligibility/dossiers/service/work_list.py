"""What an office has to do: its open dossiers, the nearest deadline first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from common.database.session import AsyncSession
from eligibility.dossiers import store
from eligibility.dossiers.domain import Dossier, DossierStatus

Awaited = Literal["office", "citizen"]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """An open dossier and how it stands towards its deadline."""

    dossier: Dossier
    days_left: int
    """Calendar days until the deadline; negative when it has passed."""
    waits_for: Awaited
    """The citizen, while papers or a payment are asked for; else the office."""


async def work_list(
    session: AsyncSession,
    today: date,
    *,
    commune_code: str | None,
    overdue: bool,
    after: Sequence[Any] | None,
    limit: int,
) -> list[WorkItem]:
    """Give a page of open dossiers.

    Args:
        session: the caller's communes.
        today: Vietnamese day.
        commune_code: one commune, or all of the caller's.
        overdue: only those whose deadline has passed.
        after: deadline and code of the last one seen.
        limit: how many.
    """
    due_before = today if overdue else None
    found = await store.work_list(
        session, commune_code=commune_code, due_before=due_before, after=after, limit=limit
    )
    return [
        WorkItem(dossier, (dossier.due_on - today).days, _waits_for(dossier.status))
        for dossier in found
    ]


def _waits_for(status: DossierStatus) -> Awaited:
    asked = {DossierStatus.PAPERS_ASKED, DossierStatus.PAYMENT_ASKED}
    return "citizen" if status in asked else "office"
