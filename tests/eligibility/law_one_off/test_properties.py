"""What holds for every claim, and what a claim may not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.emergency import CASES, CAUSES
from eligibility.law.domain.one_off.explain import KINDS, explain_claim
from eligibility.law.domain.one_off.funeral import CLAIMS, funeral_support
from eligibility.law.domain.one_off.grounds import EventOutsideLaw
from eligibility.law.domain.provincial import LocalBenefit, LocalLevel
from eligibility.law.domain.switches import LocalChoice
from eligibility.law.store import load_law

SOME = settings(deadline=None, max_examples=25)
DEATHS = st.fixed_dictionaries(
    {
        "death_date": st.dates(date(2021, 7, 1), date(2027, 12, 31)),
        "birth_date": st.dates(date(1920, 1, 1), date(2020, 12, 31)),
        "receives": st.sampled_from(["allowance", "social_pension", "none"]),
        "applied_for": st.sampled_from(["allowance", "social_pension", "none"]),
        "survivor_allowance": st.booleans(),
        "poverty_class": st.sampled_from(["poor", "near_poor", "none", None]),
        "setting": st.sampled_from(["community", "facility"]),
        "province_code": st.sampled_from(["01", "22", "31", "68", "79", None]),
        "former_province_code": st.sampled_from(["30", "31", "74", None]),
        "other_support": st.sampled_from([0, 5_000_000, 30_000_000]),
    }
)
EMERGENCIES = st.fixed_dictionaries(
    {
        "case": st.sampled_from(sorted(CASES)),
        "event_on": st.dates(date(2021, 7, 1), date(2027, 12, 31)),
        "cause": st.sampled_from([*CAUSES, None]),
        "persons": st.integers(1, 9),
        "months": st.integers(1, 5),
        "hungry": st.sampled_from([True, False, None]),
        "badly_injured": st.sampled_from([True, False, None]),
        "at_residence": st.sampled_from([True, False, None]),
        "emergency_admitted": st.sampled_from([True, False, None]),
        "treated_days": st.sampled_from([None, 2, 3]),
        "poverty_class": st.sampled_from(["poor", "none", None]),
        "actual_cost": st.sampled_from([None, 1, 40_000_000]),
        "nobody_responsible": st.booleans(),
    }
)


def judged(benefit: str, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kind = KINDS[benefit]
    rows = [{name: claim.get(name) for name in kind.schema} for claim in claims]
    return kind.judge(pl.DataFrame(rows, schema=dict(kind.schema)), load_law()).to_dicts()


def answer(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("eligible", "provision", "amount", "payable", "article"))


@SOME
@given(claims=st.lists(DEATHS, min_size=1, max_size=12))
def test_a_death_judged_among_others_is_judged_as_alone(claims: list[dict[str, Any]]) -> None:
    together = [answer(row) for row in judged("funeral", claims)]
    assert together == [answer(judged("funeral", [claim])[0]) for claim in claims]
    assert [answer(row) for row in judged("funeral", claims[::-1])] == together[::-1]


@SOME
@given(claims=st.lists(EMERGENCIES, min_size=1, max_size=12))
def test_an_emergency_judged_among_others_is_judged_as_alone(
    claims: list[dict[str, Any]],
) -> None:
    together = [answer(row) for row in judged("emergency", claims)]
    assert together == [answer(judged("emergency", [claim])[0]) for claim in claims]


@SOME
@given(claim=DEATHS)
def test_money_is_owed_only_to_the_eligible_and_only_once(claim: dict[str, Any]) -> None:
    (row,) = judged("funeral", [claim])
    assert (row["amount"] > 0) == (row["eligible"] is True)
    assert row["payable"] in {0, row["amount"]}
    assert (row["excluded_by"] is not None) == (row["amount"] > row["payable"])


@SOME
@given(claim=DEATHS, level=st.integers(1, 2_000_000))
def test_a_provincial_level_never_lowers_an_amount(claim: dict[str, Any], level: int) -> None:
    own = LocalLevel(
        province_code="68",
        benefits=("social_allowance", "social_pension"),
        settings=("community", "facility"),
        kind="standard",
        amount=level,
        valid_from=date(2021, 7, 1),
        valid_to=None,
        known_from=date(2021, 7, 1),
        resolution="Nghị quyết thử",
        source="thử",
        confidence="memory",
    )
    with_level = replace(load_law(), recorded_levels=(own,))
    rows = pl.DataFrame(
        [{name: {**claim, "province_code": "68"}.get(name) for name in CLAIMS}],
        schema=dict(CLAIMS),
    )
    before = funeral_support(rows, load_law()).get_column("amount")[0]
    assert funeral_support(rows, with_level).get_column("amount")[0] >= before


@pytest.mark.parametrize("benefit", sorted(KINDS))
def test_an_event_before_the_law_is_a_problem_that_names_the_first_day(benefit: str) -> None:
    kind = KINDS[benefit]
    with pytest.raises(EventOutsideLaw, match="tính được từ ngày"):
        explain_claim(benefit, {kind.on: date(2018, 12, 31)}, load_law())
    with pytest.raises(EventOutsideLaw):
        explain_claim(benefit, {}, load_law())


@pytest.mark.parametrize("benefit", sorted(KINDS))
def test_no_claims_give_no_answers(benefit: str) -> None:
    kind = KINDS[benefit]
    empty = kind.judge(pl.DataFrame(schema=dict(kind.schema)), load_law())
    assert empty.height == 0
    assert {"eligible", "provision", "amount", "payable"} <= set(empty.columns)


def chosen(code: str, value: str, valid_from: date = date(2021, 7, 1)) -> Law:
    choice = LocalChoice(code, value, valid_from, None, valid_from, "CV 1", "thử")
    return replace(load_law(), choices=(choice,))


def test_both_supports_of_one_death_are_a_switch() -> None:
    claim = {
        "death_date": date(2026, 11, 8),
        "receives": "allowance",
        "emergency_support": 27_000_000,
    }
    assert explain_claim("funeral", claim, load_law()).payable == 0
    law = chosen("emergency_death_beside_funeral", "both")
    assert explain_claim("funeral", claim, law).payable == 10_800_000


def test_the_level_between_july_and_october_2026_is_a_switch_and_a_choice_of_the_case() -> None:
    law = chosen("funeral_level_july_to_october_2026", "counting_from_july")
    claim = {"death_date": date(2026, 8, 8), "receives": "allowance"}
    assert explain_claim("funeral", claim, load_law()).amount == 10_000_000
    assert explain_claim("funeral", claim, law).amount == 10_800_000
    own = {**claim, "level_choice": "in_force_at_death"}
    assert explain_claim("funeral", own, law).amount == 10_000_000


def test_a_province_with_a_cremation_resolution_supports_who_carries_it_out() -> None:
    benefit = LocalBenefit(
        province_code="24",
        code="cremation",
        cash=10_000_000,
        valid_from=date(2026, 1, 1),
        valid_to=None,
        known_from=date(2026, 1, 1),
        resolution="Nghị quyết thử",
        source="thử",
        confidence="memory",
    )
    province = replace(load_law().provinces["24"], benefits=(benefit,))
    law = replace(load_law(), provinces={**load_law().provinces, "24": province})
    claim = {
        "death_date": date(2026, 1, 1),
        "cremated": True,
        "permanent_residence": True,
        "province_code": "24",
    }
    assert explain_claim("cremation", claim, law).payable == 10_000_000
    assert explain_claim("cremation", {**claim, "death_date": date(2025, 12, 31)}, law).payable == 0
    assert explain_claim("cremation", {**claim, "province_code": "68"}, law).payable == 0
    assert explain_claim("cremation", {**claim, "cremated": False}, law).payable == 0
    assert explain_claim("cremation", {**claim, "permanent_residence": False}, law).payable == 0
    unknown = explain_claim("cremation", {**claim, "cremated": None}, law)
    assert unknown.eligible is None
