"""Why: every condition with value and article, what was set aside, and what would change it.

The same outcomes in words serve a citizen's letter, an officer's screen and the signed decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.kernel.money import format_dong
from common.kernel.months import Month
from eligibility.law.domain.changes import Change, changes_ahead
from eligibility.law.domain.conditions import Benefit, Condition, Provision, Row, show_day
from eligibility.law.domain.evaluate import month_of
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.levels import resolution_of
from eligibility.law.domain.lost_rights import LOST_ON
from eligibility.law.domain.parameters import coefficient_text
from eligibility.law.domain.plan import Plan, plan_of
from eligibility.law.domain.sealed import EVERYTHING, Reader, condition_for, provision_for

__all__ = [
    "Award",
    "Change",
    "ConditionOutcome",
    "Explained",
    "awards_of",
    "condition_outcomes",
    "condition_set",
    "explain",
    "sentences",
    "set_key",
]


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
    """A benefit that the law gives, or sets aside, in a month. `payable` None: a fact is missing.

    `standard_basis`: the article of the amount that is scaled, or the province's resolution.
    """

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
    payable_amount: int | None
    payee: str
    standard_basis: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole answer for one person over some months."""

    awards: tuple[Award, ...]
    conditions: tuple[ConditionOutcome, ...]
    changes_next: tuple[Change, ...]
    text: tuple[str, ...]
    total: int = 0
    """What is payable in all months, đồng."""


def explain(rows: Sequence[Row], law: LawAsOf, reader: Reader = EVERYTHING) -> Explained:
    """Explain the evaluated rows of one person, earliest month first, to a reader."""
    awards = tuple(award for row in rows for award in awards_of(row, law, reader))
    lowered = _lowered_by_conversion(awards)
    awards = tuple(lowered.get(place, award) for place, award in enumerate(awards))
    changes = tuple(_change_for(change, reader) for change in changes_ahead(rows[-1], law))
    return Explained(
        awards,
        _conditions(rows, law, reader),
        changes,
        (*sentences(rows, awards), *(change.text for change in changes)),
        sum(award.payable_amount or 0 for award in awards),
    )


def awards_of(row: Row, law: LawAsOf, reader: Reader = EVERYTHING) -> list[Award]:
    """Give the benefits that are, or may be, owed in the row's month."""
    plan = plan_of(law, row["regime"])
    return [
        _award(row, benefit, plan, law, reader)
        for benefit in plan.benefits
        if row[f"{benefit.code}.eligible"] is not False and row[f"{benefit.code}.provision"]
    ]


def _award(row: Row, benefit: Benefit, plan: Plan, law: LawAsOf, reader: Reader) -> Award:
    code = row[f"{benefit.code}.provision"]
    provision = next(item for item in benefit.provisions if item.code == code)
    shown = provision_for(provision, reader)
    excluded_by, paid = row[f"{benefit.code}.excluded_by"], row[f"{benefit.code}.payable"]
    resolution = resolution_of(row, benefit.code, law)
    return Award(
        benefit=benefit.code,
        title=benefit.title,
        provision=shown.code,
        article=shown.article,
        month=month_of(row["month"]),
        coefficient=coefficient_text(row[f"{benefit.code}.coefficient"]),
        standard_amount=row[f"{benefit.code}.standard"],
        amount=row[f"{benefit.code}.amount"],
        payable=None if paid is None else paid > 0,
        excluded_by=excluded_by,
        rule=plan.highest_only if excluded_by else None,
        payable_amount=paid,
        payee=benefit.payee,
        standard_basis=resolution or benefit.standard_article,
        notes=_lost_note(row, benefit, plan),
    )


def _lost_note(row: Row, benefit: Benefit, plan: Plan) -> tuple[str, ...]:
    """Say that a right was lost within the month: the month is still owed, the next is not."""
    day = row[f"{benefit.code}.{LOST_ON}"]
    if day is None:
        return ()
    following = month_of(row["month"] + 1).display()
    return (
        (
            f"Không còn đủ điều kiện từ ngày {show_day(day)}: vẫn hưởng tháng này, thôi hưởng từ tháng"
            f" {following} ({plan.rules.articles['stop']})."
        ),
    )


def _lowered_by_conversion(awards: Sequence[Award]) -> dict[int, Award]:
    """Say where moving from 5.5b, 5.5c to the social pension lowered the amount (1/7/2025).

    Căn cứ: Điều 7 Nghị định 176/2025/NĐ-CP; a level of the former province may have been higher.
    """
    before = [award for award in awards if award.provision in {"5.5b", "5.5c"}]
    if not before:
        return {}
    last = before[-1]
    for place, award in enumerate(awards):
        follows = award.benefit == "social_pension" and award.month == last.month.next()
        if follows and award.amount < last.amount:
            note = (
                f"Chuyển từ trợ cấp xã hội {format_dong(last.amount)} sang trợ cấp hưu trí xã hội"
                f" {format_dong(award.amount)}: giảm {format_dong(last.amount - award.amount)} một"
                " tháng (Điều 7 Nghị định 176/2025/NĐ-CP)."
            )
            return {place: _with_note(award, note)}
    return {}


def _with_note(award: Award, note: str) -> Award:
    values = {name: getattr(award, name) for name in Award.__slots__}
    return Award(**{**values, "notes": (*award.notes, note)})


def _change_for(change: Change, reader: Reader) -> Change:
    if reader.may_know or change.code != "neutral_group":
        return change
    return Change(change.kind, change.code, None, None, f"Thuộc nhóm {reader.code}.", ())


def _shown(row: Row, plan: Plan, reader: Reader) -> Iterable[Condition]:
    """Give every condition once: first as the awarded provisions word it, then as the others do.

    Words and articles of a sealed provision come last, and only neutral.
    """
    ways: list[tuple[int, Provision, Benefit]] = []
    for benefit in plan.benefits:
        for provision in benefit.provisions:
            chosen = row[f"{benefit.code}.provision"] == provision.code
            ways.append((2 if provision.sealed else 0 if chosen else 1, provision, benefit))
    found: dict[str, Condition] = {}
    for _, provision, benefit in sorted(ways, key=lambda way: way[0]):
        for condition in (*provision_for(provision, reader).conditions, *benefit.common):
            for part in (*condition.parts, condition):
                found.setdefault(part.code, condition_for(part, reader))
    return found.values()


def condition_outcomes(row: Row, plan: Plan, reader: Reader = EVERYTHING) -> list[ConditionOutcome]:
    """Give a row's conditions; of the cases of one question only those that hold or may hold."""
    month = month_of(row["month"])
    cases = {
        part.code
        for item in plan.conditions
        if item.code == "no_source_of_care"
        for part in item.parts
        if row[part.column] is False
    }
    return [
        ConditionOutcome(
            item.code, item.text, item.describe(row), item.article, row[item.column], month
        )
        for item in _shown(row, plan, reader)
        if item.code not in cases
    ]


def _conditions(rows: Sequence[Row], law: LawAsOf, reader: Reader) -> tuple[ConditionOutcome, ...]:
    """Give all conditions of the first month, then those that came out differently."""
    found: list[ConditionOutcome] = []
    before: dict[str, tuple[bool | None, str]] = {}
    for row in rows:
        for item in condition_outcomes(row, plan_of(law, row["regime"]), reader):
            if before.get(item.code) != (item.outcome, item.article):
                found.append(item)
            before[item.code] = (item.outcome, item.article)
    return tuple(found)


def sentences(rows: Sequence[Row], awards: Sequence[Award]) -> list[str]:
    """Say what each month gives, then the months that give nothing."""
    said = [_award_sentence(award, _given_instead(award, awards)) for award in awards]
    said.extend(note for award in awards for note in award.notes)
    owed = {award.month.ordinal for award in awards}
    said.extend(
        f"Tháng {month_of(row['month']).display()}: chưa đủ điều kiện hưởng."
        for row in rows
        if row["month"] not in owed
    )
    return said


def _given_instead(award: Award, awards: Sequence[Award]) -> Award | None:
    """Give the award of the same month that an award gives way to."""
    same = (item for item in awards if item.month == award.month)
    return next((item for item in same if item.benefit == award.excluded_by), None)


def _award_sentence(award: Award, instead: Award | None) -> str:
    head = f"Tháng {award.month.display()}: {award.title}"
    scaled = (
        f" (hệ số {award.coefficient.replace('.', ',')} x {format_dong(award.standard_amount)})"
        if award.standard_amount and award.coefficient != "0.0"
        else ""
    )
    money = f"{format_dong(award.amount)}{scaled}, căn cứ {award.article}"
    if award.payee == "carer":
        money += ", chi cho người nhận chăm sóc"
    if award.excluded_by is not None:
        higher = instead is None or instead.amount > award.amount
        why = "mức cao hơn" if higher else f"chế độ được chi: {instead.title if instead else ''}"
        return (
            f"{head} {money}: không chi vì đã có {why}, chỉ được hưởng một mức cao nhất"
            f" ({award.rule})."
        )
    if award.payable is None:
        return f"{head} {money}: chưa kết luận được vì còn thiếu thông tin."
    return f"{head} {money}."


def condition_set(
    row: Row, law: LawAsOf, benefit: str, reader: Reader = EVERYTHING
) -> dict[str, Any]:
    """Give the explanation that all rows with these outcomes share, without personal values.

    It is stored with the decision; a person's own values stand in the decision's line. It holds the
    conditions of the benefit: those of the provision that was reached, else those of every way.
    """
    plan = plan_of(law, row["regime"])
    found = next((item for item in plan.benefits if item.code == benefit), None)
    if found is None:
        return {
            "regime": plan.regime,
            "benefit": benefit,
            "eligible": False,
            "conditions": [],
            "highest_only_rule": plan.highest_only,
            "excluded_by": None,
        }
    code = row[f"{benefit}.provision"]
    provision = next((item for item in found.provisions if item.code == code), None)
    shown = None if provision is None else provision_for(provision, reader)
    return {
        "regime": plan.regime,
        "benefit": benefit,
        "title": found.title,
        "provision": None if shown is None else shown.code,
        "provision_article": None if shown is None else shown.article,
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
            for item in _set_conditions(row, found, shown, reader)
        ],
    }


def _set_conditions(
    row: Row, benefit: Benefit, shown: Provision | None, reader: Reader
) -> Iterable[Condition]:
    if shown is not None and row[f"{benefit.code}.eligible"]:
        return (*shown.conditions, *benefit.common)
    found: dict[str, Condition] = {}
    for provision in sorted(benefit.provisions, key=lambda item: item.sealed):
        for condition in provision_for(provision, reader).conditions:
            found.setdefault(condition.code, condition)
    return (*found.values(), *benefit.common)


def set_key(body: Mapping[str, Any]) -> str:
    """Give the name of a condition set: a hash of its content."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
