"""Do what signed decisions say: new levels, corrections, grants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from common.contracts.eligibility import (
    EntitlementAdjusted,
    EntitlementGranted,
    EntitlementHeld,
    EntitlementStopped,
)
from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import Decision, DraftOutdated
from eligibility.entitlements import store
from eligibility.entitlements.domain import AlreadyEntitled, group_of
from eligibility.entitlements.service.commands import hold_deceased, hold_lower
from eligibility.entitlements.service.events import tell
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
    elif decision.kind in _ENDINGS:
        await _apply_ending(session, decision, now)


_ENDINGS = {"stop": "stopped", "suspend": "suspended", "resume": "active"}
"""Kind of decision -> what its entitlements are afterwards."""


async def _apply_ending(session: AsyncSession, decision: Decision, now: datetime) -> None:
    """Stop, suspend or resume as signed; who is resumed is still held for another reason."""
    lines = await _current_lines(session, decision)
    status = _ENDINGS[decision.kind]
    rows = [
        {
            "entitlement_id": line["entitlement_id"],
            "status": status,
            "status_reason": None if status == "active" else line["reason"],
            "levels": line["levels"],
        }
        for line in lines
    ]
    # An end is no new level: what waited for one goes on waiting.
    await store.adjust(session, rows, {**_signature(decision, now), "counts_from": None})
    ids = [row["entitlement_id"] for row in rows]
    kinds: dict[str, Any] = {"stopped": EntitlementStopped, "suspended": EntitlementHeld}
    await tell(session, kinds.get(status, EntitlementAdjusted), ids)
    if status == "active":
        people = [UUID(line["person_id"]) for line in lines]
        await hold_lower(session, people, now)
        await hold_deceased(session, people, now)


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
        "person_id",
        "outcome",
        pl.col("facts").str.json_path_match("$.reason").alias("reason"),
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
    frame = await decisions.lines_frame(session, decision.decision_id)
    lines = frame.with_columns(
        pl.col("levels").str.json_decode(_LEVELS),
        pl.col("facts").str.json_path_match("$.payee_person_id").alias("payee_person_id"),
    ).to_dicts()
    rows = [_granted(decision, line, law.counting_day(now.date())) for line in lines]
    made = await store.insert(session, rows, now)
    if len(made) != len(rows):
        raise AlreadyEntitled
    await tell(session, EntitlementGranted, made)
    starts: dict[Month, list[UUID]] = {}
    for row in rows:
        start = Month.of(date.fromisoformat(row["paid_from"]))
        starts.setdefault(start, []).append(row["person_id"])
    for start, people in starts.items():
        await hold_lower(session, people, now, cut_before=start)
    await hold_deceased(session, [row["person_id"] for row in rows], now)


def _granted(decision: Decision, line: dict[str, Any], counts_from: date) -> dict[str, Any]:
    level = line["levels"][0]
    return {
        "entitlement_id": line["entitlement_id"],
        "person_id": UUID(line["person_id"]),
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
        "level_counts_from": counts_from,
        "payee_person_id": line["payee_person_id"],
    }
