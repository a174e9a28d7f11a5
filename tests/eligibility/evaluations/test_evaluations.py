"""The law over HTTP."""

from __future__ import annotations

from typing import Any

FACTS = {
    "birth_date": "1944-02-01",
    "sex": "female",
    "commune_code": "25000",
    "poverty_class": "poor",
    "disability": {"degree": "severe"},
    "pension_income": 0,
    "written_request": True,
}


async def test_an_evaluation_names_what_was_set_aside_and_by_which_rule(office: Any) -> None:
    answer = await office.post("/evaluations", {"facts": FACTS, "month": "2026-11"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    awards = {award["benefit"]: award for award in body["awards"]}
    assert awards["disability_allowance"]["amount"] == 1_080_000
    assert awards["disability_allowance"]["payable"] is True
    assert awards["social_pension"]["payable"] is False
    assert awards["social_pension"]["excluded_by"] == "disability_allowance"
    assert "Nghị định 335/2026/NĐ-CP" in awards["social_pension"]["rule"]
    assert any("chỉ được hưởng một mức cao nhất" in line for line in body["text"])
    conditions = {item["code"]: item for item in body["conditions"]}
    assert conditions["elderly"]["value"] == "sinh 01/02/1944, đủ 60 tuổi ngày 01/02/2004"


async def test_missing_facts_are_answered_not_refused(office: Any) -> None:
    answer = await office.post(
        "/evaluations", {"facts": {"birth_date": "1956-03-01"}, "months": ["2026-10", "2026-11"]}
    )
    body = answer.json()
    assert [award["payable"] for award in body["awards"]] == [None, None]
    missing = {item["code"] for item in body["changes_next"] if item["kind"] == "missing_fact"}
    assert missing == {"no_higher_pension", "written_request", "poor_or_near_poor"}
    birthdays = [item for item in body["changes_next"] if item["kind"] == "birthday"]
    assert [(item["on"], item["effective_month"]) for item in birthdays] == [
        ("2031-03-01", "2031-03")
    ]


async def test_a_month_before_the_known_law_is_a_problem(office: Any) -> None:
    answer = await office.post("/evaluations", {"facts": FACTS, "month": "2025-06"})
    assert (answer.status_code, answer.json()["code"]) == (422, "law_period_unsupported")


async def test_one_period_is_asked_for_at_a_time(office: Any) -> None:
    for period in ({}, {"month": "2026-11", "months": ["2026-10", "2026-11"]}):
        answer = await office.post("/evaluations", {"facts": FACTS, **period})
        assert answer.status_code == 422
    answer = await office.post("/evaluations", {"facts": FACTS, "months": ["2026-11", "2026-10"]})
    assert answer.status_code == 422


async def test_the_numbers_of_the_law_are_listed_with_basis_and_confidence(office: Any) -> None:
    body = await office.get("/law/parameters", on="2026-11-19")
    found = {item["code"]: item for item in body["parameters"]}
    amount = found["standard_amount"]
    assert (amount["value"], amount["valid_from"], amount["in_force"]) == (
        540_000,
        "2026-07-01",
        "2026-10-05",
    )
    assert amount["basis"] == "khoản 2 Điều 4 Nghị định 335/2026/NĐ-CP"
    assert found["coefficient_5.6_severe"]["value"] == "1.5"
    assert found["adjust_month_rule"]["value"] == "month_of_change"
    assert body["unconfirmed_holiday_years"] == [2027]
    before = await office.get("/law/parameters", on="2026-10-01")
    rule = next(item for item in before["parameters"] if item["code"] == "adjust_month_rule")
    assert (rule["value"], rule["confidence"]) == ("month_after", "secondary")
