"""Months: arithmetic, order, text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.months import Month, months_between

MONTHS = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


@given(MONTHS)
def test_text_reads_back(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(MONTHS, st.integers(-600, 600))
def test_adding_then_subtracting_comes_home(month: Month, steps: int) -> None:
    assert (month + steps) - steps == month
    assert (month + steps) - month == steps


@given(MONTHS, MONTHS)
def test_order_is_the_order_of_days_and_of_text(a: Month, b: Month) -> None:
    assert (a < b) == (a.first_day < b.first_day) == (str(a) < str(b))


@given(MONTHS)
def test_days_of_a_month_lie_in_it(month: Month) -> None:
    assert Month.of(month.first_day) == month == Month.of(month.last_day)
    assert Month.of(month.last_day) < month.next()


def test_a_range_counts_both_ends_and_may_be_empty() -> None:
    assert len(list(months_between(Month(2026, 7), Month(2026, 11)))) == 5
    assert list(months_between(Month(2026, 8), Month(2026, 7))) == []


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-0", "26-12", "2026-12 ", "２０２６-12", "2026/12"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Month.parse(text)


def test_forms_write_the_number_first() -> None:
    assert Month.of(date(2026, 12, 1)).display() == "12/2026"
