"""Dossiers, benefits that are paid once, and counts by group, from events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from common.contracts import eligibility
from common.contracts.envelope import Event
from common.database.session import AsyncSession
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from reporting.projections import store
from reporting.projections.service.freshness import note

ENDED = frozenset({3, 7, 8, 9, 10})
"""The portal's statuses that end a dossier: not accepted, withdrawn, stopped, done, returned."""
PAPERS_ASKED = 5
"""The portal's status `Yêu cầu bổ sung giấy tờ`."""


async def project_dossiers(
    session: AsyncSession, events: Sequence[Event[eligibility.DossierMoved]]
) -> None:
    """Keep the latest step of each dossier, when it ended first, and whether papers were asked."""
    found: dict[str, dict[str, Any]] = {}
    for event in sorted(events, key=lambda event: event.sequence):
        data, moved_on = event.data, event.time.astimezone(VN_TZ).date().isoformat()
        before = found.get(data.dossier_code, {})
        ended = moved_on if data.status in ENDED else None
        found[data.dossier_code] = {
            **data.model_dump(mode="json", exclude={"received_at", "procedure_code"}),
            "received_on": data.received_at.astimezone(VN_TZ).date().isoformat(),
            "moved_on": moved_on,
            "finished_on": before.get("finished_on") or ended,
            "supplement_asked": before.get("supplement_asked", False)
            or data.status == PAPERS_ASKED,
            "version": event.sequence,
        }
    await store.upsert(session, "dossier", list(found.values()))
    await note(session, events)


async def project_one_offs(
    session: AsyncSession, events: Sequence[Event[eligibility.OneOffGranted]]
) -> None:
    """Keep what decisions grant once: funerals, emergencies."""
    rows = [
        {
            **event.data.model_dump(mode="json", exclude={"payee", "article", "pay_month"}),
            "version": event.sequence,
        }
        for event in events
    ]
    await store.upsert(session, "one_off", rows)
    await note(session, events)


async def project_group_counts(
    session: AsyncSession, events: Sequence[Event[eligibility.GroupsCounted]]
) -> None:
    """Keep the sealed counts of each commune and month as they came; the newest replaces others."""
    rows = [
        {
            **event.data.model_dump(mode="json", exclude={"counts", "month"}),
            "month": event.data.month.first_day.isoformat(),
            "version": event.sequence,
        }
        for event in events
    ]
    await store.upsert(session, "group_count", rows)
    await note(session, events)


async def sealed_boxes(
    session: AsyncSession, communes: Sequence[str] | None, month: Month
) -> list[tuple[str, date, str | None]]:
    """Give commune, day of counting and sealed box of a month's counts."""
    return await store.sealed_boxes(session, communes, month.first_day)
