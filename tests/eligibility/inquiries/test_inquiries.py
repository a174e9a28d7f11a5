"""Other systems ask yes or no, for a purpose that is theirs, and every person asked about has a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

PATH = "/inquiries"
UNKNOWN = "003999999999"


async def _ask(office: Any, purpose: str, scope: str, *numbers: str, month: str = "2026-12") -> Any:
    body = {"purpose": purpose, "month": month, "personal_ids": list(numbers)}
    headers = office.headers("so_khac", ["inquiries:ask", scope], communes=("*",))
    return await office.client.post(f"/eligibility/v1{PATH}", json=body, headers=headers)


async def test_who_receives_is_yes_and_everybody_else_is_no(office: Any, registry: Any) -> None:
    pensioner = await registry.pensioner()
    other = await registry.register(date(1990, 1, 1))
    await office.drain()
    numbers = (UNKNOWN, pensioner.personal_id, other.personal_id)
    answer = await _ask(office, "education_fee", "inquiries:education", *numbers)
    told = [(item["personal_id"], item["receives"]) for item in answer.json()["answers"]]
    assert told == [(UNKNOWN, False), (numbers[1], True), (numbers[2], False)]
    assert all(item["benefits"] is None for item in answer.json()["answers"])
    before = await _ask(office, "education_fee", "inquiries:education", *numbers, month="2025-01")
    assert not any(item["receives"] for item in before.json()["answers"])
    traces = await office.rows(
        "SELECT subject_id, client_id, detail ->> 'for' AS purpose FROM audit_entry"
        " WHERE action = 'inquiry.answered' ORDER BY seq"
    )
    asked = {str(pensioner.person_id), str(other.person_id)}
    assert {row["subject_id"] for row in traces} == asked
    assert {row["purpose"] for row in traces} == {"education_fee"}


async def test_a_purpose_that_needs_the_kind_is_told_the_shared_label(
    office: Any, registry: Any
) -> None:
    disabled = await registry.disabled(date(1980, 5, 5), "severe", "1.5", 750_000)
    pensioner = await registry.pensioner()
    await office.drain()
    numbers = (disabled.personal_id, pensioner.personal_id)
    answer = await _ask(office, "health_insurance_card", "inquiries:health_insurance", *numbers)
    labels = [[label["code"] for label in item["benefits"]] for item in answer.json()["answers"]]
    assert labels == [["5"], ["social_pension"]]


async def test_a_right_that_ended_is_no_longer_received(office: Any, registry: Any) -> None:
    pensioner = await registry.pensioner()
    await office.drain()
    await registry.die(pensioner, date(2026, 11, 10))
    await office.drain()
    answer = await _ask(
        office, "double_payment_check", "inquiries:treasury", pensioner.personal_id, month="2026-12"
    )
    assert answer.json()["answers"][0]["receives"] is False


@pytest.mark.parametrize(
    ("purpose", "scope", "number", "status", "code"),
    [
        ("curiosity", "inquiries:education", UNKNOWN, 422, "purpose_unknown"),
        ("legal_aid", "inquiries:education", UNKNOWN, 403, "purpose_not_granted"),
        ("education_fee", "eligibility:read", UNKNOWN, 403, "purpose_not_granted"),
        ("education_fee", "inquiries:education", "00315100001", 422, "invalid_input"),
    ],
)
async def test_wrong_questions_are_refused(
    office: Any, purpose: str, scope: str, number: str, status: int, code: str
) -> None:
    answer = await _ask(office, purpose, scope, number)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
