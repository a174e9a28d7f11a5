"""Owed against paid, month by month, never netted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.arrears import difference
from common.kernel.months import Month, months_between

MONTHS = list(months_between(Month(2026, 1), Month(2026, 12)))
AMOUNTS = st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 5_000_000))
JULY_TO_NOVEMBER = list(months_between(Month(2026, 7), Month(2026, 11)))


@pytest.mark.law("335/2026 Art 32.3", "335/2026 Art 32.4")
@pytest.mark.parametrize(
    ("paid", "owed", "arrears"),
    [
        (500_000, 540_000, 200_000),
        (750_000, 810_000, 300_000),
        (1_000_000, 1_080_000, 400_000),
        (1_250_000, 1_350_000, 500_000),
    ],
)
def test_five_months_at_the_old_level(paid: int, owed: int, arrears: int) -> None:
    result = difference(
        dict.fromkeys(JULY_TO_NOVEMBER, owed), dict.fromkeys(JULY_TO_NOVEMBER, paid)
    )
    assert sum(result.arrears.values()) == arrears
    assert result.overpaid == {}


def test_a_child_who_turned_16_has_arrears_and_a_recovery_and_they_are_not_netted() -> None:
    owed = {m: 1_350_000 if m <= Month(2026, 9) else 1_080_000 for m in JULY_TO_NOVEMBER}
    result = difference(owed, dict.fromkeys(JULY_TO_NOVEMBER, 1_250_000))
    assert list(result.arrears.values()) == [100_000] * 3
    assert list(result.overpaid.values()) == [170_000] * 2


@given(AMOUNTS, AMOUNTS)
def test_owed_is_paid_plus_arrears_less_overpaid(
    owed: dict[Month, int], paid: dict[Month, int]
) -> None:
    result = difference(owed, paid)
    assert not result.arrears.keys() & result.overpaid.keys()
    for month in MONTHS:
        assert owed.get(month, 0) == (
            paid.get(month, 0) + result.arrears.get(month, 0) - result.overpaid.get(month, 0)
        )


@given(AMOUNTS)
def test_nothing_is_due_when_what_was_owed_was_paid(owed: dict[Month, int]) -> None:
    result = difference(owed, owed)
    assert not result.arrears
    assert not result.overpaid
