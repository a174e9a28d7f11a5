"""Dates in every form that lists use."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.lists.domain.dates import EPOCH_1900, read_date

DAYS = st.dates(date(1906, 1, 1), date(2099, 12, 31))
FORMS = (
    "{d.day:02d}/{d.month:02d}/{d.year}",
    "{d.day}/{d.month}/{d.year}",
    "{d.day:02d}-{d.month:02d}-{d.year}",
    "{d.day}.{d.month}.{d.year}",
    "{d.day} / {d.month} / {d.year}",
    "{d.year}-{d.month:02d}-{d.day:02d}",
    "{d.day:02d}{d.month:02d}{d.year}",
    "ngày {d.day} tháng {d.month} năm {d.year}",
    "Ngày {d.day:02d} tháng {d.month:02d} năm {d.year}.",
    " '{d.day:02d}/{d.month:02d}/{d.year}",
)


@given(DAYS, st.sampled_from(FORMS))
def test_a_date_as_text_is_read_in_every_form(day: date, form: str) -> None:
    reading = read_date(form.format(d=day))
    assert reading is not None
    assert (reading.day, reading.precision, reading.form) == (day, "day", "text")


@given(DAYS)
def test_a_date_cell_is_read_as_it_is(day: date) -> None:
    for cell in (day, datetime(day.year, day.month, day.day)):  # noqa: DTZ001 - a cell has no zone
        reading = read_date(cell)
        assert reading is not None
        assert (reading.day, reading.form) == (day, "date")


@given(DAYS, st.sampled_from([EPOCH_1900, date(1904, 1, 1)]), st.booleans())
def test_a_serial_number_counts_from_the_workbooks_own_day(
    day: date,
    epoch: date,
    as_text: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    serial = (day - epoch).days
    if 1880 <= serial <= 2100 or serial < 1000:
        return
    reading = read_date(str(serial) if as_text else float(serial), epoch=epoch)
    assert reading is not None
    assert (reading.day, reading.form) == (day, "serial")


@given(st.integers(1880, 2100), st.sampled_from([int, float, str, "năm {}".format, "{}.0".format]))
def test_a_year_alone_counts_as_its_first_day(year: int, write: type) -> None:
    reading = read_date(write(year))
    assert reading is not None
    assert (reading.day, reading.precision) == (date(year, 1, 1), "year")


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("03/1951", date(1951, 3, 1), "month"),
        ("tháng 3 năm 1951", date(1951, 3, 1), "month"),
        ("00/00/1951", date(1951, 1, 1), "year"),
        ("00/03/1951", date(1951, 3, 1), "month"),
        ("29/02/1952", date(1952, 2, 29), "day"),
    ],
)
def test_partial_and_rare_dates(text: str, day: date, precision: str) -> None:
    reading = read_date(text)
    assert reading is not None
    assert (reading.day, reading.precision) == (day, precision)


@pytest.mark.parametrize(
    "cell",
    [
        *("không rõ", "??/??/????", "31/02/1951", "10/13/1951", "10/03/51", "", "1/1/1700"),
        *(12, -4, True, None, float("nan"), 10**9, "0/0/0"),
    ],
)
def test_what_cannot_be_a_date_is_not_guessed(cell: object) -> None:
    assert read_date(cell) is None


def test_the_day_before_the_first_trusted_serial_is_refused() -> None:
    assert read_date(60.0) is None
    reading = read_date(61.0)
    assert reading is not None
    assert reading.day == EPOCH_1900 + timedelta(days=61)
