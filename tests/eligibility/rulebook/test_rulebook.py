"""The law over HTTP: read by date, one-off benefits, and what the province enters for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from eligibility.law.domain.installed import install

WRITER = ["eligibility:read", "law:write"]
LEVEL = {
    "benefits": ["social_allowance", "social_pension"],
    "settings": ["community"],
    "kind": "standard",
    "amount": 700_000,
    "valid_from": "2026-07-01",
    "resolution": "Nghị quyết 10/2026/NQ-HĐND",
    "source": "Công báo tỉnh",
    "confidence": "text seen",
}


@pytest.fixture(autouse=True)
def _forget_local_law() -> Iterator[None]:
    yield
    install(None)


async def funeral(office: Any, **claim: Any) -> Any:
    body = {"benefit": "funeral", "claims": [{"province_code": "68", **claim}]}
    answer = await office.post("/evaluations/one-off", body)
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()["items"]
    return item


@pytest.mark.law("176/2025 Art 5.1")
async def test_w14_a_pensioners_funeral_is_ten_million_with_its_reasons(office: Any) -> None:
    item = await funeral(office, death_date="2025-09-28", receives="social_pension")
    assert (item["eligible"], item["payable"]) == (True, 10_000_000)
    assert item["article"] == "khoản 1 Điều 5 Nghị định 176/2025/NĐ-CP"
    assert item["conditions"][0]["outcome"] is True
    assert "10.000.000 đồng" in item["text"][1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"benefit": "funeral", "claims": [{"receives": "allowance"}]}, "claim_invalid"),
        (
            {"benefit": "funeral", "claims": [{"death_date": "2025-01-01", "cause": "fire"}]},
            "claim_invalid",
        ),
        (
            {"benefit": "funeral", "claims": [{"death_date": "2020-01-01"}]},
            "event_outside_law",
        ),
        (
            {
                "benefit": "funeral",
                "claims": [{"death_date": "2026-08-01", "level_choice": "counting_from_july"}],
            },
            "claim_invalid",
        ),
    ],
)
async def test_an_impossible_claim_is_a_problem(office: Any, body: Any, code: str) -> None:
    answer = await office.post("/evaluations/one-off", body)
    assert answer.status_code == 422
    assert answer.json()["code"] == code


async def test_a_level_that_two_people_of_the_province_agree_on_counts_at_once(office: Any) -> None:
    before = await funeral(office, death_date="2026-11-10", receives="allowance")
    assert before["amount"] == 10_800_000
    await office.enter_law("/law/levels", LEVEL)
    after = await funeral(office, death_date="2026-11-10", receives="allowance")
    assert after["amount"] == 14_000_000
    listed = await office.get("/law/levels")
    assert [(item["resolution"], item["known_from"]) for item in listed["items"]] == [
        (LEVEL["resolution"], "2026-11-19")
    ]


async def test_two_levels_of_one_day_may_not_overlap_and_none_is_changed(office: Any) -> None:
    await office.enter_law("/law/levels", LEVEL)
    again = await office.post(
        "/law/levels", {**LEVEL, "amount": 710_000}, who="so_y_te", scopes=WRITER
    )
    assert again.status_code == 409
    assert again.json()["code"] == "local_law_overlaps"
    with pytest.raises(asyncpg.PostgresError):
        await office.rows("UPDATE law_level SET amount = 1 RETURNING level_id")


async def test_what_the_province_enters_needs_its_scope_and_its_sense(office: Any) -> None:
    refused = await office.post("/law/levels", LEVEL)
    assert refused.status_code == 403
    turned = await office.post(
        "/law/levels", {**LEVEL, "valid_to": "2026-01-01"}, who="so_y_te", scopes=WRITER
    )
    assert (turned.status_code, turned.json()["code"]) == (422, "local_law_invalid")


async def test_a_switch_is_set_for_the_province_from_a_day_on(office: Any) -> None:
    choice = {
        "code": "emergency_death_beside_funeral",
        "value": "both",
        "valid_from": "2026-11-01",
        "resolution": "Công văn 1234/SYT-BTXH",
        "reason": "Theo hướng dẫn của Bộ Y tế",
    }
    claim = {"death_date": "2026-11-10", "receives": "allowance", "emergency_support": 27_000_000}
    assert (await funeral(office, **claim))["payable"] == 0
    await office.enter_law("/law/switches", choice)
    assert (await funeral(office, **claim))["payable"] == 10_800_000
    shown = {item["code"]: item for item in (await office.get("/law/switches"))["items"]}
    assert shown[choice["code"]]["chosen_by"] == "province"
    earlier = await office.get("/law/switches", on="2026-10-31")
    positions = {item["code"]: item["value"] for item in earlier["items"]}
    assert positions[choice["code"]] == "highest_only"
    wrong = await office.post(
        "/law/switches", {**choice, "value": "perhaps"}, who="so_y_te", scopes=WRITER
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "local_law_invalid")


async def test_a_local_benefit_is_entered_and_given(office: Any) -> None:
    benefit = {
        "code": "cremation",
        "cash": 10_000_000,
        "valid_from": "2026-01-01",
        "resolution": "Nghị quyết 12/2026/NQ-HĐND",
        "source": "Công báo tỉnh",
        "confidence": "text seen",
    }
    await office.enter_law("/law/local-benefits", benefit)
    body = {
        "benefit": "cremation",
        "claims": [
            {
                "death_date": "2026-11-10",
                "cremated": True,
                "permanent_residence": True,
                "province_code": "68",
            }
        ],
    }
    answer = await office.post("/evaluations/one-off", body)
    assert answer.json()["items"][0]["payable"] == 10_000_000
    listed = await office.get("/law/local-benefits")
    assert [item["cash"] for item in listed["items"]] == [10_000_000]


async def test_provisions_are_those_of_the_day_and_sealed_ones_need_their_scope(
    office: Any,
) -> None:
    on = await office.get("/law/provisions", on="2026-11-20")
    found = {(item["benefit"], item["provision"]) for item in on["items"]}
    assert ("funeral", "applied_undecided") in found
    assert ("social_pension", "pension_75") in found
    before = await office.get("/law/provisions", on="2026-10-04")
    assert ("funeral", "applied_undecided") not in {
        (item["benefit"], item["provision"]) for item in before["items"]
    }
    text = " ".join(item["title"] + item["provision"] for item in on["items"])
    assert "HIV" not in text


async def test_documents_holidays_and_time_limits_are_read_by_date(office: Any) -> None:
    documents = (await office.get("/law/documents", on="2026-10-04"))["items"]
    numbers = {item["number"] for item in documents}
    assert "20/2021/NĐ-CP" in numbers
    assert "335/2026/NĐ-CP" not in numbers
    holidays = await office.get("/law/holidays", year=2026)
    (year,) = holidays["items"]
    assert "2026-08-22" in {day["day"] for day in year["days"] if day["worked"]}
    assert "2027" in holidays["warning"]
    limit = await office.get(
        "/law/time-limits", procedure="monthly_allowance", received_on="2026-08-20"
    )
    assert limit["due_on"] == "2026-09-07"
