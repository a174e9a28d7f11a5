"""What a group of beneficiaries is to the generator: how its people look, what the law gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Literal

from sandbox.sample import law, lookup, months
from sandbox.sample.people import Life, Sex, Truth, random_day

_SATURDAY = 5
_DAYS_OFF = frozenset({(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)})
SETTLED = date(2026, 6, 30)
"""Decisions of people whose age class changes in 2026 lie before this day."""
_RECENT = (date(2026, 7, 1), date(2026, 9, 30))
_UNDER_DECREE_20 = date(2021, 7, 2)


@dataclass(slots=True)
class Case:
    """One beneficiary of a group before he or she gets a name."""

    birth_date: date
    decision_date: date
    sex: Sex
    poverty_class: Literal["poor", "near_poor", "none"] = "none"
    disability_degree: Literal["severe", "very_severe"] | None = None
    situations: list[str] = field(default_factory=list)
    life: Life = field(default_factory=Life)


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

    def settled(self, first: date) -> date:
        """A decision under Decree 20 before the months of the plan, `first` at the earliest."""
        return self.decision(max(first, _UNDER_DECREE_20), date(2026, 6, 26))

    def decided(self, first: date) -> date:
        """As `settled`; of few people between 7 and 9/2026."""
        if self.rng.random() < 0.06:
            return self.decision(*_RECENT)
        return self.settled(first)

    def sex(self, female: float) -> Sex:
        """Female with the given probability."""
        return "female" if self.rng.random() < female else "male"

    def poor(self) -> Literal["poor", "near_poor"]:
        """A class of a household that is poor or nearly so."""
        return self.rng.choices(("poor", "near_poor"), weights=(60, 40))[0]

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
    """Of the people of a commune; 0 where somebody of another group gets it as a second benefit."""
    lawful: law.Coefficient
    provision: Callable[[Truth, int], str]
    label: Callable[[Truth, str], str]
    """What the list's column says of a person with a provision."""
    draw: Callable[[Draw], Case] | None = None
    fixed: tuple[Callable[[Draw], Case], ...] = ()
    """Cases that must be there; a small commune has only the first `fixed_in_small`."""
    fixed_in_small: int = 0
    states_children: bool = False
    """The row names the children whom the person raises."""
    only_difficult: bool = False
    """Only in specially difficult communes."""

    def count(self, size: int, commune: lookup.Commune) -> int:
        """How many people of a commune of `size`."""
        if self.draw is None or (self.only_difficult and not commune.difficult):
            return 0
        return max(1, round(size * self.share))


def text_of(labels: dict[str, str]) -> Callable[[Truth, str], str]:
    """A label that depends on the provision alone."""

    def label(person: Truth, provision: str) -> str:
        del person
        return labels[provision]

    return label


def always(provision: str) -> Callable[[Truth, int], str]:
    """A group that has one provision."""

    def the_one(person: Truth, month: int) -> str:
        del person, month
        return provision

    return the_one


def changes_soon(birth: date) -> bool:
    """Say whether a class of age changes about the second half of 2026."""
    numbers = lookup.law()
    ages = (
        numbers.infant_until_age,
        numbers.small_child_until_age,
        numbers.adult_from_age,
        numbers.student_age_cap,
        numbers.elderly_from_age,
        numbers.elder_line_since,
        numbers.elder_line_before,
    )
    return any(in_plan(birth, age) for age in ages)


def in_plan(birth: date, age: int) -> bool:
    """Say whether an age is completed about the second half of 2026."""
    return date(2026, 5, 1) <= months.birthday(birth, age) <= date(2027, 1, 31)


def calm_birth(draw: Draw, first: date, last: date) -> date:
    """A birth date between two days on which no class changes in the months of the plan."""
    for _ in range(200):
        birth = random_day(draw.rng, first, last)
        if not changes_soon(birth):
            return birth
    message = f"every birthday between {first} and {last} changes a class"
    raise ValueError(message)
