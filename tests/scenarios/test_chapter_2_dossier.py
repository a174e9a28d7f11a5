"""Chapter 2: a dossier from the portal, its deadline, its statuses back to the portal."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

STATUSES = [1, 2, 4, 9, 10]
"""Newly filed, taken in, being worked on, done, result given back."""


def the_dossier(story: Any) -> dict[str, Any]:
    path = "/eligibility/v1/dossiers"
    (found,) = story.client.get("can_bo", path, commune_code="25000")["items"]
    told: dict[str, Any] = story.client.get("can_bo", f"{path}/{found['dossier_code']}")
    return told


def test_the_dossier_is_the_applicants_and_went_through_its_steps(story: Any) -> None:
    dossier = the_dossier(story)
    assert dossier["person_id"] == story.applicant["person_id"]
    assert dossier["benefit"] == "social_pension"
    # The owner was not known: the registration is a step of its own at the first status.
    assert [step["status"] for step in dossier["steps"]] == [STATUSES[0], *STATUSES]


@pytest.mark.law("335/2026 Art 31.2")
def test_the_deadline_is_seven_working_days_after_receipt(story: Any) -> None:
    dossier = the_dossier(story)
    assert dossier["received_at"] == "2026-11-12T01:00:00Z"
    # Thursday 12/11; working days 13, 16, 17, 18, 19, 20, 23.
    assert dossier["due_on"] == "2026-11-23"
    assert dossier["steps"][-1]["taken_at"][:10] <= dossier["due_on"]


def test_the_portal_got_each_status_once_and_in_order(story: Any) -> None:
    code = the_dossier(story)["dossier_code"]
    seen = story.client.world(f"/portal/dossiers/{code}")
    assert [step["status"] for step in seen["steps"]] == STATUSES
    assert seen["status"] == STATUSES[-1]
    messages = [
        message
        for message in story.client.pages("can_bo", "/eligibility/v1/portal/messages")
        if message["dossier_code"] == code
    ]
    assert sorted((message["status"], message["state"]) for message in messages) == [
        (status, "sent") for status in STATUSES
    ]


@pytest.mark.law("176/2025 Art 3.1", "176/2025 Art 2.1")
def test_the_decision_carries_the_explanation_that_it_was_signed_with(story: Any) -> None:
    expected = story.applicant["expected"]
    decisions = story.client.get(
        "can_bo", "/eligibility/v1/decisions", commune_code="25000", kind="grant"
    )["items"]
    (decision,) = decisions
    assert decision["status"] == "signed"
    assert decision["signed_on"] == "2026-11-19"
    assert (decision["drafted_by"], decision["signed_by"]) == ("can_bo", "chu_tich")
    path = f"/eligibility/v1/decisions/{decision['decision_id']}/lines"
    (line,) = story.client.get("can_bo", path)["items"]
    assert line["levels"] == [
        {
            "from_month": expected["first_month"],
            "to_month": None,
            "amount": expected["monthly_amount"],
            "coefficient": expected["coefficient"],
            "provision": expected["provision"],
        }
    ]
    conditions = line["explanation"]["conditions"]
    assert line["explanation"]["eligible"] is True
    assert all(condition["article"] and condition["text"] for condition in conditions)
    assert {"có văn bản đề nghị", "ký ngày 19/11/2026"} <= {one["value"] for one in conditions}
