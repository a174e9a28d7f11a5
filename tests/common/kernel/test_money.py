"""Whole đồng and exact coefficients."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.money import Dong, format_dong, scale


@given(st.integers(0, 10**9), st.integers(0, 200), st.integers(0, 200))
def test_an_amount_never_falls_when_its_coefficient_rises(amount: int, a: int, b: int) -> None:
    low, high = sorted((Decimal(a) / 10, Decimal(b) / 10))
    assert scale(Dong(amount), low) <= scale(Dong(amount), high)


def test_half_a_dong_is_rounded_up_once() -> None:
    assert scale(Dong(3), Decimal("1.5")) == 5
    assert scale(Dong(540_000), Decimal("2.5")) == 1_350_000


def test_negative_money_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        scale(Dong(-1), Decimal(1))


def test_amounts_are_written_with_dots() -> None:
    assert format_dong(1_250_000) == "1.250.000 đồng"
