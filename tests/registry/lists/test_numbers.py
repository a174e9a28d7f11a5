"""Identity numbers, amounts, coefficients and accounts as cells hold them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.lists.domain.numbers import (
    read_account,
    read_amount,
    read_coefficient,
    read_identity,
)

NUMBERS = st.builds(
    lambda province, rest: f"{province:03d}{rest:09d}",
    st.integers(1, 99),
    st.integers(0, 10**9 - 1),
)


@given(NUMBERS)
def test_a_number_stored_as_text_is_read_as_it_is(number: str) -> None:
    reading = read_identity(number)
    assert (reading.personal_id, reading.zeros_restored, reading.problem) == (number, False, None)


@given(NUMBERS, st.sampled_from([int, float, lambda n: str(int(n))]))
def test_lost_zeros_are_restored_and_told(number: str, write: type) -> None:
    reading = read_identity(write(number))
    assert (reading.personal_id, reading.zeros_restored) == (number, True)


@given(NUMBERS)
def test_separators_do_not_matter(number: str) -> None:
    spaced = f" {number[:3]} {number[3:6]}.{number[6:]}\u00a0"
    assert read_identity(spaced).personal_id == number


@given(st.integers(100_000_000, 999_999_999), st.sampled_from([int, float, str]))
def test_nine_digits_are_a_former_number(number: int, write: type) -> None:
    reading = read_identity(write(number))
    assert (reading.former_number, reading.personal_id) == (str(number), None)


def test_a_former_number_that_lost_its_zero_is_restored_only_from_a_number_cell() -> None:
    assert read_identity(12345678).former_number == "012345678"
    assert read_identity("00312345").problem == "id_invalid_length"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (None, "id_missing"),
        ("", "id_missing"),
        ("0031510000171", "id_invalid_length"),
        ("00315100001", "id_invalid_length"),
        (7, "id_invalid_length"),
        ("00315100001A", "id_invalid_format"),
        (3151000017.5, "id_invalid_format"),
        (-5, "id_invalid_format"),
    ],
)
def test_what_is_no_number_says_why(cell: object, problem: str) -> None:
    assert read_identity(cell).problem == problem


@given(st.integers(0, 10**9), st.sampled_from([",", "."]), st.sampled_from(["", " đ", " đồng"]))
def test_an_amount_is_read_with_either_separator_and_currency(
    amount: int, separator: str, currency: str
) -> None:
    written = f"{amount:,}".replace(",", separator) + currency
    assert read_amount(written) == amount
    assert read_amount(amount) == amount
    assert read_amount(float(amount)) == amount


@pytest.mark.parametrize("cell", ["12,5", "năm trăm", -1, 500000.5, "1.25.000", None, True, ""])
def test_what_is_no_whole_amount_is_not_guessed(cell: object) -> None:
    assert read_amount(cell) is None


@given(st.integers(0, 999), st.sampled_from([".", ","]))
def test_a_coefficient_is_exact_whatever_it_is_written_with(hundredths: int, mark: str) -> None:
    value = Decimal(hundredths) / 100
    text = read_coefficient(f"{value:.2f}".replace(".", mark))
    assert text is not None
    assert Decimal(text) == value
    assert read_coefficient(float(value)) == text


def test_coefficients_of_lists() -> None:
    assert [read_coefficient(cell) for cell in (1, 1.0, "1,5", 2.5, "2.0", 10)] == (
        ["1.0", "1.0", "1.5", "2.5", "2.0", "10.0"]
    )
    assert [read_coefficient(cell) for cell in ("", "x", None, -1, "1.234", 123)] == [None] * 6


def test_an_account_is_text_and_never_a_rounded_number() -> None:
    assert read_account("0060 1234 5678 9") == "0060123456789"
    assert read_account(9912345678901.0) == "9912345678901"
    assert read_account(1.234567890123456e18) is None
    assert [read_account(cell) for cell in ("12345", "abc", None, "9" * 20)] == [None] * 4
