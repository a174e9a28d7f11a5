from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.months import Month
from reporting.indicators.domain.consistency import contradictions
from reporting.indicators.domain.counting import assemble, groups, outcome
from reporting.indicators.domain.figures import (
    Breakdown,
    Deaths,
    EntitlementCount,
    Figures,
    Lists,
    Rate,
    Scope,
    Standing,
    Tally,
    millions,
    percentage,
)
from reporting.indicators.domain.periods import Period, PeriodNotOpen, PeriodReversed
from reporting.indicators.domain.sums import Sums, add
from reporting.indicators.schemas.present import indicators_view
from reporting.indicators.service import CommuneNotVisible, labels, visible_communes

DECEMBER = Period.of(Month(2026, 12))
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


def sums_with(count: int) -> Sums:
    """Sums of a commune in which everything happens `count` times."""
    row = Breakdown((), *([count] * 13))
    standing = Standing(
        lists=Lists(1, count, count * 1000, date(2026, 11, 20 + count % 5)),
        recoveries=(Tally("deceased", count, count, count),),
        recovery_total=Tally("total", count, count, count),
        deaths=Deaths(count, count),
        entitlements=(EntitlementCount("held", None, count, count),),
        verification=(Tally("verified", count, 0, 0),),
        reconciliations=(),
        updated_at=datetime(2026, 12, 18, count, tzinfo=UTC),
    )
    return Sums({"total": [row]}, standing)


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
    nothing = assemble(Scope(None), DECEMBER, Sums({axis: [] for axis in AXES}, standing))
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
    made = assemble(Scope(None), DECEMBER, Sums(lines, standing))
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
    assert figures.counted
    assert figures.complete
    lacking = replace(figures.total, total=figures.total.total - 1)
    assert not replace(figures, total=lacking).counted
    assert not replace(figures, total=lacking).complete


def test_figures_without_all_results_are_provisional_whatever_the_rate(
    figures: Figures,
) -> None:
    waiting = replace(figures, pending=replace(figures.pending, lines=2))
    body = indicators_view(waiting, labels())
    assert not body.lists.complete
    assert (body.cashless_rate.provisional, body.cashless_rate.lines_with_result) == (True, 1)
    assert body.cashless_rate.percent == Decimal("50.00")
    assert not indicators_view(figures, labels()).cashless_rate.provisional


def test_the_two_cashless_rates_have_two_denominators(figures: Figures) -> None:
    total = replace(figures.total, cashless=Rate(1715, 2066), registered_cashless=Rate(1500, 2300))
    body = indicators_view(replace(figures, total=total), labels())
    assert (body.cashless_rate.percent, body.registered_rate.percent) == (
        Decimal("83.01"),
        Decimal("65.22"),
    )
    assert body.cashless_rate.definition != body.registered_rate.definition


def test_people_with_two_benefits_are_named_as_the_reason_why_groups_add_up_to_more(
    figures: Figures,
) -> None:
    twice = replace(figures, total=replace(figures.total, people=2))
    assert figures.counted_in_several_groups == 0
    assert twice.counted_in_several_groups == 1
    assert indicators_view(twice, labels()).counted_in_several_groups == 1


@pytest.mark.parametrize("month", [Month(2027, 1), Month(2028, 1), Month(2099, 12)])
def test_a_month_that_cannot_have_figures_yet_is_refused(month: Month) -> None:
    with pytest.raises(PeriodNotOpen):
        Period.of(month).check_open(Month(2026, 11))
    Period.of(Month(2026, 12)).check_open(Month(2026, 11))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodReversed):
        Period(Month(2026, 12), Month(2026, 11))


def test_sums_kept_with_a_report_read_back_as_they_were(figures_sums: Sums) -> None:
    assert Sums.from_json(json.loads(json.dumps(figures_sums.to_json()))) == figures_sums


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5), st.integers(0, 9))
def test_adding_communes_adds_every_number_in_any_order(counts: list[int], first: int) -> None:
    parts = [sums_with(count) for count in counts]
    together = add(parts)
    assert together.lines["total"][0].people == sum(counts)
    assert together.standing.lists.announced_total == sum(counts) * 1000
    assert together.standing.recovery_total.amount == sum(counts)
    rotated = parts[first % len(parts) :] + parts[: first % len(parts)]
    assert add(rotated) == together


def test_what_contradicts_itself_is_found_with_both_figures(figures: Figures) -> None:
    partners = replace(figures, by_partner=figures.by_method)
    assert contradictions(partners) == ()
    assert [one.code for one in contradictions(figures)] == ["partners_not_total"]
    broken = replace(figures, total=replace(figures.total, total=1))
    found = {one.code: (one.expected, one.found) for one in contradictions(broken)}
    assert found["total_not_as_sealed"] == (2_020_000, 1)
    assert found["groups_not_total"] == (1, 2_020_000)


def test_a_foreign_commune_is_not_found_and_the_own_one_is() -> None:
    assert visible_communes(frozenset({"25000"}), "25000") == ("25000",)
    assert visible_communes(None, "24997") == ("24997",)
    with pytest.raises(CommuneNotVisible):
        visible_communes(frozenset({"25000"}), "24997")


def test_without_a_commune_an_officer_gets_their_own_and_a_province_viewer_all() -> None:
    assert visible_communes(frozenset({"25000", "24997"}), None) == ("24997", "25000")
    assert visible_communes(frozenset({"25000"}), None) == ("25000",)
    assert visible_communes(None, None) is None


def test_the_body_carries_codes_and_words_for_every_heading(figures: Figures) -> None:
    body = indicators_view(figures, labels())
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
