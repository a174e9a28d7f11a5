"""Sweeps: they find what was planted, once; officers answer; nothing changes by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.registry import CircumstanceEstablished, HouseholdReclassified, NeutralFact
from common.database.ids import new_id

SWEEPS = "/eligibility/v1/reviews/sweeps"


async def sweep(office: Any, month: str = "2026-12", **more: Any) -> Any:
    headers = office.headers("giam_sat", ["eligibility:read", "decisions:write"], ("*",))
    answer = await office.client.post(SWEEPS, json={"month": month, **more}, headers=headers)
    assert answer.status_code == 202, answer.text
    await office.drain()
    sweep_id = answer.json()["sweep_id"]
    found = await office.client.get(f"{SWEEPS}/{sweep_id}", headers=headers)
    assert found.status_code == 200, found.text
    return found.json()


async def found(office: Any, **filters: Any) -> list[Any]:
    page = await office.get("/reviews/proposals", **filters)
    return list(page["items"])


def brief(rows: list[Any]) -> list[tuple[str, str, str, list[str], int]]:
    return sorted(
        (row["benefit"], row["kind"], row["month"], row["reasons"], row["lawful_amount"])
        for row in rows
    )


async def poor(registry: Any, person: Any, poverty: str) -> None:
    data = HouseholdReclassified(
        person=person, poverty_class=poverty, year=2026, valid_from=date(2026, 1, 1)
    )
    await registry.tell(person, data)


async def income(registry: Any, person: Any, amount: int) -> None:
    fact = {"kind": "pension_income", "monthly_amount": amount}
    data = CircumstanceEstablished(person=person, circumstance_id=new_id(), fact=fact)
    await registry.tell(person, data)


async def new_level(office: Any) -> None:
    draft = await office.draft_levels()
    assert (await office.sign(draft)).status_code == 200


@pytest.mark.law("335/2026 Art 6.1")
async def test_a_sweep_finds_birthdays_and_missed_people_once(office: Any, registry: Any) -> None:
    child = await registry.disabled(date(2011, 1, 20), "severe", "2.0", 1_000_000)
    older = await registry.disabled(date(1967, 1, 5), "severe", "1.5", 750_000)
    await registry.disabled(date(1985, 1, 1), "severe", "1.5", 750_000)
    await office.drain()
    await new_level(office)
    asks = await registry.register(date(1950, 1, 1), village="Thôn 1")
    await income(registry, asks, 0)
    turning = await registry.register(date(1952, 1, 24))
    await income(registry, turning, 0)
    await registry.register(date(1980, 1, 1))
    await office.drain()
    result = await sweep(office)
    assert (result["state"], result["done"], result["total"]) == ("succeeded", 6, 6)
    rows = await found(office)
    assert brief(rows) == [
        ("disability_allowance", "adjust", "2027-01", ["amount_differs", "birthday_16"], 810_000),
        ("disability_allowance", "adjust", "2027-01", ["amount_differs", "birthday_60"], 1_080_000),
        ("social_pension", "open", "2026-12", ["not_received"], 540_000),
        ("social_pension", "open", "2027-01", ["not_received", "birthday_75"], 540_000),
    ]
    assert {row["person_id"] for row in rows if row["kind"] == "adjust"} == {
        str(child.person_id),
        str(older.person_id),
    }
    assert all(row["explanation"]["conditions"] for row in rows)
    again = await sweep(office)
    assert (again["new"], again["superseded"]) == (0, 0)
    next_month = await sweep(office, "2027-01")
    assert (next_month["new"], next_month["superseded"]) == (0, 0)
    missed = await office.get("/reviews/missed", village="Thôn 1", benefit="social_pension")
    (person,) = missed["items"]
    assert person["person_id"] == str(asks.person_id)
    assert (person["missing"]["code"], person["amount"]) == ("written_request", 540_000)


async def test_what_the_facts_no_longer_say_is_superseded(office: Any, registry: Any) -> None:
    person = await registry.register(date(1950, 1, 1))
    await income(registry, person, 0)
    await office.drain()
    assert (await sweep(office))["new"] == 1
    await income(registry, person, 5_000_000)
    await office.drain()
    assert (await sweep(office))["superseded"] == 1
    assert await found(office) == []
    (old,) = await found(office, status="superseded")
    assert old["person_id"] == str(person.person_id)


async def test_a_proposal_set_aside_does_not_come_back(office: Any, registry: Any) -> None:
    person = await registry.register(date(1950, 1, 1))
    await income(registry, person, 0)
    await office.drain()
    await sweep(office)
    (row,) = await found(office)
    path = f"/reviews/proposals/{row['proposal_id']}/set-aside"
    answer = await office.post(path, {"reason": "Không có nhu cầu."})
    assert (answer.status_code, answer.json()["status"]) == (200, "set_aside")
    again = await office.post(path, {"reason": "Lần nữa."})
    assert (again.status_code, again.json()["code"]) == (409, "proposal_not_open")
    assert (await sweep(office))["new"] == 0
    assert await found(office) == []


@pytest.mark.law("335/2026 Art 8")
async def test_proposals_become_drafts_that_the_chair_signs(office: Any, registry: Any) -> None:
    await registry.disabled(date(2011, 1, 20), "severe", "2.0", 1_000_000)
    lost = await registry.register(date(1960, 1, 1))
    await registry.list_row(
        lost, benefit="social_allowance", stated_category="5.5a", coefficient="1.5",
        amount=750_000, decision_date=date(2026, 1, 10),
    )  # fmt: skip
    await office.drain()
    await new_level(office)
    await poor(registry, lost, "none")
    await office.drain()
    await sweep(office)
    rows = {row["kind"]: row for row in await found(office)}
    assert (rows["stop"]["benefit"], rows["stop"]["reasons"]) == (
        "social_allowance",
        ["lost_condition"],
    )
    both = {
        "commune_code": "25000",
        "number": "91/QĐ-UBND",
        "proposal_ids": [rows["stop"]["proposal_id"], rows["adjust"]["proposal_id"]],
    }
    refused = await office.post("/reviews/decisions", both)
    assert (refused.status_code, refused.json()["code"]) == (409, "proposals_not_alike")
    for number, kind in (("91/QĐ-UBND", "stop"), ("92/QĐ-UBND", "adjust")):
        body = {**both, "number": number, "proposal_ids": [rows[kind]["proposal_id"]]}
        drafted = await office.post("/reviews/decisions", body)
        assert drafted.status_code == 201, drafted.text
        assert (await office.sign(drafted.json())).status_code == 200
    assert {row["kind"] for row in await found(office, status="signed")} == {"stop", "adjust"}
    stopped = await office.entitlement(lost, "social_allowance")
    assert (stopped["status"], stopped["levels"][-1]["to_month"]) == ("stopped", "2026-11")
    again = await sweep(office)
    assert brief(await found(office)) == []
    assert (again["new"], again["superseded"]) == (0, 0)


async def test_a_sweep_goes_on_where_it_stopped_and_can_be_cancelled(
    office: Any, registry: Any
) -> None:
    office.client.context.settings.sweep_slice_people = 2
    for _ in range(5):
        person = await registry.register(date(1950, 1, 1))
        await income(registry, person, 0)
    await office.drain()
    result = await sweep(office)
    assert (result["state"], result["new"], result["done"]) == ("succeeded", 5, 5)
    rows = await office.rows("SELECT checkpoint FROM operation WHERE kind = 'sweep'")
    assert "after" in rows[0]["checkpoint"]
    # A run that was cut off is claimed again: it begins behind the last slice that was kept.
    await office.rows("DELETE FROM review_proposal")
    people = await office.rows("SELECT person_id FROM fact_sheet ORDER BY person_id")
    await office.rows(
        """
        UPDATE operation SET state = 'queued', done = 4, finished_at = NULL, result = NULL,
            checkpoint = jsonb_build_object('after', $1::text, 'counts',
                '{"new": 4, "superseded": 0}'::jsonb)
        WHERE kind = 'sweep'
        """,
        str(people[3]["person_id"]),
    )
    await office.drain()
    headers = office.headers("x", ["eligibility:read"], ("*",))
    found_again = await office.client.get(f"{SWEEPS}/{result['sweep_id']}", headers=headers)
    assert (found_again.json()["new"], found_again.json()["done"]) == (5, 5)
    assert len(await found(office)) == 1
    await office.rows(
        "UPDATE operation SET state = 'queued', cancel_requested = true, checkpoint = '{}'"
        " WHERE kind = 'sweep'"
    )
    await office.drain()
    ended = await office.client.get(f"{SWEEPS}/{result['sweep_id']}", headers=headers)
    assert ended.json()["state"] == "cancelled"


async def test_officers_sweep_and_see_their_own_commune_only(office: Any, registry: Any) -> None:
    here = await registry.register(date(1950, 1, 1))
    there = await registry.register(date(1950, 1, 1), commune_code="24997")
    for person in (here, there):
        await income(registry, person, 0)
    await office.drain()
    denied = await office.post("/reviews/sweeps", {"month": "2026-11"})
    assert (denied.status_code, denied.json()["code"]) == (404, "commune_not_found")
    foreign = await office.post("/reviews/sweeps", {"month": "2026-11", "commune_code": "24997"})
    assert foreign.status_code == 404
    result = await sweep(office, commune_code="25000")
    assert (result["new"], result["done"]) == (1, 1)
    assert (await sweep(office))["new"] == 1
    assert [row["person_id"] for row in await found(office)] == [str(here.person_id)]
    missed = await office.get("/reviews/missed")
    assert [row["person_id"] for row in missed["items"]] == [str(here.person_id)]


async def test_a_sealed_group_is_missed_under_its_shared_label(office: Any, registry: Any) -> None:
    office.client.context.settings.neutral_group_code = "Q7K2MD"
    person = await registry.register(date(2018, 1, 1))
    await poor(registry, person, "poor")
    data = CircumstanceEstablished(
        person=person, circumstance_id=new_id(), fact=NeutralFact(code="Q7K2MD")
    )
    await registry.tell(person, data)
    await office.drain()
    await sweep(office)
    (row,) = (await office.get("/reviews/missed"))["items"]
    assert (row["provision"], row["missing"]["code"]) == ("5", "dossier")
    stored = await office.rows("""
        SELECT row_to_json(p)::text AS text FROM review_proposal p
        UNION ALL SELECT row_to_json(x)::text FROM review_explanation x
    """)
    for item in stored:
        assert not any(word in item["text"] for word in ("HIV", "5.3", "5.8", "khoản 3 Điều 5 "))


async def test_papers_that_end_are_asked_for(office: Any, registry: Any) -> None:
    """A certificate that ends, and `disability_reassessment`: the degree anew at six."""
    people = []
    for birth, ends in ((date(2020, 12, 10), None), (date(1980, 1, 1), date(2026, 12, 31))):
        person = await registry.register(birth)
        fact = {"kind": "disability", "degree": "severe", "certificate_date": "2025-01-05"}
        data = CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=fact, valid_from=date(2025, 1, 5),
            valid_to=ends,
        )  # fmt: skip
        await registry.tell(person, data)
        await registry.list_row(
            person, benefit="disability_allowance", stated_category="5.6_severe",
            coefficient="1.5" if ends else "2.0", amount=750_000 if ends else 1_000_000,
        )  # fmt: skip
        people.append(str(person.person_id))
    await office.drain()
    await new_level(office)
    await sweep(office)
    rows = await found(office, kind="paper_needed")
    assert sorted((row["person_id"], row["reasons"], row["month"]) for row in rows) == [
        (people[0], ["reassessment"], "2026-12"),
        (people[1], ["certificate"], "2026-12"),
    ]
    assert (await sweep(office))["new"] == 0
