"""Group 5.6: people with a severe or very severe disability."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from sandbox.sample import entitled, lookup
from sandbox.sample.groups.profile import SETTLED, Case, Draw, GroupProfile, in_plan, text_of
from sandbox.sample.people import Truth, random_day

Degree = Literal["severe", "very_severe"]
_LABELS = {
    "5.6_severe_child": "Trẻ em khuyết tật nặng",
    "5.6_severe_adult": "Người khuyết tật nặng",
    "5.6_severe_elderly": "Người cao tuổi khuyết tật nặng",
    "5.6_very_severe_child": "Trẻ em khuyết tật đặc biệt nặng",
    "5.6_very_severe_adult": "Người khuyết tật đặc biệt nặng",
    "5.6_very_severe_elderly": "Người cao tuổi khuyết tật đặc biệt nặng",
}
_CROSSINGS: tuple[tuple[date, Degree], ...] = (
    (date(2010, 9, 20), "very_severe"),
    (date(2010, 10, 5), "severe"),
    (date(1966, 8, 15), "severe"),
    (date(1966, 11, 12), "very_severe"),
    (date(2010, 10, 4), "severe"),
    (date(1966, 10, 4), "severe"),
    (date(1966, 10, 5), "severe"),
    (date(2010, 12, 9), "very_severe"),
)
"""Birthdays that change a coefficient in the second half of 2026; small communes have four."""


def _draw(draw: Draw) -> Case:
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
    ages = (lookup.law().adult_from_age, lookup.law().elderly_from_age)
    recent = draw.rng.random() < 0.08 and not any(in_plan(birth, age) for age in ages)
    last = draw.last_decision_day if recent else SETTLED
    decision = draw.decision(date(2026, 7, 1) if recent else first, last)
    degree: Degree = draw.rng.choices(("severe", "very_severe"), weights=(75, 25))[0]
    return Case(birth, decision, draw.sex(0.46), "none", degree)


def _crossing(birth: date, degree: Degree) -> Callable[[Draw], Case]:
    def drawn(draw: Draw) -> Case:
        first = max(date(2016, 3, 1), birth + timedelta(days=400))
        decision = draw.decision(first, date(2026, 5, 29))
        return Case(birth, decision, draw.sex(0.5), disability_degree=degree)

    return drawn


def _provision(person: Truth, month: int) -> str:
    """Such as `5.6_very_severe_child`."""
    return f"5.6_{person.disability_degree}_{entitled.age_class(person, month)}"


DISABILITY = GroupProfile(
    benefit="disability_allowance",
    group="5.6",
    heading="NGƯỜI KHUYẾT TẬT NẶNG, ĐẶC BIỆT NẶNG (khoản 6 Điều 5)",
    share=0.33,
    lawful=entitled.disability,
    provision=_provision,
    label=text_of(_LABELS),
    draw=_draw,
    fixed=tuple(_crossing(birth, degree) for birth, degree in _CROSSINGS),
    fixed_in_small=4,
)
