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


async def test_missing_facts_are_answered_with_the_awards_that_hang_on_them(office: Any) -> None:
    answer = await office.post(
        "/evaluations", {"facts": {"birth_date": "1956-03-01"}, "months": ["2026-10", "2026-11"]}
    )
    body = answer.json()
    assert {(item["benefit"], item["payable"]) for item in body["awards"]} == {
        ("social_allowance", None),
        ("social_pension", None),
    }
    missing = {
        item["code"]: item["benefits"]
        for item in body["changes_next"]
        if item["kind"] == "missing_fact"
    }
    assert missing == {
        "poor": ["social_allowance"],
        "unsupported": ["social_allowance"],
        "no_higher_pension": ["social_pension"],
        "written_request": ["social_pension"],
        "poor_or_near_poor": ["social_pension"],
    }
    birthdays = [item for item in body["changes_next"] if item["kind"] == "birthday"]
    assert ("age_pension", "2031-03-01", "2031-03") in [
        (item["code"], item["on"], item["effective_month"]) for item in birthdays
    ]
    assert body["total"] == 0


async def test_a_month_outside_the_known_law_names_the_field_and_the_rule(office: Any) -> None:
    for period, pointer, code in (
        ({"month": "2021-06"}, "/month", "month_before_known_law"),
        ({"months": ["2021-06", "2021-07"]}, "/months/0", "month_before_known_law"),
        ({"months": ["2027-12", "2028-01"]}, "/months/1", "month_after_known_law"),
    ):
        answer = await office.post("/evaluations", {"facts": FACTS, **period})
        assert (answer.status_code, answer.json()["code"]) == (422, "law_period_unsupported")
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == (pointer, code)


async def test_impossible_facts_name_the_field_and_the_rule(office: Any) -> None:
    for facts, month, pointer, code in (
        ({"death_date": "1940-01-01"}, "2026-11", "/facts/death_date", "born_after_death"),
        ({}, "2025-06", "/facts/disability/certificate_date", "certificate_date_needed"),
        (
            {"children": [{"birth_date": "1930-01-01"}]},
            "2026-11",
            "/facts/children/0/birth_date",
            "child_older_than_parent",
        ),
        (
            {"province_code": "22", "local_group": "nobody"},
            "2026-11",
            "/facts/local_group",
            "local_group_unknown",
        ),
    ):
        answer = await office.post("/evaluations", {"facts": {**FACTS, **facts}, "month": month})
        assert answer.status_code == 422, answer.text
        body = answer.json()
        assert body["code"] == "facts_impossible"
        assert [(item["pointer"], item["code"]) for item in body["errors"]] == [(pointer, code)]
        assert "1940" not in answer.text


async def test_an_unknown_code_is_a_problem_of_its_field(office: Any) -> None:
    answer = await office.post(
        "/evaluations", {"facts": {**FACTS, "support": "sometimes"}, "month": "2026-11"}
    )
    assert answer.status_code == 422
    assert [item["pointer"] for item in answer.json()["errors"]] == ["/facts/support"]


async def test_care_support_is_paid_to_who_cares(office: Any) -> None:
    facts = {
        "birth_date": "2023-01-05",
        "father_status": "dead",
        "mother_status": "missing",
        "care": "taken_in",
        "carer_qualifies": True,
        "poverty_class": "none",
    }
    body = (await office.post("/evaluations", {"facts": facts, "month": "2026-11"})).json()
    care = next(item for item in body["awards"] if item["benefit"] == "care_support")
    assert (care["provision"], care["payee"], care["payable_amount"]) == (
        "C1a",
        "carer",
        1_350_000,
    )
    assert body["total"] == 2_700_000
    case = next(item for item in body["conditions"] if item["code"] == "no_care_c")
    assert case["article"] == "điểm c khoản 1 Điều 5 Nghị định 335/2026/NĐ-CP"
    assert case["value"] == "cha: chết; mẹ: mất tích"


SEALED_WORDS = ("HIV", "AIDS", "5.3", "5.8", "khoản 3 Điều 5", "khoản 8 Điều 5")


async def test_a_sealed_group_is_named_by_its_neutral_code_only(office: Any) -> None:
    facts = {
        "birth_date": "1990-01-05",
        "neutral_group": True,
        "poverty_class": "poor",
        "wage_income": 0,
        "pension_income": 0,
    }
    answer = await office.post("/evaluations", {"facts": facts, "month": "2026-11"})
    body = answer.json()
    award = next(item for item in body["awards"] if item["benefit"] == "social_allowance")
    assert award["payable_amount"] == 810_000
    assert len(award["provision"]) == 6
    told = award["article"] + award["provision"] + award["title"] + " ".join(body["text"])
    assert not any(word in told for word in SEALED_WORDS)
    assert not any(word in answer.text for word in ("HIV", "AIDS"))
    missing = {**facts, "neutral_group": None, "wage_income": None}
    answer = await office.post("/evaluations", {"facts": missing, "month": "2026-11"})
    assert "neutral_group" not in [item["code"] for item in answer.json()["changes_next"]]
    assert answer.json()["awards"] == []


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
