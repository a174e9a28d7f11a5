"""A death that was wrong: what was held is released, what was signed waits for a signature."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.kernel.months import Month


def owed(entitlement: Any) -> list[tuple[str, str | None, int]]:
    return [
        (level["from_month"], level["to_month"], level["amount"]) for level in entitlement["levels"]
    ]


def state(entitlement: Any) -> tuple[str, str | None]:
    return entitlement["status"], entitlement["status_reason"]


async def death_proposals(office: Any) -> list[Any]:
    page = await office.get("/proposals", commune_code="25000", code="death_corrected")
    return list(page["items"])


async def test_a_death_taken_back_releases_with_the_earlier_levels(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    await office.drain()
    assert (await office.sign(await office.draft_levels())).status_code == 200
    dead = await registry.die(person, date(2026, 9, 3))
    await office.drain()
    held = await office.entitlement(person)
    assert state(held) == ("held", "deceased")
    assert owed(held) == [("2026-07", "2026-09", 540_000)]
    await registry.correct(dead, death_date=None)
    await office.drain()
    released = await office.entitlement(person)
    assert state(released) == ("active", None)
    assert owed(released) == [("2026-07", None, 540_000)]
    assert released["decision"]["origin"] == "level_review"
    told = (await office.events("eligibility.entitlement"))[-1]
    assert told["type"] == "eligibility.entitlement.adjusted.v1"
    assert told["sequence"] == released["version"] == 4
    assert told["data"]["entitlement"]["status"] == "active"
    assert await death_proposals(office) == []


@pytest.mark.law("176/2025 Art 4.3", "335/2026 Art 31.2")
@pytest.mark.parametrize(
    ("day", "last"), [(date(2026, 10, 31), "2026-10"), (date(2026, 8, 1), "2026-08")]
)
async def test_another_day_of_death_cuts_the_levels_anew(
    office: Any, registry: Any, day: date, last: str
) -> None:
    person = await registry.pensioner()
    dead = await registry.die(person, date(2026, 9, 3))
    await office.drain()
    await registry.die(dead, day)
    await office.drain()
    found = await office.entitlement(person)
    assert state(found) == ("held", "deceased")
    assert owed(found) == [("2026-07", last, 500_000)]
    # Corrected within its month the death changes nothing, whichever event tells it.
    await registry.correct(dead, death_date=day.replace(day=2))
    await office.drain()
    assert (await office.entitlement(person))["version"] == found["version"]
    await registry.correct(dead, death_date=None)
    await office.drain()
    assert owed(await office.entitlement(person)) == [("2026-07", None, 500_000)]


async def test_a_death_before_the_first_month_leaves_nothing_and_gives_it_back(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    dead = await registry.die(person, date(2026, 6, 3))
    await office.drain()
    assert owed(await office.entitlement(person)) == []
    await registry.correct(dead, death_date=date(2026, 8, 3))
    await office.drain()
    assert owed(await office.entitlement(person)) == [("2026-07", "2026-08", 500_000)]
    await registry.correct(dead, death_date=None)
    await office.drain()
    found = await office.entitlement(person)
    assert (state(found), owed(found)) == (("active", None), [("2026-07", None, 500_000)])


async def test_a_correction_of_something_else_changes_no_entitlement(
    office: Any, registry: Any
) -> None:
    living = await registry.pensioner()
    dead = await registry.die(await registry.pensioner(), date(2026, 9, 3))
    await office.drain()
    told = len(await office.events("eligibility.entitlement"))
    await registry.correct(living, village="Thôn 9")
    await registry.correct(dead, village="Thôn 9")
    await office.drain()
    assert len(await office.events("eligibility.entitlement")) == told


async def test_of_two_benefits_only_the_higher_comes_back(office: Any, registry: Any) -> None:
    person = await registry.disabled(date(1946, 1, 1), "severe", "2.0", 1_000_000)
    await registry.list_row(person)
    dead = await registry.die(person, date(2026, 9, 3))
    await office.drain()
    await registry.correct(dead, death_date=None)
    await office.drain()
    higher = await office.entitlement(person, "disability_allowance")
    assert (state(higher), owed(higher)) == (("active", None), [("2026-07", None, 1_000_000)])
    lower = await office.entitlement(person)
    assert (state(lower), owed(lower)) == (
        ("held", "highest_only"),
        [("2026-07", None, 500_000)],
    )


async def test_a_higher_benefit_listed_while_dead_leaves_the_lower_held(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    dead = await registry.die(person, date(2026, 9, 3))
    await registry.list_row(
        dead,
        benefit="disability_allowance",
        stated_category="5.6_severe_elderly",
        coefficient="2.0",
        amount=1_000_000,
        paid_from=Month(2026, 7),
    )
    await office.drain()
    await registry.correct(dead, death_date=None)
    await office.drain()
    assert state(await office.entitlement(person)) == ("held", "highest_only")
    assert state(await office.entitlement(person, "disability_allowance")) == ("active", None)


async def test_a_signed_stop_stands_and_a_proposal_says_so(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    dead = await registry.die(person, date(2026, 9, 3))
    await office.drain()
    assert (await office.sign(await office.draft_levels())).status_code == 200
    stopped = await office.entitlement(person)
    assert state(stopped) == ("stopped", "deceased")
    assert await death_proposals(office) == []

    await registry.correct(dead, death_date=date(2026, 8, 3))
    await office.drain()
    (earlier,) = await death_proposals(office)
    assert (earlier["from_month"], earlier["reasons"]) == ("2026-09", ["death_month"])
    assert (earlier["proposed_amount"], earlier["lawful_amount"]) == (540_000, 0)

    await registry.correct(dead, death_date=None)
    await office.drain()
    (proposal,) = await death_proposals(office)
    assert (proposal["from_month"], proposal["reasons"]) == ("2026-10", ["death_taken_back"])
    assert (proposal["proposed_amount"], proposal["lawful_amount"]) == (0, 540_000)
    assert proposal["status"] == "open"
    assert await office.entitlement(person) == stopped

    await registry.die(dead, date(2026, 9, 5))
    await office.drain()
    assert await death_proposals(office) == []
    assert await office.entitlement(person) == stopped


async def test_many_deaths_are_taken_back_at_once(office: Any, registry: Any) -> None:
    people = [await registry.pensioner(date(1930 + place, 1, 1)) for place in range(12)]
    dead = [await registry.die(person, date(2026, 9, 3)) for person in people]
    await office.drain()
    for person in dead:
        await registry.correct(person, death_date=None)
    await office.drain()
    rows = await office.rows(
        "SELECT count(*) AS n FROM entitlement e JOIN entitlement_level l USING (entitlement_id)"
        " WHERE e.status = 'active' AND l.superseded_at IS NULL AND l.to_month IS NULL"
    )
    assert rows[0]["n"] == 12
