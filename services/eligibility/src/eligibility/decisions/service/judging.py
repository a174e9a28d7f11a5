"""Apply the law to a dossier: every benefit that its procedure can give is judged.

The forms and the groups ticked on them say what is asked for; the facts decide. Of several benefits
that exclude each other only the highest is granted (khoản 2 Điều 6 Nghị định 335/2026/NĐ-CP). A refusal
may be drafted only when none holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl

from common.database.ids import new_id
from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions.domain import FactsMissing, totals_of
from eligibility.decisions.service.drafts import Content
from eligibility.decisions.service.one_off import judge_one_off
from eligibility.decisions.store import LINES
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import Dossier, OwnerUnregistered
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.service import Judgement


@dataclass(frozen=True)
class _Case:
    """The owner's evaluated month, what they receive, and the dossier that asks."""

    dossier: Dossier
    row: Mapping[str, Any]
    received: Mapping[str, int]
    day: date
    neutral: str
    carer: UUID | None

    @property
    def month(self) -> Month:
        """The month from which a grant signed on the day counts."""
        return Month.of(self.day)

    def judge(self, benefit: str, beside: Mapping[str, int] | None = None) -> Judgement:
        """Judge one benefit beside what is received, and what the same decision grants."""
        received = {**self.received, **(beside or {})}
        return law.judge_request(self.row, benefit, received, as_of=self.day)

    def amount(self, benefit: str) -> int:
        """Give the monthly amount of a benefit, đồng."""
        return int(self.row[f"{benefit}.amount"] or 0)


async def judge_dossier(
    session: AsyncSession, dossier: Dossier, day: date, ids: Mapping[str, UUID] | None = None
) -> tuple[Content, str]:
    """Apply the law as it stands on a day to the owner of a dossier.

    Args:
        session: the transaction.
        dossier: whose owner is registered.
        day: of the draft, or of the signature.
        ids: entitlements of the lines of an earlier draft, by benefit; others get new ones.

    Raises:
        OwnerUnregistered: the registry does not know the owner yet.
        FactsMissing: nothing can be granted, and of what is asked for something cannot be judged.
    """
    if dossier.person_id is None:
        raise OwnerUnregistered
    offered = dossiers.procedure_of(dossier).benefits
    if not offered:
        return await judge_one_off(session, dossier, day, ids)
    case = await _case(session, dossier, dossier.person_id, day)
    asked = tuple(item for item in offered if item in dossier.asked) or offered
    granted = _grantable(case, asked) or _grantable(case, offered)
    if not granted:
        _refuse_unknown(case, asked)
    kind = "grant" if granted else "refusal"
    judgements = granted or {benefit: case.judge(benefit) for benefit in asked}
    lines, explanations = [], {}
    for benefit, judgement in judgements.items():
        key, body = law.named_explanation(
            case.row, benefit, judgement, as_of=day, neutral_code=case.neutral
        )
        explanations[key] = body
        line_id = (ids or {}).get(benefit) or new_id()
        lines.append(_line(case, benefit, kind, line_id, key))
    counted = [
        {
            "outcome": kind,
            "lines": 1,
            "owed": line["owed"],
            "pay_month_amount": line["owed"],
        }
        for line in lines
    ]
    return Content(pl.DataFrame(lines, schema=LINES), explanations, totals_of(counted)), kind


async def _case(session: AsyncSession, dossier: Dossier, person_id: UUID, day: date) -> _Case:
    known = await facts.month_facts(session, person_id, day)
    if known["pension_income"] is None:
        known["pension_income"] = dossier.declared_pension_income
    month = Month.of(day)
    given = {**known, "request": "written", "signed_on": day}
    carer = known.get("carer_person_id")
    return _Case(
        dossier=dossier,
        row=law.person_rows(given, month, month, as_of=day)[0],
        received=await facts.received(session, person_id, month),
        day=day,
        neutral=facts.neutral_code(session),
        carer=None if carer is None else UUID(str(carer)),
    )


def _grantable(case: _Case, benefits: Sequence[str]) -> dict[str, Judgement]:
    """Give the benefits that hold and are paid beside each other, the highest first."""
    holding = [benefit for benefit in benefits if case.judge(benefit).payable]
    granted: dict[str, Judgement] = {}
    for benefit in sorted(holding, key=case.amount, reverse=True):
        judgement = case.judge(benefit, {other: case.amount(other) for other in granted})
        if judgement.payable:
            granted[benefit] = judgement
    return granted


def _refuse_unknown(case: _Case, asked: Sequence[str]) -> None:
    """Refuse to draft a refusal while something that is asked for cannot be judged."""
    missing = {
        item["code"]: item
        for benefit in asked
        if case.judge(benefit).payable is None
        for item in law.missing_facts(case.row, benefit, as_of=case.day)
    }
    if missing:
        raise FactsMissing(missing=list(missing.values()))


def _line(
    case: _Case, benefit: str, outcome: str, entitlement_id: UUID, key: str
) -> dict[str, Any]:
    first = case.month.first_day.isoformat()
    granted = outcome == "grant"
    amount = case.amount(benefit) if granted else 0
    coefficient = case.row[f"{benefit}.coefficient"] or 0
    level = {
        "from_month": first,
        "to_month": None,
        "amount": amount,
        "coefficient": coefficient,
        "provision": law.told_provision(case.row[f"{benefit}.provision"], case.neutral),
    }
    values = law.fact_values(case.row)
    if benefit == "care_support" and case.carer is not None:
        values["payee_person_id"] = str(case.carer)
    return {
        "entitlement_id": str(entitlement_id),
        "entitlement_version": 0,
        "person_id": str(case.dossier.person_id),
        "benefit": benefit,
        "outcome": outcome,
        "from_month": first,
        "listed_amount": 0,
        "listed_coefficient": 0,
        "law_coefficient": coefficient,
        "law_amount": case.row[f"{benefit}.amount"] or 0,
        "owed": amount,
        "old_levels": "[]",
        "levels": json.dumps([level] if granted else []),
        "reasons": json.dumps([{"from_month": first, "explanation": key}]),
        "facts": json.dumps(values, default=str),
    }
