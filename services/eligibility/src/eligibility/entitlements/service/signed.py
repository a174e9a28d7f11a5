"""Do what signed decisions say: new levels, corrections, grants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from common.contracts.eligibility import (
    EntitlementAdjusted,
    EntitlementGranted,
    EntitlementStopped,
)
from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import Decision, DraftOutdated
from eligibility.entitlements import store
from eligibility.entitlements.domain import AlreadyEntitled, group_of
from eligibility.entitlements.service.commands import hold_lower
from eligibility.entitlements.service.telling import tell
from eligibility.law import service as law


async def apply_decision(session: AsyncSession, decision_id: UUID, now: datetime) -> None:
    """Do what a signed decision says.

    Raises:
        DraftOutdated: an entitlement changed after the draft was computed.
        AlreadyEntitled: a grant for someone who has the benefit.
    """
    decision = await decisions.get(session, decision_id)
    if decision.kind == "level_review":
        await _apply_review(session, decision, now)
    elif decision.kind == "correction":
        await _apply_correction(session, decision, now)
    elif decision.kind == "grant":
        await _apply_grant(session, decision, now)


_ENDED = frozenset({"deceased", "highest_only"})
"""Outcomes of a review that end the entitlement."""


async def _apply_review(session: AsyncSession, decision: Decision, now: datetime) -> None:
    lines = await _current_lines(session, decision)
    rows = [
        {
            "entitlement_id": line["entitlement_id"],
            "status": "stopped" if line["outcome"] in _ENDED else "active",
            "status_reason": line["outcome"] if line["outcome"] in _ENDED else None,
            "levels": line["levels"],
        }
        for line in lines
    ]
    await store.adjust(session, rows, _signature(decision, now))
    ended = [row["entitlement_id"] for row in rows if row["status"] == "stopped"]
    going = [row["entitlement_id"] for row in rows if row["status"] == "active"]
    await tell(session, EntitlementAdjusted, going)
    await tell(session, EntitlementStopped, ended)


async def _apply_correction(session: AsyncSession, decision: Decision, now: datetime) -> None:
    """Put the lawful levels in place; their coefficient is the signed one from here on."""
    lines = await _current_lines(session, decision)
    rows = [
        {
            "entitlement_id": line["entitlement_id"],
            "status": "active",
            "status_reason": None,
            "levels": line["levels"],
            "signed_coefficient": line["levels"][-1]["coefficient"],
            "stated_category": line["levels"][-1]["provision"],
        }
        for line in lines
    ]
    await store.adjust(session, rows, _signature(decision, now))
    await tell(session, EntitlementAdjusted, [row["entitlement_id"] for row in rows])


async def _current_lines(session: AsyncSession, decision: Decision) -> list[dict[str, Any]]:
    """Give a decision's lines; no entitlement may have changed since they were drafted.

    Raises:
        DraftOutdated: one has.
    """
    frame = await decisions.lines_frame(session, decision.decision_id)
    lines = frame.select(
        "entitlement_id",
        "entitlement_version",
        "outcome",
        pl.col("levels").str.json_decode(_LEVELS),
    ).to_dicts()
    for line in lines:
        line["entitlement_id"] = UUID(line["entitlement_id"])
    if await store.stale(
        session, {line["entitlement_id"]: line["entitlement_version"] for line in lines}
    ):
        raise DraftOutdated
    return lines


def _signature(decision: Decision, now: datetime) -> dict[str, Any]:
    return {
        "decision_id": decision.decision_id,
        "number": decision.number,
        "origin": decision.kind,
        "signed_on": decision.signed_on,
        "counts_from": law.counting_day(now.date()),
        "now": now,
    }


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
        "group_code": group_of(line["benefit"], level["provision"]),
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
    await tell(session, EntitlementGranted, made)
    start = Month.of(date.fromisoformat(level["from_month"]))
    await hold_lower(session, [person_id], now, cut_before=start)
