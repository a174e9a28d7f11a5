"""From a commune's code and a seed to a whole plan. The same arguments give the same plan."""

from __future__ import annotations

from random import Random

from sandbox.sample import arrange, dirty_rows, entitled, law, lookup, months, outside, summary
from sandbox.sample.entries import make_entry
from sandbox.sample.groups import DISABILITY, PROFILES, Case, Draw, GroupProfile
from sandbox.sample.people import Numbers, Truth, full_name, villages
from sandbox.sample.plan import Entry, Plan, PlannedPerson
from sandbox.sample.second_benefits import give_second_benefits

SMALLEST = 60
"""Fewer people cannot hold every kind of dirt and case."""
_ACCOUNT_SHARE = 0.66
"""A little over 65 in 100, since people without the 12 digits are paid in cash."""
_MANY = 500


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
    draw = Draw(rng, place, list_month)
    people = _people(draw, numbers, size)
    carers = give_second_benefits(draw, numbers, people).carers
    _give_accounts(rng, numbers, people)
    _give_accounts(rng, numbers, carers)
    if dirty:
        dirty_rows.make_rows_dirty(rng, numbers, people, place)
    layout = arrange.put_in_rows(rng, people)
    _settle(people, list_month)
    world = outside.world(rng, numbers, [*people, *carers], place, list_month)
    plan = Plan(place, seed, size, list_month, people, carers, layout, *world)
    plan.summary = summary.summarise(plan)
    return plan


def _people(draw: Draw, numbers: Numbers, size: int) -> list[PlannedPerson]:
    first, *others = PROFILES
    counts = {profile.group: profile.count(size, draw.commune) for profile in others}
    counts[first.group] = size - sum(counts.values())
    cases: list[tuple[GroupProfile, Case]] = []
    for profile in PROFILES:
        drawn = _cases(draw, profile, counts[profile.group], many=size > _MANY)
        cases += [(profile, case) for case in drawn]
    draw.rng.shuffle(cases)
    places = villages(draw.rng, draw.commune)
    people: list[PlannedPerson] = []
    for number, (profile, case) in enumerate(cases, start=1):
        neighbour = people[-1].truth if people and draw.rng.random() < 0.28 else None
        if neighbour is not None and case.poverty_class not in ("none", neighbour.poverty_class):
            neighbour = None
        truth = _truth(draw, numbers, case, neighbour, places)
        entry = make_entry(draw.rng, profile, truth, case.decision_date)
        person = PlannedPerson(f"p{number:05d}", truth, list(case.situations), [entry])
        _note_situations(person, draw.list_month)
        people.append(person)
    return people


def _cases(draw: Draw, profile: GroupProfile, count: int, *, many: bool) -> list[Case]:
    """The cases that must be there, then as many as are left by chance."""
    fixed = profile.fixed if many else profile.fixed[: profile.fixed_in_small]
    cases = [case(draw) for case in fixed[:count]]
    if profile.draw is not None:
        cases += [profile.draw(draw) for _ in range(count - len(cases))]
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
        life=case.life,
    )


def _note_situations(person: PlannedPerson, list_month: int) -> None:
    entry = person.entries[0]
    start = law.first_month(entry.decision_date)
    if start > months.parse(lookup.law().standard_from):
        person.situations.append("recent_decision")
    if entry.profile is DISABILITY:
        before = entitled.age_class(person.truth, start)
        if before != entitled.age_class(person.truth, list_month + 1):
            person.situations.append("crosses_16" if before == "child" else "crosses_60")


def _give_accounts(rng: Random, numbers: Numbers, people: list[PlannedPerson]) -> None:
    """Pay about 65 in 100 by account."""
    chosen = rng.sample(people, round(len(people) * _ACCOUNT_SHARE))
    table = lookup.banks()
    for person in chosen:
        bank = rng.choices(table, weights=[bank.weight for bank in table])[0]
        truth = person.truth
        truth.method, truth.bank, truth.account = "account", bank, numbers.account(bank)


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
            entry.proposal = _proposal(person, entry)
        alike = [e.money for e in rows if e.profile.benefit in law.ONE_OF and e.money is not None]
        if len(alike) > 1:
            law.keep_only_highest(alike)


def _proposal(person: PlannedPerson, entry: Entry) -> dict[str, str | int] | None:
    """What waits for a signature: the law's level where the signed or the paid one is another."""
    lawful = entry.profile.lawful(person.truth, law.first_month(entry.decision_date))
    as_signed = entry.amount == lookup.law().list_standard * entry.tenths // 10
    if person.truth.death_date is not None or (lawful == entry.tenths and as_signed):
        return None
    return {
        "lawful_coefficient": f"{lawful // 10}.{lawful % 10}",
        "lawful_amount": lookup.law().standard * lawful // 10,
    }
