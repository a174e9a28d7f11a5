"""Second benefits: care support with its carers, support of disabled parents, and rows against the law.

A carer is somebody else than the beneficiary and is paid; some are on the list themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.sample.entries import make_entry
from sandbox.sample.groups import (
    CARERS,
    DISABILITY,
    DISABLED_PARENTS,
    ELDERS,
    FOSTER,
    ORPHANS,
    PARENTS,
    PENSION,
    TAKERS,
    Draw,
    GroupProfile,
)
from sandbox.sample.groups.profile import calm_birth
from sandbox.sample.people import Child, Numbers, Truth, full_name, random_day
from sandbox.sample.plan import PlannedPerson

_TWO_BENEFITS_PER_MILLE = 3.5
_BOTH_PAID_PER_MILLE = 1.5
_DISABLED_PARENTS_PER_MILLE = 3.5
_LISTED_CARERS_PER_MILLE = 1.0
_FOSTERED = 0.45
_CARED_FOR = 0.45
_TAKEN_IN = 0.1
_LAST_SECOND = date(2026, 5, 29)
_ADULT = date(2007, 1, 1)


@dataclass(slots=True)
class Beside:
    """What second benefits need: chance, numbers, the people, and the carers made so far."""

    draw: Draw
    numbers: Numbers
    people: list[PlannedPerson]
    carers: list[PlannedPerson]
    listed: list[PlannedPerson]
    """People of the list who are about to become carers."""

    @property
    def rng(self) -> Random:
        """The chance of the whole plan."""
        return self.draw.rng

    def of(self, profile: GroupProfile) -> list[PlannedPerson]:
        """People with one benefit, of a group, with a decision of before 7/2026."""
        return [
            p
            for p in self.people
            if len(p.entries) == 1
            and p.entries[0].profile is profile
            and p.entries[0].decision_date <= _LAST_SECOND
        ]

    def count(self, per_mille: float) -> int:
        """How many of a kind that happens to so many in a thousand people."""
        return max(1, round(len(self.people) * per_mille / 1000))


def give_second_benefits(draw: Draw, numbers: Numbers, people: list[PlannedPerson]) -> Beside:
    """Add every second benefit; gives the carers who are not on the list themselves."""
    beside = Beside(draw, numbers, people, [], [])
    _two_of_which_one(beside)
    _single_and_disabled(beside)
    grandparents = beside.of(PENSION)
    draw.rng.shuffle(grandparents)
    beside.listed = [p for p in grandparents if not p.situations][
        : beside.count(_LISTED_CARERS_PER_MILLE)
    ]
    _foster_families(beside)
    _carers(beside)
    _disabled_parents(beside)
    return beside


def _two_of_which_one(beside: Beside) -> None:
    """List some disabled elders of 75 and more under both benefits, against the law."""
    rng = beside.rng
    able = [p for p in beside.of(PENSION) if p.entries[0].provision == "pension_75"]
    for person in rng.sample(able, beside.count(_TWO_BENEFITS_PER_MILLE)):
        person.truth.disability_degree = rng.choices(("severe", "very_severe"), weights=(70, 30))[0]
        decision = random_day(rng, date(2016, 5, 4), _LAST_SECOND)
        decision -= timedelta(days=max(0, decision.weekday() - 4))
        person.entries.append(make_entry(rng, DISABILITY, person.truth, decision))
        person.situations.append("two_benefits")


def _single_and_disabled(beside: Beside) -> None:
    """Some poor single parents are disabled too: both amounts are paid."""
    able = [p for p in beside.of(PARENTS) if not p.situations]
    count = min(len(able), beside.count(_BOTH_PAID_PER_MILLE))
    for person in beside.rng.sample(able, count):
        person.truth.disability_degree = "severe"
        decision = beside.draw.settled(person.entries[0].decision_date)
        person.entries.append(make_entry(beside.rng, DISABILITY, person.truth, decision))
        person.situations.append("both_paid")


def _foster_families(beside: Beside) -> None:
    for person in [*beside.of(ORPHANS), *beside.of(ELDERS)]:
        life = person.truth.life
        if person.entries[0].profile is ORPHANS and life.care is None:
            life.care = "taken_in" if beside.rng.random() < _FOSTERED else None
        if life.care == "taken_in":
            _add_care(beside, person, FOSTER)


def _carers(beside: Beside) -> None:
    able = [p for p in beside.of(DISABILITY) if p.truth.disability_degree == "very_severe"]
    for number, person in enumerate(able):
        # A small commune has one of each kind too.
        if number > 1 and beside.rng.random() > _CARED_FOR:
            continue
        strangers = number == 1 or beside.rng.random() < _TAKEN_IN
        calm = not person.situations
        taken_in = strangers and calm
        person.truth.life.care = "taken_in" if taken_in else "own_family"
        _add_care(beside, person, TAKERS if taken_in else CARERS)


def _add_care(beside: Beside, person: PlannedPerson, profile: GroupProfile) -> None:
    payee = _payee(beside)
    decision = beside.draw.settled(person.entries[0].decision_date)
    entry = make_entry(beside.rng, profile, person.truth, decision)
    entry.payee = payee
    person.entries.append(entry)
    person.situations.append("cared_for")


def _payee(beside: Beside) -> PlannedPerson:
    """Somebody new; now and then somebody of the list, or one who already cares for another."""
    if beside.listed:
        chosen = beside.listed.pop()
        chosen.situations.append("is_carer")
        return chosen
    if beside.carers and beside.rng.random() < 0.08:
        return beside.rng.choice(beside.carers)
    rng = beside.rng
    sex = beside.draw.sex(0.7)
    birth = random_day(rng, date(1958, 1, 1), date(1996, 12, 31))
    number = beside.numbers.personal_id(birth, sex)
    truth = Truth(
        full_name=full_name(rng, sex, birth, None, koho=False),
        birth_date=birth,
        sex=sex,
        personal_id=number,
        village="",
        household=f"H{number[-6:]}",
    )
    carer = PlannedPerson(f"c{len(beside.carers) + 1:05d}", truth, [], [])
    beside.carers.append(carer)
    return carer


def _disabled_parents(beside: Beside) -> None:
    able = [
        p
        for p in beside.of(DISABILITY)
        if date(1982, 1, 1) < p.truth.birth_date < _ADULT
        and p.truth.sex == "female"
        and not p.situations
    ]
    count = min(len(able), beside.count(_DISABLED_PARENTS_PER_MILLE))
    for number, person in enumerate(beside.rng.sample(able, count)):
        _support_parent(beside, person, number)


def _support_parent(beside: Beside, person: PlannedPerson, number: int) -> None:
    life, draw = person.truth.life, beside.draw
    if number == 1:
        births = [date(2023, 8, 25)]
        person.situations.append("ends_at_36_months")
    elif number == 2:
        births = [calm_birth(draw, date(2024, 3, 1), date(2025, 3, 1)) for _ in range(2)]
    else:
        births = [calm_birth(draw, date(2024, 3, 1), date(2025, 9, 1))]
        life.pregnant = number == 3
    life.children = tuple(
        Child(full_name(draw.rng, draw.sex(0.5), birth, None, koho=False), birth)
        for birth in sorted(births)
    )
    first = max(person.entries[0].decision_date, max(births) + timedelta(days=40))
    decision = draw.settled(first)
    person.entries.append(make_entry(draw.rng, DISABLED_PARENTS, person.truth, decision))
    person.situations.append("parent_supported")
