"""People who move: the old place stops, the new place takes over, each by its own signature.

Thuật ngữ: chuyển nơi cư trú. Căn cứ: khoản 4 Điều 8 Nghị định 20/2021/NĐ-CP; khoản 5 Điều 8 Nghị
định 335/2026/NĐ-CP.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from pydantic_core import to_json

from common.contracts.registry import PersonMoved
from common.database.ids import new_id
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import Decision, DecisionNumberTaken, Drafting
from eligibility.entitlements import service as entitlements
from eligibility.entitlements.domain import Entitlement
from eligibility.facts import service as facts
from eligibility.reviews import store
from eligibility.reviews.domain import (
    MOVED_IN,
    MOVED_OUT,
    ProposalAlreadySigned,
    ProposalNotFound,
)


async def note_moves(session: AsyncSession, moves: Sequence[PersonMoved], now: datetime) -> None:
    """Propose to stop what people still receive in the place that they left."""
    latest = {move.person.person_id: move for move in moves}
    found = await entitlements.of_people(session, list(latest))
    left = [
        (item, latest[item.person_id])
        for item in found
        if item.status != "stopped" and item.commune_code == latest[item.person_id].from_commune
    ]
    rows = [_departure(item, Month.of(move.moved_on).next()) for item, move in left]
    ids = [item.entitlement_id for item, _ in left]
    await store.replace_proposals(session, rows, ids, code=MOVED_OUT, now=now)


def _departure(item: Entitlement, first: Month) -> dict[str, Any]:
    level = item.levels[-1] if item.levels else None
    return {
        "entitlement_id": item.entitlement_id,
        "code": MOVED_OUT,
        "commune_code": item.commune_code,
        "person_id": item.person_id,
        "benefit": item.benefit,
        "from_month": max(first, item.paid_from).first_day,
        "listed_amount": item.listed_amount,
        "listed_coefficient": item.listed_coefficient,
        "proposed_amount": item.listed_amount if level is None else level.amount,
        "law_coefficient": 0,
        "law_amount": 0,
        "law_provision": None,
        "reasons": ["moved"],
    }


async def note_arrivals(session: AsyncSession, lines: pl.DataFrame, now: datetime) -> None:
    """Propose to the new place to take over whom the old place has stopped for a move."""
    stopped = lines.filter(pl.col("facts").str.json_path_match("$.reason") == "moved")
    people = [UUID(value) for value in stopped["person_id"]]
    places = await facts.places(session, people)
    rows = []
    for line in stopped.to_dicts():
        levels = json.loads(line["old_levels"])
        place = places.get(UUID(line["person_id"]))
        if place is not None and levels:
            rows.append(_arrival(line, levels[-1], place))
    ids = [UUID(row["entitlement_id"]) for row in rows]
    async with whole_province(session):
        await store.replace_proposals(session, rows, ids, code=MOVED_IN, now=now)


def _arrival(line: dict[str, Any], level: dict[str, Any], place: str) -> dict[str, Any]:
    return {
        "entitlement_id": line["entitlement_id"],
        "code": MOVED_IN,
        "commune_code": place,
        "person_id": line["person_id"],
        "benefit": line["benefit"],
        "from_month": line["from_month"],
        "listed_amount": line["listed_amount"],
        "listed_coefficient": line["listed_coefficient"],
        "proposed_amount": level["amount"],
        "law_coefficient": level["coefficient"],
        "law_amount": level["amount"],
        "law_provision": level["provision"],
        "reasons": ["moved"],
    }


async def draft_transfer(
    session: AsyncSession, drafting: Drafting, entitlement_ids: Sequence[UUID], *, now: datetime
) -> Decision:
    """Draft the take-over of people who moved here, at the level that they had.

    Raises:
        ProposalNotFound: one is not proposed to this commune.
        ProposalAlreadySigned: one was taken over before.
        DecisionNumberTaken: the number belongs to another decision.
    """
    found = await decisions.find_same(session, drafting)
    if found is not None and found.status == "signed":
        lines = await decisions.lines_frame(session, found.decision_id)
        if {json.loads(text).get("moved_from") for text in lines["facts"]} - set(
            map(str, entitlement_ids)
        ):
            raise DecisionNumberTaken
        return found
    rows = await store.proposals_of(session, drafting.commune_code, entitlement_ids, MOVED_IN)
    missing = set(entitlement_ids) - {row.entitlement_id for row in rows}
    if missing:
        raise ProposalNotFound(entitlement_ids=sorted(map(str, missing)))
    signed = [str(row.entitlement_id) for row in rows if row.status == "signed"]
    if signed:
        raise ProposalAlreadySigned(entitlement_ids=signed)
    payees = await store.payees(session, entitlement_ids)
    frame = pl.DataFrame(
        [_line(row, payees.get(row.entitlement_id)) for row in rows], schema=decisions.LINES
    )
    amount = sum(row.law_amount for row in rows)
    totals = {"grant": {"lines": frame.height, "owed": amount, "pay_month_amount": amount}}
    bodies = {_KEY: _BODY}
    return await decisions.draft(session, drafting, decisions.Content(frame, bodies, totals), now)


_KEY = "transfer"
_BODY = {
    "kind": "transfer",
    "text": "Tiếp nhận người chuyển đến từ tháng nơi cũ thôi chi trả, theo mức đang hưởng.",
    "article": "khoản 5 Điều 8 Nghị định 335/2026/NĐ-CP",
}


def _line(row: Any, payee: UUID | None) -> dict[str, Any]:
    day: date = row.from_month
    level = {
        "from_month": day,
        "to_month": None,
        "amount": row.law_amount,
        "coefficient": row.law_coefficient,
        "provision": row.law_provision,
    }
    facts_of_line = {"moved_from": str(row.entitlement_id)}
    if payee is not None:
        facts_of_line["payee_person_id"] = str(payee)
    return {
        "entitlement_id": str(new_id()),
        "entitlement_version": 0,
        "person_id": str(row.person_id),
        "benefit": row.benefit,
        "outcome": "grant",
        "from_month": day.isoformat(),
        "listed_amount": row.listed_amount,
        "listed_coefficient": row.listed_coefficient,
        "law_coefficient": row.law_coefficient,
        "law_amount": row.law_amount,
        "owed": row.law_amount,
        "old_levels": "[]",
        "levels": to_json([level]).decode(),
        "reasons": json.dumps([{"from_month": day.isoformat(), "explanation": _KEY}]),
        "facts": json.dumps(facts_of_line),
    }
