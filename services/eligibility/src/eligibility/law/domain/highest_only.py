"""A request for one benefit beside others: of what is received only the highest is paid.

Thuật ngữ: chỉ được hưởng một mức cao nhất. Căn cứ: khoản 1 Điều 3 Nghị định 176/2025/NĐ-CP; khoản
2 Điều 6 Nghị định 20/2021/NĐ-CP; khoản 2 Điều 6, khoản 1 Điều 31 Nghị định 335/2026/NĐ-CP. The rule
is about what somebody receives: a benefit that nobody asked for takes nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.kernel.money import format_dong
from eligibility.law.domain.conditions import Row
from eligibility.law.domain.highest import received_beside
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.plan import Plan, plan_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """May the benefit be granted (None: a fact is missing), what excludes it, what to point out."""

    payable: bool | None
    excluded_by: str | None
    notes: tuple[Mapping[str, Any], ...]


def judge(row: Row, law: LawAsOf, benefit: str, received: Mapping[str, int]) -> Judgement:
    """Judge a request for a benefit.

    Args:
        row: the person's evaluated row of the month.
        law: the law as it stands on the day of the decision.
        benefit: what is asked for.
        received: what the person is being paid in that month, đồng by benefit.
    """
    eligible: bool | None = row[f"{benefit}.eligible"]
    if not eligible:
        return Judgement(eligible, None, ())
    plan = plan_of(law, row["regime"])
    own = row[f"{benefit}.amount"]
    others = {
        code: amount
        for code, amount in received.items()
        if code != benefit and not received_beside(row, benefit, code)
    }
    highest = max(others, key=others.__getitem__, default=None)
    if highest is not None and others[highest] >= own:
        return Judgement(False, highest, (_received(plan, highest, others[highest]),))
    notes = tuple(
        _possible(plan, other.code, row[f"{other.code}.amount"])
        for other in plan.benefits
        if other.code != benefit
        and other.code not in received
        and not received_beside(row, benefit, other.code)
        and row[f"{other.code}.eligible"]
        and row[f"{other.code}.amount"] > own
    )
    return Judgement(True, None, notes)


def _received(plan: Plan, benefit: str, amount: int) -> dict[str, Any]:
    title = plan.benefit(benefit).title
    return {
        "kind": "reason",
        "code": "higher_benefit_received",
        "benefit": benefit,
        "text": f"Đang hưởng {_lowered(title)} {format_dong(amount)} một tháng; chỉ được hưởng một"
        " mức cao nhất.",
        "article": plan.highest_only,
    }


def _possible(plan: Plan, benefit: str, amount: int) -> dict[str, Any]:
    title = plan.benefit(benefit).title
    return {
        "kind": "note",
        "code": "higher_benefit_possible",
        "benefit": benefit,
        "text": f"Có thể đủ điều kiện hưởng {_lowered(title)} {format_dong(amount)} một tháng, cao"
        " hơn mức này, theo một hồ sơ khác; khi được hưởng thì chỉ chi một mức cao nhất.",
        "article": plan.highest_only,
    }


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]
