"""What is no fact, or cannot be, is refused with the field and the known names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.kernel.months import Month
from eligibility.law import service
from eligibility.law.domain.changes import changes_ahead
from eligibility.law.store import load_law

BORN = {"birth_date": "1980-01-01"}


@pytest.mark.parametrize(
    ("facts", "pointer", "code"),
    [
        ({"disability_degree": "severe"}, "/facts/disability_degree", "fact_unknown"),
        ({"povertyclass": "poor"}, "/facts/povertyclass", "fact_unknown"),
        ({"sex": "male", "pregnant": True}, "/facts/pregnant", "pregnant_male"),
        ({"birth_date": "2026-12-02"}, "/facts/birth_date", "born_after_month"),
        ({"receiving_since": "1940-01"}, "/facts/receiving_since", "event_before_birth"),
    ],
)
async def test_a_fact_that_is_none_is_refused(
    office: Any, facts: dict[str, Any], pointer: str, code: str
) -> None:
    body = {"facts": {**BORN, **facts}, "month": "2026-11"}
    answer = await office.post("/evaluations", body)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    if code == "fact_unknown":
        assert "poverty_class" in error["message"]


async def test_an_unknown_code_or_nested_name_is_refused(office: Any) -> None:
    for facts in (
        {"poverty_class": "very_poor"},
        {"disability": {"degree": "severe", "kind": "x"}},
    ):
        answer = await office.post("/evaluations", {"facts": {**BORN, **facts}, "month": "2026-11"})
        assert answer.status_code == 422, answer.text


async def test_an_unknown_cause_of_an_emergency_hears_the_known_ones(office: Any) -> None:
    claim = {"case": "death", "cause": "flood", "event_on": "2026-11-01"}
    answer = await office.post("/evaluations/one-off", {"benefit": "emergency", "claims": [claim]})
    assert answer.status_code == 422, answer.text
    assert "lean_season" in answer.text


async def test_days_at_the_end_of_time_are_refused(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    headers = office.headers("x", ["eligibility:read"])
    for name in ("known_on", "as_of"):
        path = f"/eligibility/v1/persons/{person.personal_id}/awards?month=2026-11"
        answer = await office.client.get(f"{path}&{name}=9999-12-31", headers=headers)
        assert answer.status_code == 422, answer.text


async def test_who_has_one_commune_cannot_change_the_law_of_the_province(office: Any) -> None:
    headers = office.headers("x", ["law:write"], ("25000",))
    body = {
        "benefits": ["social_pension"],
        "settings": ["community"],
        "kind": "standard",
        "amount": 600_000,
        "valid_from": "2027-01-01",
        "resolution": "Nghị quyết 10/2026/NQ-HĐND",
        "source": "Công báo tỉnh",
        "confidence": "text seen",
    }
    answer = await office.client.post("/eligibility/v1/law/levels", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "province_scope_required")


@pytest.mark.law("176/2025 Art 2")
@pytest.mark.parametrize("request_", [None, "none"])
def test_who_is_old_enough_and_did_not_ask_hears_of_the_request(request_: str | None) -> None:
    month = Month(2026, 11)
    facts = {
        "birth_date": date(1954, 3, 10),
        "poverty_class": "near_poor",
        "pension_income": 0,
        "request": request_,
        "support": "able",
    }
    (row,) = service.person_rows(facts, month, month)
    changes = [
        item
        for item in changes_ahead(row, load_law().latest)
        if item.benefits == ("social_pension",)
    ]
    assert [item.text for item in changes] == [
        "Thiếu văn bản đề nghị (điểm c khoản 1 Điều 2, Điều 7 Nghị định 176/2025/NĐ-CP)."
    ]
