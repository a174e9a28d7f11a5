"""From a commune's code and a seed to a whole plan. The same arguments give the same plan."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sandbox.sample import arrange, law, lookup, months, outside, soil, summary
from sandbox.sample.groups import DISABILITY, PENSION, PROFILES, Case, Draw, GroupProfile
from sandbox.sample.people import Numbers, Truth, full_name, random_day, villages
from sandbox.sample.plan import Entry, Plan, PlannedPerson

SMALLEST = 60
"""Fewer people cannot hold every kind of dirt and case."""
_ACCOUNT_SHARE = 0.66
"""A little over 65 in 100, since people without the 12 digits are paid in cash."""
_TWO_BENEFITS_PER_MILLE = 3.5
_MANY = 500
_SETTLED = date(2026, 5, 29)
_CROSSINGS = (
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


def generate(
    commune: str, seed: int, size: int = 100, month: str = "2026-11", *, dirty: bool = True
) -> Plan:
    """Invent a commune's list.

    Args:
        commune: Code of a commune of `lookup.communes()`.
        seed: Any number.
        size: People on the list (rows are more: duplicates, two benefits).
        month: Month of the list, "2026-11" or "2026-12".
        dirty: False leaves out every kind of dirt in rows.

    Raises:
        KeyError: The commune is not one of the table's.
        ValueError: `size` is under `SMALLEST` or the month is another.
    """
    list_month = months.parse(month)
    if size < SMALLEST or month not in ("2026-11", "2026-12"):
        message = f"at least {SMALLEST} people, and a list of 2026-11 or 2026-12"
        raise ValueError(message)
    place = lookup.communes()[commune]
    rng = Random(f"{commune}:{seed}:{size}:{month}")
    numbers = Numbers(rng)
    people = _people(Draw(rng, place, list_month), numbers, size)
    _give_accounts(rng, numbers, people)
    _second_benefits(rng, people, size)
    if dirty:
        soil.soil(rng, numbers, people, place)
    layout = arrange.put_in_rows(rng, people)
    _settle(people, list_month)
    world = outside.world(rng, numbers, people, place, list_month)
    plan = Plan(place, seed, size, list_month, people, layout, *world)
    plan.summary = summary.summarise(plan)
    return plan


def _people(draw: Draw, numbers: Numbers, size: int) -> list[PlannedPerson]:
    cases: list[tuple[GroupProfile, Case]] = []
    left = size
    for profile in PROFILES:
        count = left if profile is PROFILES[-1] else round(size * profile.share)
        left -= count
        cases += [(profile, case) for case in _cases(draw, profile, count)]
    draw.rng.shuffle(cases)
    places = villages(draw.rng, draw.commune)
    people: list[PlannedPerson] = []
    for number, (profile, case) in enumerate(cases, start=1):
        neighbour = people[-1].truth if people and draw.rng.random() < 0.28 else None
        if neighbour is not None and case.poverty_class not in ("none", neighbour.poverty_class):
            neighbour = None
        truth = _truth(draw, numbers, case, neighbour, places)
        entry = _entry(draw.rng, profile, truth, case.decision_date)
        person = PlannedPerson(f"p{number:05d}", truth, list(case.situations), [entry])
        _note_situations(person, draw.list_month)
        people.append(person)
    return people


def _cases(draw: Draw, profile: GroupProfile, count: int) -> list[Case]:
    cases = [profile.draw(draw) for _ in range(count)]
    if profile is DISABILITY:
        wanted = _CROSSINGS if count > _MANY else _CROSSINGS[:4]
        for place, (birth, degree) in enumerate(wanted):
            decision = draw.decision(max(date(2016, 3, 1), birth + timedelta(days=400)), _SETTLED)
            sex = draw.sex(0.5)
            cases[place] = Case(
                birth,
                decision,
                sex,
                disability_degree="very_severe" if degree == "very_severe" else "severe",
            )
    return cases


def _truth(
    draw: Draw, numbers: Numbers, case: Case, neighbour: Truth | None, places: list[str]
) -> Truth:
    family = None
    if neighbour is not None and neighbour.sex == "male":
        younger = case.birth_date.year - neighbour.birth_date.year
        if 18 <= younger <= 55 and not neighbour.full_name.startswith(("K'", "Ka ")):
            family = neighbour.full_name.split()[0]
    phone = numbers.phone() if draw.rng.random() < 0.7 else None
    personal_id = numbers.personal_id(case.birth_date, case.sex)
    return Truth(
        full_name=full_name(
            draw.rng, case.sex, case.birth_date, family, koho=draw.commune.koho_names
        ),
        birth_date=case.birth_date,
        sex=case.sex,
        personal_id=personal_id,
        village=neighbour.village if neighbour else draw.rng.choice(places),
        household=neighbour.household if neighbour else f"H{personal_id[-6:]}",
        poverty_class=neighbour.poverty_class
        if neighbour and case.poverty_class == "none"
        else case.poverty_class,
        disability_degree=case.disability_degree,
        phone=phone or (neighbour.phone if neighbour else None),
    )


def _entry(rng: Random, profile: GroupProfile, truth: Truth, decision: date) -> Entry:
    start = law.first_month(decision)
    tenths = profile.lawful(truth, start)
    note = None
    if profile is PENSION and decision < lookup.law().pension_decree_from and rng.random() < 0.4:
        note = "Chuyển sang trợ cấp hưu trí xã hội từ 01/7/2025"
    return Entry(
        profile=profile,
        provision=profile.provision(truth, start),
        tenths=tenths,
        amount=lookup.law().list_standard * tenths // 10,
        decision_number=f"{rng.randint(12, 3990)}/QĐ-UBND",
        decision_date=decision,
        note=note,
    )


def _note_situations(person: PlannedPerson, list_month: int) -> None:
    entry = person.entries[0]
    start = law.first_month(entry.decision_date)
    if start > months.parse(lookup.law().standard_from):
        person.situations.append("recent_decision")
    if entry.profile is DISABILITY:
        before = law.age_class(person.truth.birth_date, start)
        after = law.age_class(person.truth.birth_date, list_month + 1)
        if before != after:
            person.situations.append("crosses_16" if before == "child" else "crosses_60")


def _give_accounts(rng: Random, numbers: Numbers, people: list[PlannedPerson]) -> None:
    """Pay about 65 in 100 by account."""
    chosen = rng.sample(people, round(len(people) * _ACCOUNT_SHARE))
    table = lookup.banks()
    for person in chosen:
        bank = rng.choices(table, weights=[bank.weight for bank in table])[0]
        truth = person.truth
        truth.method, truth.bank, truth.account = "account", bank, numbers.account(bank)


def _second_benefits(rng: Random, people: list[PlannedPerson], size: int) -> None:
    """List some disabled elders of 75 and more under both benefits, against the law."""
    wanted = max(1, round(size * _TWO_BENEFITS_PER_MILLE / 1000))
    able = [
        person
        for person in people
        if person.entries[0].profile is PENSION
        and person.entries[0].provision == "pension_75"
        and person.entries[0].decision_date < _SETTLED
    ]
    for person in rng.sample(able, wanted):
        person.truth.disability_degree = rng.choices(("severe", "very_severe"), weights=(70, 30))[0]
        decision = random_day(rng, date(2016, 5, 4), _SETTLED)
        decision -= timedelta(days=max(0, decision.weekday() - 4))
        person.entries.append(_entry(rng, DISABILITY, person.truth, decision))
        person.situations.append("two_benefits")


def _settle(people: list[PlannedPerson], list_month: int) -> None:
    """Compute what is owed for every row that goes in."""
    for person in people:
        rows = [entry for entry in person.entries if entry.accepted]
        for entry in rows:
            entry.money = law.settle(
                person.truth,
                decision=entry.decision_date,
                signed=entry.tenths,
                amount=entry.amount,
                lawful=entry.profile.lawful,
                list_month=list_month,
            )
        if len(rows) > 1:
            law.keep_only_highest([entry.money for entry in rows if entry.money is not None])
