from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.months import Month
from reporting.indicators.domain.counting import assemble, groups, outcome
from reporting.indicators.domain.figures import (
    Breakdown,
    Figures,
    Scope,
    Standing,
    millions,
    percentage,
)
from reporting.indicators.schemas.present import indicators_body
from reporting.indicators.service import CommuneNotVisible, labels, scope_for

AXES = [
    "total",
    "group",
    "provision",
    "method",
    "partner",
    "outcome",
    "reason",
    "arrears",
    "arrears_months",
]


@pytest.mark.law("335/2026 Art 28.1")
def test_the_cashless_rate_is_people_paid_by_account_over_people_paid() -> None:
    assert percentage(1715, 2066) == Decimal("83.01")


def test_the_cashless_rate_of_nobody_paid_is_unknown_and_not_zero() -> None:
    assert percentage(0, 0) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_rate_lies_between_0_and_100_and_is_off_by_half_a_hundredth_at_most(
    part: int, more: int
) -> None:
    whole = part + more
    rate = percentage(part, whole)
    assert rate is not None
    assert 0 <= rate <= 100
    assert abs(rate * whole - part * 100) * 200 <= whole


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0.0"), (49_999, "0.0"), (50_000, "0.1"), (740_000, "0.7"), (1_900_450_000, "1900.5")],
)
def test_millions_are_rounded_half_up_to_one_decimal(amount: int, shown: str) -> None:
    assert millions(amount) == Decimal(shown)


def test_a_month_without_lines_gives_zeros_and_no_rate(standing: Standing) -> None:
    nothing = assemble(Scope(None), Month(2026, 12), {axis: [] for axis in AXES}, standing)
    assert (nothing.total.people, nothing.total.total, nothing.arrears.amount) == (0, 0, 0)
    assert (nothing.failed.total.people, nothing.carried.total.amount) == (0, 0)
    assert nothing.total.cashless.percent is None
    assert not nothing.complete


def test_provisions_hang_under_their_own_group_and_unknown_ones_are_shown(
    breakdown: Callable[..., Breakdown],
) -> None:
    made = groups(
        [breakdown("5.6", people=2), breakdown("9.9", people=1)],
        [breakdown("5.6", "5.6_severe", people=1), breakdown("5.6", None, people=1)],
    )
    assert [part.code for part in made[0].provisions] == ["5.6_severe", "unknown"]
    assert made[1].provisions == ()


def test_people_of_unknown_sex_are_neither_lost_nor_guessed(
    breakdown: Callable[..., Breakdown],
) -> None:
    made = groups([breakdown("5.6", people=5, male=2, female=1)], [])
    assert made[0].total.sex_unknown == 2


def test_reasons_belong_to_their_outcome(breakdown: Callable[..., Breakdown]) -> None:
    found = outcome(
        "failed",
        [breakdown("failed", people=2), breakdown("carried", people=7)],
        [breakdown("failed", "account_closed", people=2), breakdown("carried", "absent", people=7)],
    )
    assert found.total.people == 2
    assert [reason.code for reason in found.reasons] == ["account_closed"]


def test_arrears_count_the_months_of_all_lines_and_sort_them_as_numbers(
    breakdown: Callable[..., Breakdown], standing: Standing
) -> None:
    lines: dict[str, list[Breakdown]] = {axis: [] for axis in AXES}
    lines["arrears"] = [breakdown(lines=3, people=3, arrears=700_000)]
    lines["arrears_months"] = [
        breakdown("10", lines=1, people=1, arrears=400_000),
        breakdown("5", lines=2, people=2, arrears=300_000),
    ]
    made = assemble(Scope(None), Month(2026, 12), lines, standing)
    assert (made.arrears.months, made.arrears.people, made.arrears.amount) == (20, 3, 700_000)
    assert [row.months for row in made.arrears_by_months] == [5, 10]


def test_an_unknown_code_shows_itself() -> None:
    assert labels().of("group", "social_pension") == "Trợ cấp hưu trí xã hội"
    assert labels().of("group", "local-7") == "local-7"
    assert labels().of("no_such_kind", "x") == "x"


def test_a_held_entitlement_says_why() -> None:
    assert labels().of_status("held", "deceased") == (
        "Tạm giữ, chờ quyết định (người hưởng đã mất)"
    )


def test_figures_are_complete_only_when_every_announced_line_and_dong_is_there(
    figures: Figures,
) -> None:
    assert figures.complete
    lacking = replace(figures.total, total=figures.total.total - 1)
    assert not replace(figures, total=lacking).complete


def test_a_foreign_commune_is_not_found_and_the_own_one_is() -> None:
    assert scope_for(frozenset({"25000"}), "25000").communes == ("25000",)
    assert scope_for(None, "24997").communes == ("24997",)
    with pytest.raises(CommuneNotVisible):
        scope_for(frozenset({"25000"}), "24997")


def test_without_a_commune_an_officer_gets_their_own_and_a_province_viewer_all() -> None:
    assert scope_for(frozenset({"25000", "24997"}), None).kind == "communes"
    assert scope_for(frozenset({"25000"}), None).kind == "commune"
    assert scope_for(None, None).kind == "province"


def test_the_body_carries_codes_and_words_for_every_heading(figures: Figures) -> None:
    body = indicators_body(figures, labels())
    assert body.commune_code == "25000"
    assert [(group.code, group.people) for group in body.by_group] == [
        ("5.6", 1),
        ("social_pension", 2),
    ]
    assert body.by_group[1].provisions[0].label == "Từ đủ 75 tuổi trở lên"
    assert body.cashless_rate.percent == Decimal("50.00")
    assert body.failed.reasons[0].label == "Tài khoản đã đóng"
    assert body.held == 1
    assert body.model_dump(mode="json")["cashless_rate"]["percent"] == "50.00"
