"""Judge one-off benefits for a dossier, and tell what a signed decision grants once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from common.contracts.eligibility import OneOffGranted, OneOffPayee
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from eligibility.decisions import store
from eligibility.decisions.domain import Decision, FactsMissing, OneOffGrantedBefore, totals_of
from eligibility.decisions.service.claims import Claim, claims_of
from eligibility.decisions.service.drafts import Content
from eligibility.decisions.store import LINES
from eligibility.dossiers.domain import Dossier, OwnerUnregistered
from eligibility.law import service as law
from eligibility.law.domain.one_off.explain import OneOffExplained, explain_claim


async def judge_one_off(
    session: AsyncSession, dossier: Dossier, day: date, ids: Mapping[str, UUID] | None = None
) -> tuple[Content, str]:
    """Apply the law to the claims of a dossier; arguments and errors as `judge_dossier`."""
    if dossier.person_id is None:
        raise OwnerUnregistered
    claims = await claims_of(session, dossier)
    return one_off_content(claims, day, ids)


def one_off_content(
    claims: list[Claim], day: date, ids: Mapping[str, UUID] | None = None
) -> tuple[Content, str]:
    """Judge claims; what is payable is granted, and a refusal is drafted only when nothing is.

    Raises:
        FactsMissing: nothing can be granted and a condition cannot be judged.
    """
    current = law.current_law()
    judged = [(claim, explain_claim(claim.benefit, claim.values, current)) for claim in claims]
    granted = [item for item in judged if item[1].payable > 0]
    if not granted:
        _refuse_unknown([explained for _, explained in judged])
    kind = "one_off" if granted else "refusal"
    lines, explanations = [], {}
    for number, (claim, explained) in enumerate(granted or judged):
        key = f"{claim.benefit}-{number}"
        explanations[key] = _body(explained)
        line_id = (ids or {}).get(claim.benefit) or new_id()
        lines.append(_line(claim, explained, kind, line_id, (key, day)))
    counted = [
        {"outcome": kind, "lines": 1, "owed": line["owed"], "pay_month_amount": line["owed"]}
        for line in lines
    ]
    return Content(pl.DataFrame(lines, schema=LINES), explanations, totals_of(counted)), kind


def _refuse_unknown(judged: list[OneOffExplained]) -> None:
    missing = [
        {"code": item.code, "text": item.text, "article": item.article}
        for explained in judged
        if explained.eligible is None
        for item in explained.conditions
        if item.outcome is None
    ]
    if missing:
        raise FactsMissing(missing=missing)


def _body(explained: OneOffExplained) -> dict[str, Any]:
    return {
        "title": explained.title,
        "eligible": explained.eligible,
        "provision": explained.provision,
        "article": explained.article,
        "amount": explained.amount,
        "excluded_by": explained.excluded_by,
        "rule": explained.rule,
        "checks": [
            {
                "code": item.code,
                "text": item.text,
                "value": item.value,
                "article": item.article,
                "outcome": item.outcome,
            }
            for item in explained.conditions
        ],
        "text": list(explained.text),
    }


def _line(
    claim: Claim, explained: OneOffExplained, kind: str, line_id: UUID, at: tuple[str, date]
) -> dict[str, Any]:
    key, day = at
    first = Month.of(day).first_day.isoformat()
    granted = kind == "one_off"
    values = {
        "event_on": explained.on,
        "provision": explained.provision,
        "article": explained.article,
        "payee": claim.payee.model_dump(mode="json"),
    }
    return {
        "entitlement_id": str(line_id),
        "entitlement_version": 0,
        "person_id": str(claim.person_id),
        "benefit": claim.benefit,
        "outcome": kind,
        "from_month": first,
        "listed_amount": 0,
        "listed_coefficient": 0,
        "law_coefficient": 0,
        "law_amount": explained.amount,
        "owed": explained.payable if granted else 0,
        "old_levels": "[]",
        "levels": "[]",
        "reasons": json.dumps([{"from_month": first, "explanation": key}]),
        "facts": json.dumps(values, default=str),
    }


async def grant_one_offs(
    session: AsyncSession, decision: Decision, signed_on: date, now: datetime
) -> None:
    """Write down and tell what a signed decision grants once.

    Raises:
        OneOffGrantedBefore: the same benefit was granted for the same person and event.
    """
    lines = (await store.read_lines(session, decision.decision_id)).to_dicts()
    grants = [_granted(decision, line, signed_on) for line in lines]
    if await store.insert_one_offs(session, grants, now) != len(grants):
        raise OneOffGrantedBefore
    await emit_many(session, [NewEvent(grant.one_off_id, 1, grant) for grant in grants])


def _granted(decision: Decision, line: Mapping[str, Any], signed_on: date) -> OneOffGranted:
    values = json.loads(line["facts"])
    return OneOffGranted(
        one_off_id=UUID(line["entitlement_id"]),
        decision_id=decision.decision_id,
        decision_number=decision.number,
        signed_on=signed_on,
        commune_code=decision.commune_code,
        benefit=line["benefit"],
        provision=values["provision"] or "",
        article=values["article"] or "",
        amount=line["owed"],
        event_on=date.fromisoformat(values["event_on"]),
        pay_month=Month.of(signed_on),
        person_id=UUID(line["person_id"]),
        payee=OneOffPayee(**values["payee"]),
    )
