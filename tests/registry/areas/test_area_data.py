"""The data files of administrative units: counts and known cases (law.md section 9)."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter, defaultdict
from importlib import resources

import pytest

Rows = list[dict[str, str]]


def read(name: str) -> Rows:
    source = resources.files("registry").joinpath("areas", "data", name)
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def units() -> Rows:
    return read("units.csv")


@pytest.fixture(scope="module")
def former() -> Rows:
    return read("former_units.csv")


def test_there_are_34_provinces_and_3321_communes_of_three_kinds(units: Rows) -> None:
    provinces = {row["code"] for row in read("provinces.csv")}
    assert len(provinces) == 34
    assert {row["province_code"] for row in units} == provinces
    assert Counter(row["kind"] for row in units) == {"xã": 2621, "phường": 687, "đặc khu": 13}


def test_codes_are_unique_text_of_fixed_length(units: Rows) -> None:
    codes = [row["code"] for row in units]
    assert len(set(codes)) == len(codes) == 3321
    assert all(len(code) == 5 and code.isdigit() for code in codes)
    assert all(len(row["province_code"]) == 2 for row in units)
    assert any(code.startswith("0") for code in codes)


def test_before_the_merger_there_were_63_provinces_696_districts_and_10035_communes(
    former: Rows,
) -> None:
    provinces = read("former_provinces.csv")
    assert len({row["code"] for row in provinces}) == 63
    assert {row["new_code"] for row in provinces} == {r["code"] for r in read("provinces.csv")}
    assert len({row["code"] for row in read("former_districts.csv")}) == 696
    assert len({row["code"] for row in former if row["code"]}) == 10035
    assert sorted(row["name"] for row in former if not row["code"]) == sorted(
        ["Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"]
    )


def test_every_former_unit_leads_to_a_commune_of_the_province_that_took_its_province_over(
    units: Rows, former: Rows
) -> None:
    province_of = {row["code"]: row["province_code"] for row in units}
    merged = {row["code"]: row["new_code"] for row in read("former_provinces.csv")}
    district_province = {
        row["code"]: row["former_province_code"] for row in read("former_districts.csv")
    }
    for row in former:
        assert province_of[row["new_code"]] == merged[row["former_province_code"]]
        assert district_province[row["district_code"]] == row["former_province_code"]
    assert {row["new_code"] for row in former} == set(province_of)


def test_di_linh_joins_a_town_and_three_communes(units: Rows, former: Rows) -> None:
    (di_linh,) = (row for row in units if row["code"] == "25000")
    assert di_linh == {"code": "25000", "name": "Di Linh", "kind": "xã", "province_code": "68"}
    joined = {(row["kind"], row["name"]) for row in former if row["new_code"] == "25000"}
    assert joined == {
        ("thị trấn", "Di Linh"),
        ("xã", "Gung Ré"),
        ("xã", "Liên Đầm"),
        ("xã", "Tân Châu"),
    }


def test_two_wards_are_called_huong_tra_in_two_provinces(units: Rows, former: Rows) -> None:
    found = {r["code"]: r["province_code"] for r in units if r["name"] == "Hương Trà"}
    assert found == {"19996": "46", "20350": "48"}
    joined = {row["name"] for row in former if row["new_code"] == "19996"}
    assert joined == {"Hương Vân", "Hương Văn", "Tứ Hạ"}


def test_a_divided_commune_has_several_lines_of_which_one_is_the_default(former: Rows) -> None:
    lines: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in former:
        lines[row["district_code"], row["code"]].append(row)
    divided = [rows for rows in lines.values() if len(rows) > 1]
    assert len(divided) == 471
    for rows in lines.values():
        assert {row["split"] for row in rows} == {"1" if len(rows) > 1 else "0"}
        assert [row["default"] for row in rows] == ["1"] + ["0"] * (len(rows) - 1)
        assert len({row["new_code"] for row in rows}) == len(rows)


def test_a_ward_of_can_tho_was_divided_between_two(units: Rows, former: Rows) -> None:
    names = {row["code"]: row["name"] for row in units}
    lines = [r for r in former if (r["name"], r["kind"]) == ("Long Tuyền", "phường")]
    assert [(names[r["new_code"]], r["default"]) for r in lines] == [
        ("Long Tuyền", "1"),
        ("An Bình", "0"),
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("10543", "phường"), ("11848", "xã"), ("31213", "phường"), ("19819", "phường")],
)
def test_kind_follows_the_name_where_the_source_contradicts_itself(
    units: Rows, code: str, kind: str
) -> None:
    assert [row["kind"] for row in units if row["code"] == code] == [kind]


@pytest.mark.parametrize(
    "name",
    [
        "provinces.csv",
        "units.csv",
        "former_units.csv",
        "former_districts.csv",
        "former_provinces.csv",
    ],
)
def test_names_are_composed_unicode_without_stray_spaces(name: str) -> None:
    for row in read(name):
        assert row["name"] == unicodedata.normalize("NFC", row["name"])
        assert row["name"] == " ".join(row["name"].split())
        assert row["name"]
