"""A request for one benefit beside others: of what is received only the highest is paid.

Thuật ngữ: chỉ được hưởng một mức cao nhất. Căn cứ: khoản 1 Điều 3 Nghị định 176/2025/NĐ-CP; khoản
2 Điều 6 Nghị định 20/2021/NĐ-CP; khoản 2 Điều 6, khoản 1 Điều 31 Nghị định 335/2026/NĐ-CP. The rule
is about what somebody receives: a benefit that nobody asked for takes nothing away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from common.kernel.money import format_dong
from eligibility.law.domain.conditions import Row
from eligibility.law.domain.highest import highest_of, stands_beside
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
    excluded_by = _excluded_by(row, benefit, {**received, benefit: own}, received)
    if excluded_by is not None:
        return Judgement(False, excluded_by, (_received(plan, excluded_by, received[excluded_by]),))
    possible = [
        (other.code, row[f"{other.code}.amount"])
        for other in plan.benefits
        if other.code not in received and row[f"{other.code}.eligible"]
    ]
    notes = tuple(
        _possible(plan, code, amount)
        for code, amount in possible
        if code != benefit and _excluded_by(row, benefit, {code: amount, benefit: own}, ())
    )
    return Judgement(True, None, notes)


def _excluded_by(
    row: Row, benefit: str, amounts: Mapping[str, int], received: Collection[str]
) -> str | None:
    """Give the benefit that one of some benefits gives way to, by `highest_of`."""
    items = pl.DataFrame(
        {
            "person_id": [""] * len(amounts),
            "benefit": list(amounts),
            "amount": list(amounts.values()),
            "group": [str(row.get(f"{code}.provision") or "") for code in amounts],
            "received": [code in received for code in amounts],
        }
    ).with_columns(stands_beside(pl.col("group")).alias("beside"))
    found = highest_of(items).filter(pl.col("benefit") == benefit)["excluded_by"].item()
    return None if found is None else str(found)


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
