"""Values of a row: what contradicts the law or is not certain holds the row or is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel import levels
from common.kernel.months import Month
from common.kernel.names import title_case
from registry.households.domain import read_class
from registry.lists.domain.lawful import AgeSpan, check_age, check_amount
from registry.lists.domain.numbers import is_rounded, loses_zero, read_account, read_phone
from registry.lists.domain.person_names import read_name
from registry.lists.domain.rows import UNSAFE
from registry.lists.domain.same_person import judge
from registry.lists.gateway.vocabulary import vocabulary
from registry.persons.domain import Identity, may_be_same

NOVEMBER = Month(2026, 11)


@pytest.mark.parametrize(
    ("text", "code", "branch"),
    [
        ("Agribank", "970405", None),
        ("Chi nhánh NN&PTNT Di Linh", "970405", "Di Linh"),
        ("NHNo&PTNT huyện Di Linh", "970405", "huyện Di Linh"),
        ("NN & PTNT", "970405", None),
        ("Ngân hàng Nông nghiệp và PTNT Việt Nam - CN Lâm Đồng", "970405", "Lâm Đồng"),
        ("PGD Bảo Lộc - Agribank", "970405", "PGD Bảo Lộc"),
        ("Vietcombank chi nhánh Bảo Lộc", "970436", "Bảo Lộc"),
        ("Công thương", "970415", None),
        ("Sài Gòn Công thương", "970400", None),
        ("Sài Gòn", "970429", None),
        ("Sài Gòn Thương Tín", "970403", None),
        ("Ngân hàng TMCP Đông Nam Á", "970440", None),
        ("Nam Á", "970428", None),
        ("970405", "970405", None),
    ],
)
def test_a_bank_is_its_whole_name_and_its_branch_is_kept(
    text: str, code: str, branch: str | None
) -> None:
    reading = vocabulary().bank(text)
    assert (reading.code, reading.branch, reading.several) == (code, branch, False)


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Agribank/BIDV", True),
        ("Agribank hoặc BIDV", True),
        ("Ngân hàng Mặt Trăng", False),
        ("Ngân hàng Quốc tế ABC", False),
        ("Ngân hàng Đầu tư và Phát triển Lào", False),
        ("", False),
    ],
)
def test_an_unknown_or_double_bank_is_a_question(text: str, *, several: bool) -> None:
    reading = vocabulary().bank(text)
    assert (reading.code, reading.several) == (None, several)


def test_a_former_name_leads_to_the_bank_of_today_and_says_so() -> None:
    reading = vocabulary().bank("Bưu điện Liên Việt")
    assert reading.code == "970449"
    assert reading.former is not None


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("hộ nghèo", "poor"),
        ("Hộ cận nghèo", "near_poor"),
        ("Không thuộc hộ nghèo", "none"),
        ("Kết quả rà soát: Không thuộc hộ nghèo", "none"),
        ("thoát cận nghèo", "none"),
        ("không còn là hộ nghèo", "none"),
        ("không thuộc diện hộ nghèo hoặc cận nghèo", "none"),
        ("chưa thoát nghèo", "poor"),
        ("tái nghèo", "poor"),
        ("thoát nghèo nhưng còn thuộc hộ cận nghèo", "near_poor"),
        ("hộ nghèo không có khả năng lao động", "poor"),
        ("không có lương hưu thuộc hộ cận nghèo", "near_poor"),
        ("hộ nghèo, hộ cận nghèo", None),
        ("Hộ có mức sống trung bình", None),
    ],
)
def test_negated_classes_are_read_as_such(text: str, stated: str | None) -> None:
    reading = read_class(text)
    assert (reading.poverty_class, reading.unclear) == (stated, False)


@pytest.mark.parametrize("text", ["Thoát nghèo, cận nghèo", "Hộ nghèo - Không thuộc hộ nghèo"])
def test_a_class_that_nobody_can_tell_is_a_question(text: str) -> None:
    assert read_class(text).unclear


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("đã chết 3/9/2026", ["death"]),
        ("da chet", ["death"]),
        ("mất ngày 2/3", ["death"]),
        ("Chồng đã chết", []),
        ("khuyết tật mắt", []),
        ("nhận tiền mặt", []),
        ("đã chuyển khoản", []),
        ("chuyển đi TP HCM", ["move"]),
        ("chuyen khau", ["move"]),
        ("thôi hưởng", ["stop"]),
        ("giảm", ["stop"]),
        ("không còn đủ điều kiện", ["stop"]),
    ],
)
def test_words_about_death_move_or_end_stop_a_row(text: str, kinds: list[str]) -> None:
    assert list(vocabulary().remarks.in_note(text)) == kinds


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Người khuyết tật không nặng", True),
        ("NKT nhẹ", True),
        ("Không phải đối tượng", True),
        ("Người cao tuổi không có người có nghĩa vụ phụng dưỡng", False),
        ("Trẻ em không có nguồn nuôi dưỡng", False),
        ("Người cao tuổi từ đủ 75 tuổi không thuộc khoản 5", False),
    ],
)
def test_a_denied_category_is_no_category(text: str, *, denied: bool) -> None:
    assert ("negation" in vocabulary().remarks.in_category(text)) is denied


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("K'Brôi", "K'Brôi"),
        ("K’Brôi", "K'Brôi"),
        ("Y Blêr K'Nul", "Y Blêr K'Nul"),
        ("\u00d0ặng Thị Hoa", "Đặng Thị Hoa"),
        ("Nguy\u00adễn Văn An", "Nguyễn Văn An"),
        ("Тrần Văn Cảnh", "Trần Văn Cảnh"),
        ("Nguyễn Văn An (An)", "Nguyễn Văn An"),
    ],
)
def test_names_are_cleaned_of_what_only_looks_like_a_letter(written: str, kept: str) -> None:
    reading = read_name(written)
    assert (reading.name, reading.is_readable) == (kept, True)


@pytest.mark.parametrize("written", ["Trần 5", "Tr\ufffdn Văn", "=1", "Nguyễn Văn A/B", "<b>"])
def test_what_cannot_be_a_name_is_asked(written: str) -> None:
    assert not read_name(written).is_readable


def test_capitals_behind_an_apostrophe_stay() -> None:
    assert title_case("K'BRÔI NGUYỄN") == "K'Brôi Nguyễn"


@pytest.mark.parametrize("text", ["Thôn 3;=1+1;x", "=1+1", "@a", "+1", "a<b>", "x;-2", "{{7*7}}"])
def test_formulas_and_markup_are_no_text(text: str) -> None:
    assert UNSAFE.search(text)


def test_numbers_that_lost_their_digits_are_asked() -> None:
    assert all(is_rounded(cell) for cell in ("1.2E+13", "1,2e13", 1.2e13))
    assert read_account("9.9E+12") is None
    assert loses_zero(71000123456, 12)
    assert not loses_zero("071000123456", 12)
    phone = read_phone(912345678)
    assert phone is not None
    assert (phone.number, phone.zero_restored) == ("0912345678", True)


def amount_of(code: str, coefficient: str, amount: int, age: int, month: Month = NOVEMBER) -> Any:
    law = vocabulary().law[code]
    benefit = "social_pension" if code.startswith("pension") else "disability_allowance"
    row = (Decimal(coefficient), amount, AgeSpan(age, age))
    return check_amount(law, benefit, "68", month, row)


@pytest.mark.parametrize(
    ("code", "coefficient", "amount", "age", "verdict"),
    [
        ("pension_75", "1.0", 540_000, 80, "lawful"),
        ("pension_75", "1.0", 500_000, 80, "lawful"),
        ("pension_75", "1.0", 600_000, 80, "differs"),
        ("pension_75", "1.0", 8_100_000, 80, "unknown"),
        ("pension_75", "1.0", 540, 80, "unknown"),
        ("pension_75", "1.0", 5_400_000, 80, "unknown"),
        ("pension_75", "1.0", 6_480_000, 80, "unknown"),
        ("pension_75", "1.0", 1_080_000, 80, "unknown"),
        ("5.6_severe", "1.5", 810_000, 40, "lawful"),
        ("5.6_severe", "1.5", 810_000, 70, "differs"),
        ("5.6_severe", "2.0", 1_080_000, 70, "lawful"),
        ("5.4", "2.0", 1_080_000, 40, "lawful"),
    ],
)
def test_amounts_are_compared_with_coefficient_and_standard(
    code: str, coefficient: str, amount: int, age: int, verdict: str
) -> None:
    assert amount_of(code, coefficient, amount, age).verdict == verdict


@given(st.integers(1, 20_000_000))
def test_only_the_standards_of_the_month_are_lawful(amount: int) -> None:
    standards = {one.amount for one in levels.standard_amounts("social_pension", "68", NOVEMBER)}
    check = amount_of("pension_75", "1.0", amount, 80)
    assert (check.verdict == "lawful") == (amount in standards)
    assert check.lawful == (540_000, 500_000)


@pytest.mark.parametrize(
    ("code", "born", "verdict"),
    [
        ("pension_75", date(1996, 1, 5), "impossible"),
        ("pension_75", date(1950, 1, 5), "fits"),
        ("5.1", date(1950, 1, 5), "impossible"),
        ("5.1", date(2015, 1, 5), "fits"),
        ("5.6_severe_child", date(2010, 8, 1), "fits"),
        ("5.6_severe_child", date(2008, 8, 1), "impossible"),
        ("5.6_severe_elderly", date(1990, 8, 1), "impossible"),
        ("5.6_severe", date(1900, 1, 1), "impossible"),
    ],
)
def test_ages_that_the_group_cannot_have_hold_the_row(code: str, born: date, verdict: str) -> None:
    assert check_age(vocabulary().law[code], AgeSpan.of(born, NOVEMBER), NOVEMBER) == verdict


def identity(name: str = "Trần Thị Lan", **changed: Any) -> Identity:
    stated: dict[str, Any] = {
        "full_name": name,
        "birth_date": date(1950, 3, 12),
        "birth_precision": "day",
        "sex": "female",
        "commune_code": "25000",
        "personal_id": "003150000001",
    }
    return Identity(**(stated | changed))


def test_a_number_alone_never_makes_two_names_one_person() -> None:
    known = identity()
    year = {"birth_date": date(1950, 1, 1), "birth_precision": "year"}
    assert not may_be_same(known, identity("Lê Văn Bình", **year))
    assert not may_be_same(known, identity("Lê Văn Bình"))
    assert not may_be_same(known, identity("Trần Thị Lam", **year))
    assert may_be_same(known, identity("Trần Thị Lam"))
    assert may_be_same(known, identity("Trần Lan", **year))
    assert may_be_same(known, identity(birth_date=date(1951, 3, 12)))


@pytest.mark.parametrize(
    ("changed", "known", "verdict"),
    [
        ({}, {"personal_id": None, "former_number": "990000001"}, "same"),
        ({"personal_id": "003150000002"}, {}, "question"),
        ({"personal_id": "003150000010"}, {}, "question"),
        ({"personal_id": "003150004711"}, {}, "another"),
        ({"personal_id": None, "former_number": "990000001"}, {}, "question"),
        ({"sex": "male", "personal_id": "003150000002"}, {}, "another"),
        ({"birth_date": date(1950, 3, 13), "personal_id": "003150000002"}, {}, "another"),
    ],
)
def test_a_second_record_of_one_human_is_recognised_or_asked(
    changed: dict[str, Any], known: dict[str, Any], verdict: str
) -> None:
    assert judge(identity(**changed), identity(**known)) == verdict
