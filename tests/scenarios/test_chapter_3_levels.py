"""Chapter 3: the law proposes, the chair signs, the entitlement has the level of each month."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

MONTHS = [f"2026-{number:02d}" for number in range(7, 13)]


def by_person(story: Any, path: str) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = story.by_true_benefit(
        story.client.pages("can_bo", path, commune_code="25000")
    )
    return found


def by_month(entitlement: dict[str, Any]) -> dict[str, int]:
    """Write levels out as the amount of each month of the story."""
    return {
        month: level["amount"]
        for level in entitlement["levels"]
        for month in MONTHS
        if level["from_month"] <= month <= (level["to_month"] or MONTHS[-1])
    }


def review(story: Any) -> dict[str, Any]:
    """Give the signed list of new levels."""
    (found,) = story.client.get(
        "can_bo", "/eligibility/v1/decisions", commune_code="25000", kind="level_review"
    )["items"]
    told: dict[str, Any] = found
    return told


def review_lines(story: Any) -> dict[tuple[str, str], dict[str, Any]]:
    path = f"/eligibility/v1/decisions/{review(story)['decision_id']}/lines"
    return {
        (line["person_id"], line["benefit"]): line for line in story.client.pages("can_bo", path)
    }


@pytest.mark.law("335/2026 Art 4.2", "335/2026 Art 32.3", "335/2026 Art 32.4", "335/2026 Art 6.1.e")
def test_every_person_is_owed_each_month_what_the_plan_says(story: Any) -> None:
    planned = {
        (story.person_id(row), row["benefit"]): {
            month: amount for month, amount in row["money"]["owed"].items() if amount
        }
        for _, row in story.accepted
    }
    expected = story.applicant["expected"]
    planned[story.applicant["person_id"], "social_pension"] = {
        month: expected["monthly_amount"] for month in MONTHS if month >= expected["first_month"]
    }
    found = by_person(story, "/eligibility/v1/entitlements")
    assert {key: by_month(entitlement) for key, entitlement in found.items()} == planned


@pytest.mark.law("335/2026 Art 32.4")
def test_each_entitlement_stands_on_the_signed_list_or_on_the_signed_dossier(story: Any) -> None:
    signed = review(story)
    assert (signed["status"], signed["drafted_by"]) == ("signed", "can_bo")
    assert (signed["signed_by"], signed["signed_on"]) == ("chu_tich", "2026-11-19")
    own = (story.applicant["person_id"], "social_pension")
    for key, entitlement in by_person(story, "/eligibility/v1/entitlements").items():
        origin = "grant" if key == own else "level_review"
        assert entitlement["decision"]["origin"] == origin
        assert entitlement["decision"]["signed_on"] == "2026-11-19"


def test_two_signed_decisions_were_told_to_the_other_services(story: Any) -> None:
    rows = story.stage.query(
        "eligibility",
        "SELECT payload FROM outbox WHERE subject = 'ansinh.eligibility.decision.signed.v1'",
    )
    told = [json.loads(row["payload"])["data"] for row in rows]
    assert sorted(
        (one["kind"], one["number"], one["signed_on"], one["lines"])
        for one in told
        if one["commune_code"] == "25000"
    ) == [
        ("grant", "QĐ-TCXH-01/2026", "2026-11-19", 1),
        ("level_review", "QĐ-CM-01/2026", "2026-11-19", story.plan["summary"]["rows_accepted"]),
    ]


def test_the_outcomes_of_the_list_are_those_of_the_plan_person_by_person(story: Any) -> None:
    planned: dict[tuple[str, str], str] = {}
    for person, row in story.accepted:
        outcome = "amount_differs" if row["proposal"] else "new_level"
        if person["truth"]["death_date"]:
            outcome = "deceased"
        if "two_benefits" in person["situations"] and not any(row["money"]["owed"].values()):
            outcome = "highest_only"
        planned[story.person_id(row), row["benefit"]] = outcome
    lines = review_lines(story)
    assert {key: line["outcome"] for key, line in lines.items()} == planned
    totals = Counter(planned.values())
    assert {name: one["lines"] for name, one in review(story)["totals"].items()} == totals


def test_amounts_that_differ_from_the_law_stay_proposals(story: Any) -> None:
    planned = {
        (story.person_id(row), row["benefit"]): (
            row["amount"],
            row["coefficient"],
            row["proposal"]["lawful_coefficient"],
            row["proposal"]["lawful_amount"],
        )
        for _, row in story.accepted
        if row["proposal"]
    }
    found = by_person(story, "/eligibility/v1/proposals")
    assert planned
    assert {one["code"] for one in found.values()} == {"amount_differs"}
    assert {
        key: (
            one["listed_amount"],
            one["signed_coefficient"],
            one["lawful_coefficient"],
            one["lawful_amount"],
        )
        for key, one in found.items()
    } == planned
    entitlements = by_person(story, "/eligibility/v1/entitlements")
    for key, (_, signed, _, _) in planned.items():
        assert {level["coefficient"] for level in entitlements[key]["levels"]} == {signed}


@pytest.mark.law("176/2025 Art 7.1", "176/2025 Art 7.2")
def test_people_moved_from_the_old_allowance_need_no_request(story: Any) -> None:
    lines = review_lines(story)
    converted = {
        story.person_id(row)
        for person, row in story.accepted
        if set(person["situations"]) & {"converted_5_5b", "converted_5_5c"}
    }
    dossiers = list(story.client.pages("can_bo", "/eligibility/v1/dossiers", commune_code="25000"))
    assert len(converted) > 50
    assert {dossier["person_id"] for dossier in dossiers} == {story.applicant["person_id"]}
    judged = 0
    for (person_id, benefit), line in lines.items():
        if person_id in converted and benefit == "social_pension":
            (request,) = (
                condition
                for condition in line["explanation"]["conditions"]
                if condition["code"] == "written_request"
            )
            assert request["outcome"] is True
            assert "không phải làm văn bản đề nghị" in request["value"]
            judged += 1
    assert judged == len(converted)


@pytest.mark.law("335/2026 Art 32.3")
def test_arrears_of_an_entitlement_are_owed_minus_paid_month_by_month(story: Any) -> None:
    entitlements = by_person(story, "/eligibility/v1/entitlements")
    situations = ("crosses_16", "crosses_60", "two_benefits", "recent_decision", "converted_5_5c")
    looked_at: Counter[str] = Counter()
    for person, row in story.accepted:
        new = [s for s in (*person["situations"], "deceased") if looked_at[s] < 2]
        if person["truth"]["death_date"] is None and not set(new) & set(situations):
            continue
        looked_at.update([*person["situations"], "deceased"])
        entitlement = entitlements[story.person_id(row), row["benefit"]]
        path = f"/eligibility/v1/entitlements/{entitlement['entitlement_id']}/arrears"
        told = story.client.get("can_bo", path, to="2026-11")
        money = row["money"]
        found = {one["month"]: one for one in told["months"]}
        for name, wanted in (("arrears", money["arrears"]), ("overpaid", money["recovery"])):
            assert {month: one[name] for month, one in found.items() if one[name]} == wanted
            assert told[name] == sum(wanted.values())
    assert set(situations) <= looked_at.keys()
