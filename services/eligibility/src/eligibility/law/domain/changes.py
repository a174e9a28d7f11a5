"""What would change a result next: a birthday that lies ahead, or a fact that is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from common.kernel.months import Month
from eligibility.law.domain.benefits import CARE, DISABILITY, DISABLED_PARENT, ORDER, SOCIAL
from eligibility.law.domain.conditions import Benefit, Condition, Row, birthday_of, show_day
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.plan import Plan, plan_of, regimes


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the result. `benefits` are those that hang on it."""

    kind: str
    code: str
    on: date | None
    effective_month: Month | None
    text: str
    benefits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Birthday:
    """A birthday that may matter: whose, to which benefit, and from when it counts.

    `counts`: `entry` from its own month, `level` by the rule of its day, `stop` from the month after.
    """

    age: str
    benefit: str
    counts: str
    text: str
    matters: Callable[[Row], bool]


def _has(benefit: str, *provisions: str) -> Callable[[Row], bool]:
    def matters(row: Row) -> bool:
        return str(row.get(f"{benefit}.provision") or "").startswith(provisions)

    return matters


def _disabled(row: Row) -> bool:
    return row["disability_degree"] in {"severe", "very_severe"}


def _poor_elder(row: Row) -> bool:
    return row["poverty_class"] == "poor" and row["support"] in {"none", "on_allowance"}


_BIRTHDAYS = (
    _Birthday("age_infant_below", SOCIAL, "stop", "hết trợ cấp của trẻ em dưới 3 tuổi",
              _has(SOCIAL, "5.7")),
    _Birthday("age_small_child_below", SOCIAL, "level", "hết mức của trẻ em dưới 4 tuổi",
              _has(SOCIAL, "5.1_under", "5.3_under")),
    _Birthday("age_small_child_below", "facility_allowance", "level",
              "hết mức của trẻ em dưới 4 tuổi tại cơ sở", _has("facility_allowance", "facility_und")),
    _Birthday("age_child_below", DISABILITY, "level", "hết mức trẻ em của người khuyết tật",
              _disabled),
    _Birthday("age_child_below", SOCIAL, "stop", "hết trợ cấp của trẻ em (tiếp tục nếu đang học"
              " theo khoản 2 Điều 5)", _has(SOCIAL, "5.1", "5.3")),
    _Birthday("age_child_below", CARE, "stop", "hết hỗ trợ nhận nuôi dưỡng trẻ em",
              _has(CARE, "C1a", "C1b", "C2d2")),
    _Birthday("age_student_below", SOCIAL, "stop", "hết trợ cấp của người đang học",
              _has(SOCIAL, "5.2")),
    _Birthday("age_elderly", DISABILITY, "level", "được mức người cao tuổi của người khuyết tật",
              _disabled),
    _Birthday("age_elderly", SOCIAL, "entry", "đủ tuổi hưởng trợ cấp của người cao tuổi thuộc hộ"
              " nghèo, không có người phụng dưỡng", _poor_elder),
    _Birthday("age_5.5a_higher", SOCIAL, "level", "được mức cao của người cao tuổi không có người"
              " phụng dưỡng", _has(SOCIAL, "5.5a")),
    _Birthday("age_pension_poor", "social_pension", "entry",
              "đủ tuổi hưởng trợ cấp hưu trí xã hội của hộ nghèo, cận nghèo",
              lambda row: row["poverty_class"] in {"poor", "near_poor"}),
    _Birthday("age_pension", "social_pension", "entry",
              "đủ tuổi hưởng trợ cấp hưu trí xã hội (cần có văn bản đề nghị)", lambda _: True),
)  # fmt: skip


def ages_that_matter() -> dict[str, frozenset[str]]:
    """Give per benefit the age parameters whose birthdays may change it."""
    return {
        benefit: frozenset(item.age for item in _BIRTHDAYS if item.benefit == benefit)
        for benefit in ORDER
    }


def changes_ahead(row: Row, law: LawAsOf) -> tuple[Change, ...]:
    """Give what would change the row's result: missing facts first, then birthdays by date."""
    plan = plan_of(law, row["regime"])
    requests = tuple(_missing_requests(row, plan))
    facts = (item for item in missing_facts(row, plan) if not requests or item.code != _REQUEST)
    missing = (*facts, *requests)
    waiting = {code for change in missing for code in change.benefits if change.kind == "request"}
    if row["death_date"] is not None or row["birth_date"] is None:
        return missing
    ahead = Month(row["month"] // 12, row["month"] % 12 + 1).last_day
    found = [change for change in _birthdays(row, law) if change.on is not None]
    later = [
        change
        for change in found
        if change.on is not None and change.on > ahead and not waiting.issuperset(change.benefits)
    ]
    return (*missing, *sorted(later, key=lambda change: (change.on or ahead, change.code)))


def _birthdays(row: Row, law: LawAsOf) -> Iterator[Change]:
    seen: set[tuple[str, str]] = set()
    for item in _BIRTHDAYS:
        numbers = _last_rules(law).rules.numbers
        if item.age not in numbers or not item.matters(row):
            continue
        if item.age == "age_student_below" and row["regime"] == "C":
            continue
        day = birthday_of(row, numbers[item.age], _last_rules(law).rules.switches)
        if day is None or (item.age, item.text) in seen:
            continue
        seen.add((item.age, item.text))
        yield _birthday(item.age, day, item, law)
    yield from _children(row, law)


def _birthday(code: str, day: date, item: _Birthday, law: LawAsOf) -> Change:
    month = _effective(day, item.counts, law)
    text = f"Ngày {show_day(day)}: {item.text}, tính từ tháng {month.display()}."
    return Change("birthday", code, day, month, text, (item.benefit,))


def _effective(day: date, counts: str, law: LawAsOf) -> Month:
    month = Month.of(day)
    if counts == "stop":
        return month.next()
    if counts == "level":
        known = regimes(law)
        code = next((name for name, start in reversed(known) if start <= day), known[0][0])
        return month.next() if plan_of(law, code).rules.ages.month_after else month
    return month


def _children(row: Row, law: LawAsOf) -> Iterator[Change]:
    """Give the birthdays of children on which 5.4 or C2a hangs."""
    numbers = _last_rules(law).rules.numbers
    switches = _last_rules(law).rules.switches
    for benefit, age, text in (
        ("single_parent_allowance", "age_child_below", "con đủ 16 tuổi, thôi tính trợ cấp cho con"),
        (DISABLED_PARENT, "age_cared_child_below", "con đủ 36 tháng tuổi"),
    ):
        if row.get(f"{benefit}.eligible") is False:
            continue
        for child in row.get("children") or ():
            day = birthday_of({"birth_date": child["birth_date"]}, numbers[age], switches)
            if day is None:
                continue
            yield _birthday(f"child_{age}", day, _Birthday(age, benefit, "stop", text, _any), law)


def _any(_: Row) -> bool:
    return True


def _last_rules(law: LawAsOf) -> Plan:
    return plan_of(law, regimes(law)[-1][0])


def missing_facts(row: Row, plan: Plan, benefits: tuple[str, ...] = ORDER) -> Iterator[Change]:
    """Name every unknown fact on which a benefit hangs, with the benefits that hang on it."""
    found: dict[str, tuple[Condition, list[str]]] = {}
    for benefit in plan.benefits:
        if benefit.code not in benefits or row[f"{benefit.code}.eligible"] is not None:
            continue
        for condition in unknown_conditions(row, benefit):
            found.setdefault(condition.code, (condition, []))[1].append(benefit.code)
    for condition, hanging in found.values():
        text = f"{condition.text[0].lower()}{condition.text[1:]}"
        yield Change(
            "missing_fact",
            condition.code,
            None,
            None,
            f"Còn thiếu thông tin để xét: {text}.",
            tuple(hanging),
        )


def _missing_requests(row: Row, plan: Plan) -> Iterator[Change]:
    """Name the benefits that nothing but the person's own request is missing for."""
    for benefit in plan.benefits:
        if row[f"{benefit.code}.eligible"]:
            continue
        for provision in benefit.provisions:
            failing = [
                item
                for item in (*provision.conditions, *benefit.common)
                if row[item.column] is not True
            ]
            if [item.code for item in failing] == [_REQUEST]:
                text = f"Thiếu văn bản đề nghị ({failing[0].article})."
                yield Change("request", _REQUEST, None, None, text, (benefit.code,))
                break


_REQUEST = "written_request"


def unknown_conditions(row: Row, benefit: Benefit) -> list[Condition]:
    """Give the unknown conditions of the ways that may still lead into a benefit."""
    found: dict[str, Condition] = {}
    for provision in benefit.provisions:
        own = (*provision.conditions, *benefit.common)
        if any(row[item.column] is False for item in own):
            continue
        for item in own:
            if row[item.column] is None:
                for part in _unknown_parts(item, row):
                    found[part.code] = part
    return list(found.values())


def _unknown_parts(condition: Condition, row: Row) -> list[Condition]:
    """Go down to what is unknown itself; all cases of one question count as the question."""
    unknown = [part for part in condition.parts if row[part.column] is None]
    if condition.code == "no_source_of_care" or not unknown:
        return [condition]
    return [found for part in unknown for found in _unknown_parts(part, row)]
