"""The loader refuses what a lawyer must not overlook."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from eligibility.law.domain.parameters import Basis, LawFileInvalid, coefficient_text
from eligibility.law.store import build_law, load_law, read_documents

AMOUNT = ("amounts.yaml", "standard_amount")


def changed(file: str, code: str, change: Any) -> dict[str, Any]:
    documents = deepcopy(read_documents())
    change(documents[file]["parameters"][code])
    return documents


def test_the_law_of_this_installation_loads() -> None:
    law = load_law()
    assert law.first_day == date(2021, 7, 1)
    assert {"standard_amount", "social_pension_level"} <= law.parameters.keys()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body["values"][1].update(valid_to=date(2026, 6, 29)), "gap before"),
        (lambda body: body["values"][1].update(valid_to=date(2026, 7, 1)), "overlap at"),
        (lambda body: body["values"][0].pop("valid_to"), "overlap at"),
        (lambda body: body["values"][-1].update(valid_to=date(2027, 1, 1)), "nothing after"),
        (lambda body: body["values"][1].pop("basis"), "without its basis"),
        (lambda body: body["values"][1]["basis"].pop("article"), "without its basis"),
        (lambda body: body["values"][1].pop("source"), "without source"),
        (lambda body: body["values"][1].update(confidence="sure"), "unknown confidence"),
        (lambda body: body["values"][1].update(value=540000.0), "whole number"),
        (lambda body: body["values"][1].update(value=0), "above 0"),
        (lambda body: body["values"][2].update(in_force=date(2026, 6, 1)), "before it counts"),
        (lambda body: body.update(unit="dollars"), "unknown unit"),
        (lambda body: body.update(values=[]), "no value"),
    ],
)
def test_a_broken_amount_is_refused(change: Any, reason: str) -> None:
    with pytest.raises(LawFileInvalid, match=reason):
        build_law(changed(*AMOUNT, change))


@pytest.mark.parametrize("coefficient", [1.5, "1,5", "1.555", "-1", "0"])
def test_a_coefficient_is_an_exact_decimal_in_text(coefficient: Any) -> None:
    documents = changed(
        "coefficients.yaml",
        "coefficient_5.6_severe",
        lambda body: body["values"][0].update(value=coefficient),
    )
    with pytest.raises(LawFileInvalid):
        build_law(documents)


def test_a_switch_has_known_positions_only() -> None:
    documents = changed(
        "switches.yaml",
        "switch_leap_birthday",
        lambda body: body["values"][0].update(value="30_february"),
    )
    with pytest.raises(LawFileInvalid, match="outside its choices"):
        build_law(documents)


def test_two_files_may_not_define_one_parameter() -> None:
    documents = deepcopy(read_documents())
    documents["zz.yaml"] = {"parameters": {"age_pension": {}}}
    with pytest.raises(LawFileInvalid, match="defined twice"):
        build_law(documents)


def test_a_holiday_needs_its_notice_and_its_own_year() -> None:
    documents = deepcopy(read_documents())
    documents["holidays.yaml"]["years"][0]["groups"][0]["days_off"] = [date(2024, 1, 1)]
    with pytest.raises(LawFileInvalid, match="of another year"):
        build_law(documents)
    documents = deepcopy(read_documents())
    documents["holidays.yaml"]["years"][1]["groups"][0].pop("notice")
    with pytest.raises(LawFileInvalid, match="without notice"):
        build_law(documents)


def test_a_year_without_its_notice_is_not_confirmed() -> None:
    law = load_law()
    assert law.is_confirmed(2026)
    assert not law.is_confirmed(2027)
    assert not law.is_confirmed(2040)


def test_switches_move_a_leap_birthday_and_a_partial_birth_date() -> None:
    import polars as pl

    from eligibility.law.domain.evaluate import FACTS, evaluate

    row = {**dict.fromkeys(FACTS), "birth_date": date(1952, 2, 29), "birth_precision": "day"}
    row |= {"month": 2027 * 12 + 1, "pension_income": 0, "request": "written"}
    row |= {"poverty_class": "none"}
    frame = pl.DataFrame([row], schema=FACTS)
    assert evaluate(frame, load_law().latest)["social_pension.payable"][0]
    march = changed(
        "switches.yaml",
        "switch_leap_birthday",
        lambda body: body["values"][0].update(value="1_march"),
    )
    assert not evaluate(frame, build_law(march).latest)["social_pension.payable"][0]
    last = changed(
        "switches.yaml",
        "switch_partial_birth_date",
        lambda body: body["values"][0].update(value="last_day"),
    )
    row |= {"birth_date": date(1951, 1, 1), "birth_precision": "year", "month": 2026 * 12 + 10}
    frame = pl.DataFrame([row], schema=FACTS)
    assert evaluate(frame, load_law().latest)["social_pension.payable"][0]
    assert not evaluate(frame, build_law(last).latest)["social_pension.payable"][0]


def test_articles_are_cited_as_vietnamese_papers_do() -> None:
    decree = "Nghị định 176/2025/NĐ-CP"
    assert Basis(decree, "3", "1").cite() == f"khoản 1 Điều 3 {decree}"
    assert Basis(decree, "4", "1.b").cite() == f"điểm b khoản 1 Điều 4 {decree}"
    assert Basis(decree, "8").cite() == f"Điều 8 {decree}"
    assert [coefficient_text(value) for value in (100, 150, 225, 250)] == [
        "1.0",
        "1.5",
        "2.25",
        "2.5",
    ]
