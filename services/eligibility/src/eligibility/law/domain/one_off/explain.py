"""Why a one-off benefit is given or not: each condition with its value, article and outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from common.kernel.money import format_dong
from eligibility.law.domain.conditions import Row
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off import (
    cremation,
    education,
    emergency,
    funeral,
    health_card,
    longevity,
    protection,
)
from eligibility.law.domain.one_off.grounds import Build, Ground, OneOff, period_of


@dataclass(frozen=True)
class Kind:
    """One benefit: its columns, the column of its event's day, and how it is judged."""

    code: str
    schema: Mapping[str, Any]
    on: str
    codes: tuple[str, ...]
    build: Build
    judge: Callable[[pl.DataFrame, Law], pl.DataFrame]
    quantities: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "funeral",
            funeral.CLAIMS,
            "death_date",
            funeral.CODES,
            funeral.funeral,
            funeral.funeral_support,
        ),
        Kind(
            "emergency",
            emergency.CLAIMS,
            "event_on",
            emergency.CODES,
            emergency.emergency,
            emergency.emergency_assistance,
            ("kilograms", "leads_to"),
        ),
        Kind(
            "emergency_protection",
            protection.CLAIMS,
            "started_on",
            protection.CODES,
            protection.protection,
            protection.emergency_protection,
            ("days", "last_day", "meal_money"),
        ),
        Kind(
            "longevity",
            longevity.CLAIMS,
            "celebrated_on",
            longevity.CODES,
            longevity.longevity,
            longevity.longevity_gifts,
            ("age", "cash", "gift", "silk_metres", "title", "signed_by", "local.resolution"),
        ),
        Kind(
            "health_card",
            health_card.CLAIMS,
            "day",
            health_card.CODES,
            health_card.health_card,
            health_card.health_cards,
            ("valid_from", "valid_to", "group_code", "percent", "paper"),
        ),
        Kind(
            "cremation",
            cremation.CLAIMS,
            "death_date",
            cremation.CODES,
            cremation.cremation,
            cremation.cremation_support,
            ("local.resolution",),
        ),
        Kind(
            "education",
            education.CLAIMS,
            "day",
            education.CODES,
            education.education,
            education.education_support,
            ("schemes",),
        ),
    )
}
"""Every one-off benefit by its code."""


@dataclass(frozen=True, slots=True)
class OneOffCondition:
    """A condition as it came out; `outcome` None: a fact is missing."""

    code: str
    text: str
    value: str
    article: str
    outcome: bool | None


@dataclass(frozen=True, slots=True)
class OneOffExplained:
    """The answer for one claim. Money in đồng; `quantities` holds kilograms, metres, days..."""

    benefit: str
    title: str
    on: date
    eligible: bool | None
    provision: str | None
    article: str | None
    amount: int
    payable: int
    excluded_by: str | None
    rule: str | None
    conditions: tuple[OneOffCondition, ...]
    quantities: Mapping[str, Any]
    text: tuple[str, ...]


def explain_claim(benefit: str, claim: Mapping[str, Any], law: Law) -> OneOffExplained:
    """Judge one claim and say why.

    Args:
        benefit: one of `KINDS`.
        claim: values by the names of the benefit's columns; what is absent is unknown.
        law: the law as loaded.

    Raises:
        KeyError: no such benefit.
        EventOutsideLaw: the event lies before the law that is loaded, or has no day.
    """
    kind = KINDS[benefit]
    values = {name: claim.get(name) for name in kind.schema}
    (row,) = kind.judge(pl.DataFrame([values], schema=dict(kind.schema)), law).to_dicts()
    return explain_row(kind, row, law)


def explain_row(kind: Kind, row: Row, law: Law) -> OneOffExplained:
    """Explain a judged row."""
    plan = kind.build(period_of(law, kind.codes, row[kind.on]))
    grounds = _relevant(plan, row)
    conditions = tuple(
        OneOffCondition(item.code, item.text, item.describe(row), item.article, row[item.column])
        for item in {c.code: c for ground in grounds for c in ground.conditions}.values()
    )
    excluded_by = row["excluded_by"]
    return OneOffExplained(
        benefit=kind.code,
        title=plan.title,
        on=row[kind.on],
        eligible=row["eligible"],
        provision=row["provision"],
        article=row["article"],
        amount=row["amount"],
        payable=row["payable"],
        excluded_by=excluded_by,
        rule=plan.highest_only if excluded_by else None,
        conditions=conditions,
        quantities={name: row[name] for name in kind.quantities if row.get(name) is not None},
        text=tuple(_sentences(plan, row, conditions)),
    )


def _relevant(plan: OneOff, row: Row) -> tuple[Ground, ...]:
    """Give the ground that was chosen; without one, those that were not out from the start."""
    chosen = tuple(ground for ground in plan.grounds if ground.code == row["provision"])
    possible = tuple(
        ground
        for ground in plan.grounds
        if not ground.conditions or row[ground.conditions[0].column] is not False
    )
    return chosen or possible or plan.grounds


_SET_ASIDE = {
    "other_document": "Đã được hỗ trợ mai táng theo văn bản khác ở mức không thấp hơn; chỉ hưởng"
    " một mức cao nhất.",
    "emergency_death": "Hộ được hỗ trợ khẩn cấp do có người chết ở mức không thấp hơn; chỉ hưởng"
    " một mức cao nhất.",
    "other_card": "Đang có thẻ của nhóm khác với mức hưởng cao hơn; mỗi người chỉ có một thẻ.",
}


def _sentences(plan: OneOff, row: Row, conditions: tuple[OneOffCondition, ...]) -> list[str]:
    if row["eligible"] is None:
        missing = "; ".join(item.text for item in conditions if item.outcome is None)
        return [f"{plan.title}: chưa kết luận được vì còn thiếu thông tin: {missing}."]
    if not row["eligible"]:
        failed = "; ".join(item.text for item in conditions if item.outcome is False)
        return [f"{plan.title}: không đủ điều kiện. Chưa đạt: {failed}."]
    ground = next(item for item in plan.grounds if item.code == row["provision"])
    said = [f"{plan.title}: {ground.title} ({ground.article})."]
    if row["amount"]:
        said.append(f"Mức hỗ trợ {format_dong(row['amount'])}.")
    if row.get("kilograms"):
        said.append(f"Hỗ trợ {row['kilograms']} kg gạo.")
    if row["excluded_by"]:
        said.append(_SET_ASIDE[row["excluded_by"]])
    return said
