"""Comparing a person with an answer of call 037."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.verification.domain import (
    Citizen,
    Subject,
    birth_of,
    comparable,
    compare,
    judge,
    read_citizen,
)

MAU = Subject("Đỗ Thị Hòa", date(1951, 3, 10), "day", "female")


def answer(**changed: Any) -> dict[str, Any]:
    citizen = {
        "SoDinhDanh": "003151000017",
        "HoVaTen": {"Ho": "", "ChuDem": "", "Ten": "ĐỖ THỊ HOÀ"},
        "GioiTinh": "2",
        "NgayThangNamSinh": {"Nam": "1951", "NgayThangNam": "19510310"},
    } | changed
    return {"MaYeuCau": "1", "CongdanCollection": {"CongDan": [citizen]}}


@pytest.mark.parametrize(
    ("changed", "status", "mismatches"),
    [
        ({}, "verified", ()),
        ({"HoVaTen": {"Ho": "ĐỖ", "ChuDem": "THỊ", "Ten": "HÒA"}}, "verified", ()),
        ({"HoVaTen": {"Ho": "Đỗ", "ChuDem": None, "Ten": "Thị  Hòa"}}, "verified", ()),
        ({"HoVaTen": {"Ho": "ĐỖ", "ChuDem": "THỊ", "Ten": "HẬU"}}, "mismatch", ("full_name",)),
        ({"GioiTinh": "1"}, "mismatch", ("sex",)),
        ({"GioiTinh": ""}, "verified", ()),
        ({"NgayThangNamSinh": {"NgayThangNam": "19510311"}}, "mismatch", ("birth_date",)),
        ({"NgayThangNamSinh": {"Nam": "1951"}}, "verified", ()),
        ({"NgayThangNamSinh": {}}, "verified", ()),
        ({"NgayThangNamSinh": {"Nam": "1950"}, "GioiTinh": "1"}, "mismatch", ("birth_date", "sex")),
    ],
)
def test_field_by_field(changed: dict[str, Any], status: str, mismatches: tuple[str, ...]) -> None:
    verdict = compare(MAU, read_citizen(answer(**changed)))
    assert (verdict.status, verdict.mismatches) == (status, mismatches)


@pytest.mark.parametrize(
    "empty",
    [
        {},
        {"CongdanCollection": None},
        {"CongdanCollection": {}},
        {"CongdanCollection": {"CongDan": []}},
        {"CongdanCollection": {"CongDan": None}},
    ],
)
def test_an_answer_without_a_citizen_is_not_found(empty: dict[str, Any]) -> None:
    assert compare(MAU, read_citizen(empty)).status == "not_found"


def test_a_single_citizen_may_stand_without_a_list() -> None:
    single = answer()
    single["CongdanCollection"]["CongDan"] = single["CongdanCollection"]["CongDan"][0]
    assert compare(MAU, read_citizen(single)).status == "verified"


def test_a_year_only_birth_is_asked_and_compared_by_its_year() -> None:
    year = Subject("Đỗ Thị Hòa", date(1951, 1, 1), "year", "female")
    assert birth_of(year) == {"Nam": "1951"}
    assert birth_of(MAU) == {"NgayThangNam": "19510310"}
    assert compare(year, read_citizen(answer())).status == "verified"


def test_names_are_compared_without_accents_blanks_and_case() -> None:
    assert comparable("  đỗ  thị-hòa ") == comparable("ĐỖ THỊ HOÀ") == "DOTHIHOA"
    assert comparable("K'Tâm") == "KTAM"


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_comparison_of_names_is_symmetric(one: str, other: str) -> None:
    def agree(ours: str, theirs: str) -> bool:
        subject = Subject(ours, date(1951, 3, 10), "day", "female")
        result = compare(subject, Citizen(theirs or None, None, None)).fields["full_name"]
        return result == "agrees" or (not theirs and comparable(ours) == "")

    if one and other:
        assert agree(one, other) == agree(other, one)
        assert agree(one, one)


def test_a_former_number_that_differs_is_written_down_and_no_mismatch() -> None:
    subject = Subject("Đỗ Thị Hòa", date(1951, 3, 10), "day", "female", "003151000017", "250000001")
    verdict = judge(subject, answer(SoCMND="250000002"))
    assert verdict.status == "verified"
    assert verdict.fields["former_number"] == "differs"
