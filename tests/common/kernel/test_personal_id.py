"""The personal identification number: its form, what it states, and junk."""

from __future__ import annotations

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel import personal_id

NUMBERS = st.builds(
    lambda province, century, year, rest: f"{province:03d}{century}{year:02d}{rest:06d}",
    st.integers(1, 999),
    st.integers(0, 9),
    st.integers(0, 99),
    st.integers(0, 999_999),
)


def test_the_examples_in_the_docstring_are_true() -> None:
    assert doctest.testmod(personal_id).failed == 0


@given(NUMBERS)
def test_a_number_is_its_own_compact_form(number: str) -> None:
    assert personal_id.compact(number) == number
    assert personal_id.validate(number) == number


@given(NUMBERS)
def test_full_width_digits_and_separators_are_read(number: str) -> None:
    wide = "".join(chr(0xFF10 + int(d)) for d in number)
    assert personal_id.validate(f" {wide[:3]}-{wide[3:]}\u00a0") == number


@given(st.text())
def test_junk_is_never_valid_by_accident(text: str) -> None:
    try:
        valid = bool(personal_id.validate(text))
    except personal_id.InvalidPersonalId:
        valid = False
    compact = personal_id.compact(text)
    assert valid == (len(compact) == 12 and compact.isascii() and compact.isdigit())


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["male", "female"]))
def test_a_number_made_for_a_person_states_that_person(born: date, sex: personal_id.Sex) -> None:
    digit = (born.year // 100 - 19) * 2 + (sex == "female")
    number = f"003{digit}{born.year % 100:02d}000001"
    assert not personal_id.contradicts_sex(number, sex)
    assert not personal_id.contradicts_birth(number, born)
    assert personal_id.contradicts_sex(number, "male" if sex == "female" else "female")
    assert personal_id.contradicts_birth(number, born.replace(year=born.year + 1, day=1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "personal_id_format"),
        ("12a456789012", "personal_id_format"),
        ("1", "personal_id_length"),
    ],
)
def test_each_refusal_has_its_code(text: str, code: str) -> None:
    with pytest.raises(personal_id.InvalidPersonalId) as refused:
        personal_id.validate(text)
    assert refused.value.code == code


def test_there_are_63_provinces_and_the_synthetic_ones_are_not_among_them() -> None:
    assert len(personal_id.PROVINCES) == 63
    assert not {"003", "005", "009", "099"} & personal_id.PROVINCES


@given(st.text(max_size=20))
def test_a_mask_shows_at_most_three_characters(text: str) -> None:
    assert len(personal_id.mask(text).replace("*", "")) <= 3


@given(NUMBERS)
def test_a_number_is_read_as_it_stands_without_a_warning(number: str) -> None:
    assert personal_id.read(number) == personal_id.Reading(number)
    assert personal_id.read(number).warnings == []


@given(NUMBERS.filter(lambda number: number[0] == "0"))
def test_lost_zeros_come_back_with_a_warning(number: str) -> None:
    short = number.lstrip("0")
    lost = len(number) - len(short)
    reading = personal_id.read(f" {short} ")
    assert reading == personal_id.Reading(number, zeros_restored=lost)
    assert [warning.code for warning in reading.warnings] == ["id_zero_lost"]
    with pytest.raises(personal_id.InvalidPersonalId):
        personal_id.validate(short)


@given(st.text(alphabet="0123456789", max_size=20).filter(lambda text: len(text) != 12))
def test_nothing_else_is_taken_for_a_number(text: str) -> None:
    lost = 12 - len(text)
    if lost in {1, 2} and text[0] != "0":
        assert personal_id.read(text).number == text.zfill(12)
    else:
        with pytest.raises(personal_id.InvalidPersonalId):
            personal_id.read(text)


@given(NUMBERS, st.sampled_from(["male", "female"]), st.integers(1900, 2399))
def test_each_warning_says_what_contradicts(
    number: str, sex: personal_id.Sex, birth_year: int
) -> None:
    kinds = {type(w) for w in personal_id.warnings_of(number, sex=sex, birth_year=birth_year)}
    unknown = number[:3] not in personal_id.PROVINCES
    assert (personal_id.ProvinceUnknown in kinds) == unknown
    assert (personal_id.SexContradicts in kinds) == (personal_id.sex_of(number) != sex)
    other_year = personal_id.birth_year_of(number) != birth_year
    assert (personal_id.BirthYearContradicts in kinds) == other_year
    nothing_known = personal_id.warnings_of(number, sex=None, birth_year=None)
    assert {type(warning) for warning in nothing_known} <= {personal_id.ProvinceUnknown}


def test_every_reason_has_a_code_of_its_own() -> None:
    reasons: list[type] = [
        personal_id.InvalidLength,
        personal_id.InvalidFormat,
        personal_id.ProvinceUnknown,
        personal_id.SexContradicts,
        personal_id.BirthYearContradicts,
        personal_id.ZerosRestored,
    ]
    assert len({reason.code for reason in reasons}) == len(reasons)  # type: ignore[attr-defined]  # each has one
