"""Why: every condition with value and article, what was set aside, and what would change it.

The same outcomes in words serve a citizen's letter, an officer's screen and the signed decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.kernel.money import format_dong
from common.kernel.months import Month
from eligibility.law.domain.conditions import Benefit, Condition, Row, show_day
from eligibility.law.domain.evaluate import Plan, month_of, plan_of
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.parameters import coefficient_text


@dataclass(frozen=True, slots=True)
class ConditionOutcome:
    """A condition as it came out for a person from a month on."""

    code: str
    text: str
    value: str
    article: str
    outcome: bool | None
    from_month: Month


@dataclass(frozen=True, slots=True)
class Award:
    """A benefit that the law gives, or sets aside, in a month. `payable` None: a fact is missing."""

    benefit: str
    title: str
    provision: str
    article: str
    month: Month
    coefficient: str
    standard_amount: int
    amount: int
    payable: bool | None
    excluded_by: str | None
    rule: str | None
    """The article by which it was set aside."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the result: a birthday that lies ahead, or a fact that is missing."""

    kind: str
    code: str
    on: date | None
    effective_month: Month | None
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole answer for one person over some months."""

    awards: tuple[Award, ...]
    conditions: tuple[ConditionOutcome, ...]
    changes_next: tuple[Change, ...]
    text: tuple[str, ...]


def explain(rows: Sequence[Row], law: LawAsOf) -> Explained:
    """Explain the evaluated rows of one person, earliest month first."""
    awards = tuple(award for row in rows for award in awards_of(row, law))
    changes = _changes(rows[-1], law)
    return Explained(
        awards,
        _conditions(rows, law),
        changes,
        (*_sentences(rows, awards), *(change.text for change in changes)),
    )


def awards_of(row: Row, law: LawAsOf) -> list[Award]:
    """Give the benefits that are, or may be, owed in the row's month."""
    plan = plan_of(law, row["regime"])
    return [
        _award(row, benefit, plan)
        for benefit in plan.benefits
        if row[f"{benefit.code}.eligible"] is not False
    ]


def _award(row: Row, benefit: Benefit, plan: Plan) -> Award:
    code = row[f"{benefit.code}.provision"]
    provision = next(item for item in benefit.provisions if item.code == code)
    excluded_by = row[f"{benefit.code}.excluded_by"]
    return Award(
        benefit=benefit.code,
        title=benefit.title,
        provision=provision.code,
        article=provision.article,
        month=month_of(row["month"]),
        coefficient=coefficient_text(row[f"{benefit.code}.coefficient"]),
        standard_amount=row[f"{benefit.code}.standard"],
        amount=row[f"{benefit.code}.amount"],
        payable=row[f"{benefit.code}.payable"],
        excluded_by=excluded_by,
        rule=plan.highest_only if excluded_by else None,
    )


def condition_outcomes(row: Row, plan: Plan, codes: Sequence[str] = ()) -> list[ConditionOutcome]:
    """Give a row's conditions, or only those named."""
    month = month_of(row["month"])
    return [
        ConditionOutcome(
            item.code, item.text, item.describe(row), item.article, row[item.column], month
        )
        for item in plan.conditions
        if not codes or item.code in codes
    ]


def _conditions(rows: Sequence[Row], law: LawAsOf) -> tuple[ConditionOutcome, ...]:
    """Give all conditions of the first month, then those that came out differently."""
    found: list[ConditionOutcome] = []
    before: dict[str, tuple[bool | None, str]] = {}
    for row in rows:
        for item in condition_outcomes(row, plan_of(law, row["regime"])):
            if before.get(item.code) != (item.outcome, item.article):
                found.append(item)
            before[item.code] = (item.outcome, item.article)
    return tuple(found)


def _sentences(rows: Sequence[Row], awards: Sequence[Award]) -> list[str]:
    sentences = [_award_sentence(award) for award in awards]
    owed = {award.month.ordinal for award in awards}
    sentences.extend(
        f"Tháng {month_of(row['month']).display()}: chưa đủ điều kiện hưởng."
        for row in rows
        if row["month"] not in owed
    )
    return sentences


def _award_sentence(award: Award) -> str:
    head = f"Tháng {award.month.display()}: {award.title}"
    money = (
        f"{format_dong(award.amount)} (hệ số {award.coefficient.replace('.', ',')} x"
        f" {format_dong(award.standard_amount)}), căn cứ {award.article}"
    )
    if award.excluded_by is not None:
        return (
            f"{head} {money}: không chi vì đã có mức cao hơn, chỉ được hưởng một mức cao nhất"
            f" ({award.rule})."
        )
    if award.payable is None:
        return f"{head} {money}: chưa kết luận được vì còn thiếu thông tin."
    return f"{head} {money}."


_MATTERS: Mapping[str, tuple[str, str]] = {
    "age_child_below": ("disability", "hết mức trẻ em của người khuyết tật"),
    "age_elderly": ("disability", "được mức người cao tuổi của người khuyết tật"),
    "age_pension_poor": ("poor", "đủ tuổi hưởng trợ cấp hưu trí xã hội của hộ nghèo, cận nghèo"),
    "age_pension": ("everyone", "đủ tuổi hưởng trợ cấp hưu trí xã hội (cần có văn bản đề nghị)"),
}


def _matters(row: Row, whom: str) -> bool:
    if whom == "disability":
        return row["disability_degree"] in {"severe", "very_severe"}
    if whom == "poor":
        return row["poverty_class"] in {"poor", "near_poor"}
    return True


def _changes(row: Row, law: LawAsOf) -> tuple[Change, ...]:
    plan = plan_of(law, row["regime"])
    changes = [_missing(item) for item in plan.conditions if row[item.column] is None]
    if row["death_date"] is not None:
        return tuple(changes)
    ahead = month_of(row["month"]).last_day
    for age, (whom, what) in _MATTERS.items():
        day = row[f"birthday.{age}"]
        if day is None or day <= ahead or not _matters(row, whom):
            continue
        effective = month_of(row[f"effective.{age}"])
        shown = Month.of(day) if age.startswith("age_pension") else effective
        text = f"Ngày {show_day(day)}: {what}, tính từ tháng {shown.display()}."
        changes.append(Change("birthday", age, day, shown, text))
    return tuple(sorted(changes, key=lambda change: (change.on is not None, change.on or ahead)))


def _missing(condition: Condition) -> Change:
    return Change(
        "missing_fact",
        condition.code,
        None,
        None,
        f"Còn thiếu thông tin để xét: {condition.text[0].lower()}{condition.text[1:]}.",
    )


SET_COLUMNS = ("regime",)
"""Columns that, beside outcomes and awards, make one condition set different from another."""


def condition_set(row: Row, law: LawAsOf, benefit: str) -> dict[str, Any]:
    """Give the explanation that all rows with these outcomes share, without personal values.

    It is stored with the decision; a person's own values stand in the decision's line.
    """
    plan = plan_of(law, row["regime"])
    found = plan.benefit(benefit)
    code = row[f"{benefit}.provision"]
    provision = next((item for item in found.provisions if item.code == code), None)
    return {
        "regime": plan.regime,
        "benefit": benefit,
        "title": found.title,
        "provision": None if provision is None else provision.code,
        "provision_article": None if provision is None else provision.article,
        "standard_article": found.standard_article,
        "eligible": row[f"{benefit}.eligible"],
        "excluded_by": row[f"{benefit}.excluded_by"],
        "highest_only_rule": plan.highest_only,
        "conditions": [
            {
                "code": item.code,
                "text": item.text,
                "article": item.article,
                "outcome": row[item.column],
            }
            for item in plan.conditions
        ],
    }


def set_key(body: Mapping[str, Any]) -> str:
    """Give the name of a condition set: a hash of its content."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
