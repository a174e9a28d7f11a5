"""Of what is received only the highest is paid; what nobody asked for takes nothing away."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

PENSION, ALLOWANCE = "1.014027", "1.001776"
MARKS = pytest.mark.law("176/2025 Art 3.1", "335/2026 Art 6.2")


@MARKS
async def test_the_lower_benefit_is_granted_while_the_higher_is_not_received(
    office: Any, registry: Any
) -> None:
    person = await registry.register(date(1946, 3, 10))
    await registry.certify(person, "severe")
    await office.drain()
    proposed = await office.propose(person, PENSION)
    assert proposed["kind"] == "grant"
    explanation = await office.explanation(proposed)
    assert explanation["excluded_by"] is None
    (note,) = explanation["notes"]
    assert (note["kind"], note["code"]) == ("note", "higher_benefit_possible")
    assert note["benefit"] == "disability_allowance"
    assert "1.080.000 đồng" in note["text"]
    assert (await office.sign(proposed)).status_code == 200
    found = await office.entitlement(person)
    assert (found["status"], found["levels"][0]["amount"]) == ("active", 540_000)

    # The other dossier comes later: from its first month the higher one takes the place.
    higher = await office.propose(person, ALLOWANCE, code="H36.25000-261112-0002")
    assert (higher["kind"], (await office.explanation(higher))["notes"]) == ("grant", [])
    assert (await office.sign(higher)).status_code == 200
    lower = await office.entitlement(person)
    assert (lower["status"], lower["status_reason"]) == ("held", "highest_only")
    assert lower["levels"] == []
    assert (await office.entitlement(person, "disability_allowance"))["status"] == "active"


@MARKS
async def test_the_lower_benefit_is_refused_while_the_higher_is_received(
    office: Any, registry: Any
) -> None:
    person = await registry.disabled(date(1946, 3, 10), "severe", "2.0", 1_000_000)
    await office.drain()
    proposed = await office.propose(person, PENSION)
    assert proposed["kind"] == "refusal"
    explanation = await office.explanation(proposed)
    assert explanation["eligible"] is True
    assert explanation["excluded_by"] == "disability_allowance"
    (reason,) = explanation["notes"]
    assert (reason["kind"], reason["code"]) == ("reason", "higher_benefit_received")
    assert "1.000.000 đồng" in reason["text"]
    assert (await office.sign(proposed)).status_code == 200
    page = await office.get("/entitlements", person_id=str(person.person_id))
    assert [item["benefit"] for item in page["items"]] == ["social_allowance"]  # the label


@MARKS
async def test_what_is_held_is_not_received(office: Any, registry: Any) -> None:
    person = await registry.disabled(date(1946, 3, 10), "severe", "2.0", 1_000_000)
    dead = await registry.die(person, date(2026, 9, 3))
    await office.drain()
    held = await office.rows("SELECT status FROM receipt_fact WHERE superseded_at IS NULL")
    assert [row["status"] for row in held] == ["held"]
    await registry.correct(dead, death_date=None)
    await office.drain()
    assert (await office.propose(person, PENSION))["kind"] == "refusal"


@MARKS
async def test_a_higher_benefit_granted_between_draft_and_signature_outdates_the_draft(
    office: Any, registry: Any
) -> None:
    person = await registry.register(date(1946, 3, 10))
    await registry.certify(person, "severe")
    await office.drain()
    lower = await office.propose(person, PENSION)
    higher = await office.propose(person, ALLOWANCE, code="H36.25000-261112-0002")
    assert (lower["kind"], higher["kind"]) == ("grant", "grant")
    assert (await office.sign(higher)).status_code == 200
    refused = await office.sign(lower)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_outdated")


async def test_a_benefit_is_judged_by_its_own_missing_facts_only(
    office: Any, registry: Any
) -> None:
    # Nobody knows this young person's degree of disability; for the pension that says nothing.
    person = await registry.register(date(1962, 1, 1))
    await office.drain()
    assert (await office.propose(person, PENSION))["kind"] == "refusal"
