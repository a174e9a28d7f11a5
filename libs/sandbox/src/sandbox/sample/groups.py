"""The groups of beneficiaries that the generator knows. Another group is another profile here.

A profile draws a case (birth, degree, poverty, decision) and tells the law's coefficient for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Literal

from sandbox.sample import law, lookup, months
from sandbox.sample.people import Sex, Truth, random_day

_SATURDAY = 5
_DAYS_OFF = frozenset({(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)})
_SETTLED = date(2026, 6, 30)
"""Decisions of people whose age class changes in 2026 lie before this day."""


@dataclass(slots=True)
class Case:
    """One beneficiary of a group before he or she gets a name."""

    birth_date: date
    decision_date: date
    sex: Sex
    poverty_class: Literal["poor", "near_poor", "none"] = "none"
    disability_degree: Literal["severe", "very_severe"] | None = None
    situations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Draw:
    """What a profile may look at while it draws."""

    rng: Random
    commune: lookup.Commune
    list_month: int

    def decision(self, first: date, last: date) -> date:
        """A working day from `first` to `last`; `last` itself where there is none."""
        for _ in range(40):
            day = random_day(self.rng, min(first, last), last)
            if day.weekday() < _SATURDAY and (day.month, day.day) not in _DAYS_OFF:
                return day
        return last

    def sex(self, female: float) -> Sex:
        """Female with the given probability."""
        return "female" if self.rng.random() < female else "male"

    @property
    def last_decision_day(self) -> date:
        """The last day of the month before the list's."""
        return months.first_day(self.list_month) - timedelta(days=2)


@dataclass(frozen=True, slots=True)
class GroupProfile:
    """One benefit: how its people look, what the list calls them, what the law gives."""

    benefit: str
    group: str
    heading: str
    share: float
    draw: Callable[[Draw], Case]
    lawful: law.Coefficient
    provision: Callable[[Truth, int], str]
    labels: dict[str, str]


def _pension_converted(draw: Draw) -> Case:
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


def _pension_new(draw: Draw) -> Case:
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


def draw_pension(draw: Draw) -> Case:
    """Draw a social pensioner."""
    return _pension_converted(draw) if draw.rng.random() < 0.58 else _pension_new(draw)


def draw_disability(draw: Draw) -> Case:
    """Draw a person of group 5.6 of any age."""
    birth = random_day(
        draw.rng,
        *draw.rng.choices(
            (
                (date(2010, 7, 1), date(2024, 9, 1)),
                (date(1966, 7, 1), date(2010, 6, 30)),
                (date(1936, 1, 1), date(1966, 6, 30)),
            ),
            weights=(13, 57, 30),
        )[0],
    )
    first = max(date(2015, 1, 5), birth + timedelta(days=300))
    recent = draw.rng.random() < 0.08 and not changes_soon(birth)
    last = draw.last_decision_day if recent else _SETTLED
    decision = draw.decision(date(2026, 7, 1) if recent else first, last)
    degree: Literal["severe", "very_severe"] = draw.rng.choices(
        ("severe", "very_severe"), weights=(75, 25)
    )[0]
    return Case(birth, decision, draw.sex(0.46), "none", degree)


def changes_soon(birth: date) -> bool:
    """Say whether the age class changes about the second half of 2026."""
    return any(
        date(2026, 5, 1) <= months.birthday(birth, age) <= date(2027, 1, 31)
        for age in (lookup.law().adult_from_age, lookup.law().elderly_from_age)
    )


def pension_provision(person: Truth, month: int) -> str:
    """`pension_75`, `pension_70_poor` or `pension_70_near_poor`."""
    day = months.birthday(person.birth_date, lookup.law().pension_age)
    return "pension_75" if months.of(day) <= month else f"pension_70_{person.poverty_class}"


def disability_provision(person: Truth, month: int) -> str:
    """Such as `5.6_very_severe_child`."""
    return f"5.6_{person.disability_degree}_{law.age_class(person.birth_date, month)}"


PENSION = GroupProfile(
    benefit="social_pension",
    group="social_pension",
    heading="TRỢ CẤP HƯU TRÍ XÃ HỘI",
    share=0.6,
    draw=draw_pension,
    lawful=law.pension_tenths,
    provision=pension_provision,
    labels={
        "pension_75": "Hưu trí xã hội: đủ 75 tuổi trở lên",
        "pension_70_poor": "Hưu trí xã hội: đủ 70 đến dưới 75 tuổi, hộ nghèo",
        "pension_70_near_poor": "Hưu trí xã hội: đủ 70 đến dưới 75 tuổi, hộ cận nghèo",
    },
)
DISABILITY = GroupProfile(
    benefit="disability_allowance",
    group="5.6",
    heading="NGƯỜI KHUYẾT TẬT NẶNG, ĐẶC BIỆT NẶNG (khoản 6 Điều 5)",
    share=0.4,
    draw=draw_disability,
    lawful=law.disability_tenths,
    provision=disability_provision,
    labels={
        "5.6_severe_child": "Trẻ em khuyết tật nặng",
        "5.6_severe_adult": "Người khuyết tật nặng",
        "5.6_severe_elderly": "Người cao tuổi khuyết tật nặng",
        "5.6_very_severe_child": "Trẻ em khuyết tật đặc biệt nặng",
        "5.6_very_severe_adult": "Người khuyết tật đặc biệt nặng",
        "5.6_very_severe_elderly": "Người cao tuổi khuyết tật đặc biệt nặng",
    },
)
PROFILES: tuple[GroupProfile, ...] = (PENSION, DISABILITY)
"""Every group, in the order of the list."""
