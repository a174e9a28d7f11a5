"""The social pension (trợ cấp hưu trí xã hội)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from sandbox.sample import entitled, lookup, months
from sandbox.sample.groups.profile import Case, Draw, GroupProfile, text_of
from sandbox.sample.people import Life, Truth, random_day

_LABELS = {
    "pension_75": "Hưu trí xã hội: đủ 75 tuổi trở lên",
    "pension_70_poor": "Hưu trí xã hội: đủ 70 đến dưới 75 tuổi, hộ nghèo",
    "pension_70_near_poor": "Hưu trí xã hội: đủ 70 đến dưới 75 tuổi, hộ cận nghèo",
}
_LOWER_INCOMES = (300_000, 280_000, 450_000)


def _converted(draw: Draw) -> Case:
    """Somebody of 80 or more under 5.5c, or of 75 to 79 and poor under 5.5b, until 30/6/2025."""
    before = lookup.law().pension_decree_from - timedelta(days=1)
    if draw.commune.difficult and draw.rng.random() < 0.14:
        birth = random_day(draw.rng, date(1945, 9, 1), date(1949, 10, 1))
        first = max(date(2021, 7, 2), months.birthday(birth, 75) + timedelta(days=20))
        poverty: Literal["poor", "near_poor"] = draw.rng.choice(("poor", "near_poor"))
        decision = draw.decision(first, before)
        return Case(birth, decision, draw.sex(0.6), poverty, None, ["converted_5_5b"])
    span = draw.rng.choices(
        ((1940, 1945), (1935, 1940), (1930, 1935), (1924, 1930)), weights=(50, 30, 15, 5)
    )[0]
    birth = random_day(draw.rng, date(span[0], 5, 1), date(span[1], 4, 30))
    first = max(date(2014, 1, 2), months.birthday(birth, 80) + timedelta(days=10))
    return Case(
        birth, draw.decision(first, before), draw.sex(0.62), "none", None, ["converted_5_5c"]
    )


def _new(draw: Draw) -> Case:
    """Somebody decided under Decree 176/2025: 75 or more, or 70 to 74 and poor or near-poor."""
    start = lookup.law().pension_decree_from + timedelta(days=9)
    last = draw.last_decision_day
    if draw.rng.random() < 0.13:
        start = date(2026, 8, 3)
    if draw.rng.random() < 0.2:
        birth = random_day(draw.rng, date(1952, 1, 5), date(1956, 3, 1))
        poverty: Literal["poor", "near_poor"] = draw.rng.choice(("poor", "near_poor"))
        first = max(start, months.birthday(birth, 70) + timedelta(days=15))
        return Case(birth, draw.decision(first, last), draw.sex(0.56), poverty)
    birth = random_day(draw.rng, date(1945, 7, 5), date(1951, 9, 10))
    first = max(start, months.birthday(birth, 75) + timedelta(days=12))
    return Case(birth, draw.decision(first, last), draw.sex(0.58))


def _draw(draw: Draw) -> Case:
    return _converted(draw) if draw.rng.random() < 0.58 else _new(draw)


def _with_lower_income(draw: Draw) -> Case:
    """W6: a pension of the social insurance that is lower than the social pension."""
    birth = random_day(draw.rng, date(1946, 1, 5), date(1950, 12, 20))
    decision = draw.decision(date(2026, 1, 12), date(2026, 6, 25))
    life = Life(pension_income=draw.rng.choice(_LOWER_INCOMES))
    return Case(birth, decision, draw.sex(0.4), situations=["open_w6"], life=life)


def _provision(person: Truth, month: int) -> str:
    """`pension_75`, `pension_70_poor` or `pension_70_near_poor`."""
    day = months.birthday(person.birth_date, lookup.law().pension_age)
    return "pension_75" if months.of(day) <= month else f"pension_70_{person.poverty_class}"


PENSION = GroupProfile(
    benefit="social_pension",
    group="social_pension",
    heading="TRỢ CẤP HƯU TRÍ XÃ HỘI",
    share=0.54,
    lawful=entitled.pension,
    provision=_provision,
    label=text_of(_LABELS),
    draw=_draw,
    fixed=(_with_lower_income,) * 3,
    fixed_in_small=1,
)
