"""Draft decisions that stop, suspend or resume what people receive.

Thuật ngữ: thôi hưởng, tạm dừng, hưởng lại. The law gives the month from the day of the event; the
lines show the levels before and after, and the chair signs. Căn cứ: Điều 8 Nghị định 20/2021/NĐ-CP;
khoản 3 Điều 4 Nghị định 176/2025/NĐ-CP; Điều 8, Điều 9 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from pydantic_core import to_json

from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import Decision, DecisionNumberTaken, Drafting
from eligibility.entitlements import service as entitlements
from eligibility.entitlements.domain import Entitlement, EntitlementNotFound, LevelRow
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain import life_of_entitlement as life
from eligibility.reviews.domain import (
    ENDING_TEXTS,
    EndingRefused,
    SuspensionNotDue,
    cut_levels,
    kept_levels,
)

_STATUS_BEFORE = {
    "stop": frozenset({"active", "held", "suspended", "stopped"}),
    "suspend": frozenset({"active"}),
    "resume": frozenset({"suspended", "stopped"}),
}
OUTCOMES = {"stop": "stopped", "suspend": "suspended", "resume": "resumed"}
"""Kind of decision -> outcome of its lines."""

_LAW_REASON: Mapping[str, life.StopReason] = {
    "deceased": "death",
    "missing": "missing",
    "lost_condition": "lost_condition",
    "sentenced": "sentenced",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """What is asked: why, and the day of the event (None: the death that is known).

    `uncollected`: for a suspension, the months that were not collected.
    """

    reason: str
    event_on: date | None = None
    uncollected: tuple[Month, ...] = ()


async def draft_ending(
    session: AsyncSession,
    drafting: Drafting,
    entitlement_ids: Sequence[UUID],
    ending: Ending | Mapping[UUID, Ending],
    *,
    now: datetime,
) -> Decision:
    """Draft a stop, a suspension or a resumption of entitlements of one commune.

    `ending` is one for all, or each entitlement's own.

    Drafting the same decision again computes an unsigned draft anew and leaves a signed one alone.

    Raises:
        EntitlementNotFound: one is not the commune's.
        EndingRefused: one is in a status that the decision cannot change.
        SuspensionNotDue: the law does not suspend on this ground, or not yet.
        DecisionNumberTaken: the number belongs to another decision.
    """
    found = await decisions.find_same(session, drafting)
    items = await _items(session, drafting.commune_code, entitlement_ids)
    if found is not None and found.status == "signed":
        signed = await decisions.lines_frame(session, found.decision_id)
        if not {UUID(value) for value in signed["entitlement_id"]} <= set(entitlement_ids):
            raise DecisionNumberTaken
        return found
    endings = dict.fromkeys(entitlement_ids, ending) if isinstance(ending, Ending) else dict(ending)
    _check_status(drafting.kind, items, endings)
    deaths = await facts.deaths(session, [item.person_id for item in items])
    base = await entitlements.levels_before_end(session, [item.entitlement_id for item in items])
    lines: list[dict[str, Any]] = []
    bodies: dict[str, Mapping[str, Any]] = {}
    for item in items:
        own = endings[item.entitlement_id]
        first, basis = _month(drafting.kind, item, own, deaths.get(item.person_id), now.date())
        levels = base.get(item.entitlement_id, item.levels)
        after = (
            kept_levels(item, levels, deaths.get(item.person_id))
            if drafting.kind == "resume"
            else cut_levels(levels, first)
        )
        key, body = _explanation(drafting.kind, own.reason, first, basis)
        bodies[key] = body
        lines.append(_line(item, after, first, OUTCOMES[drafting.kind], own.reason, key))
    frame = pl.DataFrame(lines, schema=decisions.LINES)
    totals = {
        OUTCOMES[drafting.kind]: {
            "lines": frame.height,
            "owed": int(frame["owed"].sum()),
            "pay_month_amount": 0,
        }
    }
    return await decisions.draft(session, drafting, decisions.Content(frame, bodies, totals), now)


async def _items(
    session: AsyncSession, commune_code: str, entitlement_ids: Sequence[UUID]
) -> list[Entitlement]:
    items = await entitlements.read(session, entitlement_ids)
    here = {item.entitlement_id for item in items if item.commune_code == commune_code}
    missing = set(entitlement_ids) - here
    if missing:
        raise EntitlementNotFound(entitlement_ids=sorted(map(str, missing)))
    return items


def _check_status(kind: str, items: Sequence[Entitlement], endings: Mapping[UUID, Ending]) -> None:
    allowed = _STATUS_BEFORE[kind]
    wrong = [str(item.entitlement_id) for item in items if item.status not in allowed]
    if kind == "stop":
        # What is stopped already may be stopped for a death in another month, nothing else.
        wrong += [
            str(item.entitlement_id)
            for item in items
            if item.status == "stopped"
            and (item.status_reason, endings[item.entitlement_id].reason)
            != ("deceased", "deceased")
        ]
    if kind == "resume":
        wrong += [
            str(item.entitlement_id)
            for item in items
            if item.status == "stopped" and item.status_reason != "deceased"
        ]
    if wrong:
        raise EndingRefused(entitlement_ids=sorted(wrong))


def _month(
    kind: str, item: Entitlement, ending: Ending, death: date | None, today: date
) -> tuple[Month, str]:
    """Give the first month that the decision changes, and the article."""
    if kind == "resume":
        ended = max((level.to_month for level in item.levels if level.to_month), default=None)
        return (item.paid_from if ended is None else ended.next()), ""
    day = death if ending.reason == "deceased" and death is not None else ending.event_on
    if kind == "suspend":
        return _suspended(ending, today)
    if day is None:
        raise EndingRefused(entitlement_ids=[str(item.entitlement_id)])
    if ending.reason == "highest_only":
        return Month.of(day), ""
    if ending.reason == "moved":
        moved = life.move(law.current_law(), today, Month.of(day).next())
        return moved.old_pays_to.next(), moved.basis
    stopped = life.stop(law.current_law(), _LAW_REASON[ending.reason], day)
    return stopped.from_month, stopped.basis


def _suspended(ending: Ending, today: date) -> tuple[Month, str]:
    known = law.current_law()
    found: life.Suspension | None = None
    if ending.reason == "uncollected":
        found = life.suspend_for_uncollected(known, ending.uncollected, today=today)
    elif ending.event_on is not None and ending.reason == "detained":
        found = life.suspend_for_detention(known, ending.event_on, until=None, today=today)
    elif ending.event_on is not None:
        found = life.suspend_for_refusal(known, ending.event_on)
    if found is None:
        raise SuspensionNotDue
    return found.from_month, found.basis


def _explanation(kind: str, reason: str, first: Month, basis: str) -> tuple[str, Mapping[str, Any]]:
    body = {
        "kind": kind,
        "reason": reason,
        "text": f"{ENDING_TEXTS[kind]} từ tháng {first.display()}: {ENDING_TEXTS[reason]}.",
        "article": basis,
        "from_month": str(first),
    }
    return f"{kind}:{reason}:{first}", body


def _line(
    item: Entitlement,
    after: Sequence[LevelRow],
    first: Month,
    outcome: str,
    reason: str,
    key: str,
) -> dict[str, Any]:
    day = max(first, item.paid_from).first_day.isoformat()
    return {
        "entitlement_id": str(item.entitlement_id),
        "entitlement_version": item.version,
        "person_id": str(item.person_id),
        "benefit": item.benefit,
        "outcome": outcome,
        "from_month": day,
        "listed_amount": item.listed_amount,
        "listed_coefficient": item.listed_coefficient,
        "law_coefficient": after[-1].coefficient if outcome == "resumed" and after else 0,
        "law_amount": after[-1].amount if outcome == "resumed" and after else 0,
        "owed": 0,
        "old_levels": to_json([_stored(level) for level in item.levels]).decode(),
        "levels": to_json([_stored(level) for level in after]).decode(),
        "reasons": json.dumps([{"from_month": day, "explanation": key}]),
        "facts": json.dumps({"reason": reason}),
    }


def _stored(level: LevelRow) -> dict[str, Any]:
    return {
        "from_month": level.from_month.first_day,
        "to_month": None if level.to_month is None else level.to_month.first_day,
        "amount": level.amount,
        "coefficient": level.coefficient,
        "provision": level.provision,
    }
