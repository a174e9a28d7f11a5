"""The files of a synthetic commune, read back the way others will read them."""

from __future__ import annotations

import csv
import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from sandbox.sample import Plan, communes, generate, write_all
from sandbox.sample.plan import COLUMNS, cells

Cell = Any
KEYS = [key for key, _, _ in COLUMNS]


@pytest.fixture(scope="module", params=["25000", "19996", "07444"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return generate(request.param, seed=11, size=300)


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample")
    write_all(plan, path)
    return path


@pytest.fixture(scope="module")
def sheet(plan: Plan, folder: Path) -> list[list[Cell]]:
    book = CalamineWorkbook.from_path(folder / plan.workbook_name)
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def row_of(sheet: list[list[Cell]], row: int) -> dict[str, Cell]:
    return dict(zip(KEYS, sheet[row - 1], strict=True))


def test_titles_stand_above_a_header_that_is_not_the_first_row(
    plan: Plan, sheet: list[list[Cell]]
) -> None:
    place = f"{plan.commune.kind} {plan.commune.name}".upper()
    assert sheet[0][0] == f"ỦY BAN NHÂN DÂN {place}"
    assert any("DANH SÁCH CHI TRẢ" in str(row[0]) for row in sheet[: plan.layout.header_row])
    assert plan.layout.header_row > 5
    assert sheet[plan.layout.header_row - 1] == [heading for _, heading, _ in COLUMNS]


def test_every_cell_holds_what_the_plan_says(plan: Plan, sheet: list[list[Cell]]) -> None:
    for person, entry in plan.rows:
        read = row_of(sheet, entry.row)
        for key, value in cells(person, entry).items():
            expected = "" if value is None else value
            assert read[key] == expected, (entry.row, key)
            if key in {"account", "phone", "decision_number"}:
                assert isinstance(read[key], str)


def test_clean_rows_have_real_dates_and_numbers_as_text(
    plan: Plan, sheet: list[list[Cell]]
) -> None:
    clean = [entry for _, entry in plan.rows if entry.dirt is None]
    assert len(clean) > 200
    for entry in clean:
        read = row_of(sheet, entry.row)
        assert isinstance(read["birth_date"], date)
        assert isinstance(read["personal_id"], str)
        assert len(read["personal_id"]) == 12


def test_no_row_outside_the_plan_looks_like_a_person(plan: Plan, sheet: list[list[Cell]]) -> None:
    numbered = [n for n, row in enumerate(sheet, start=1) if isinstance(row[0], float)]
    assert numbered == [entry.row for _, entry in plan.rows]
    filled = [n for n, row in enumerate(sheet, start=1) if any(cell != "" for cell in row)]
    assert set(filled) - set(numbered) == set(plan.layout.other_rows)


def dirty(plan: Plan, sheet: list[list[Cell]], code: str) -> list[tuple[dict[str, Cell], Any]]:
    found = [
        (row_of(sheet, entry.row), person)
        for person, entry in plan.rows
        if entry.dirt is not None and entry.dirt.code == code
    ]
    assert found, code
    return found


def test_numbers_that_lost_their_zeros_are_numbers(plan: Plan, sheet: list[list[Cell]]) -> None:
    for read, person in dirty(plan, sheet, "id_zero_lost"):
        assert isinstance(read["personal_id"], float)
        assert f"{int(read['personal_id']):012d}" == person.truth.personal_id
        assert len(str(int(read["personal_id"]))) in {10, 11}
    for read, person in dirty(plan, sheet, "id_cmnd"):
        assert read["personal_id"] == person.truth.cmnd
        assert person.paid_by == "cash"
    for read, _ in dirty(plan, sheet, "id_invalid_length"):
        assert len(read["personal_id"]) in {8, 13}


def test_dates_are_text_serial_or_year(plan: Plan, sheet: list[list[Cell]]) -> None:
    for read, person in dirty(plan, sheet, "birth_text"):
        day, month, year = (
            int(part) for part in read["birth_date"].replace("-", "/").replace(".", "/").split("/")
        )
        assert date(year, month, day) == person.truth.birth_date
    for read, person in dirty(plan, sheet, "birth_serial"):
        assert isinstance(read["birth_date"], float)
        assert date.fromordinal(date(1899, 12, 30).toordinal() + int(read["birth_date"])) == (
            person.truth.birth_date
        )
    for read, person in dirty(plan, sheet, "birth_year_only"):
        assert int(read["birth_date"]) == person.truth.birth_date.year
    for read, _ in dirty(plan, sheet, "birth_unreadable"):
        assert not any(character.isdigit() for character in read["birth_date"])
        assert read["personal_id"] == ""


def test_names_are_decomposed_or_in_an_old_encoding(plan: Plan, sheet: list[list[Cell]]) -> None:
    for read, person in dirty(plan, sheet, "text_decomposed"):
        assert read["full_name"] != person.truth.full_name
        assert unicodedata.normalize("NFC", read["full_name"]) == person.truth.full_name
    for code in ("text_tcvn3", "text_vni"):
        for read, person in dirty(plan, sheet, code):
            assert max(read["full_name"]) <= "\xff"
            assert unicodedata.normalize("NFC", read["full_name"]) != person.truth.full_name
    for read, _ in dirty(plan, sheet, "row_without_name"):
        assert read["full_name"] == ""


def test_contradictions_are_in_the_cell_and_not_in_the_number(
    plan: Plan, sheet: list[list[Cell]]
) -> None:
    for read, person in dirty(plan, sheet, "sex_contradicts_id"):
        assert read["sex"] != {"male": "Nam", "female": "Nữ"}[person.truth.sex]
        assert person.verification.fields == ("sex",)
    for read, person in dirty(plan, sheet, "birth_year_contradicts_id"):
        assert read["birth_date"].year != person.truth.birth_date.year
        assert person.verification.fields == ("birth_date",)


def test_duplicates_follow_their_first_row_and_name_it(plan: Plan, sheet: list[list[Cell]]) -> None:
    repeated = [
        (entry, entry.dirt.detail["of_row"])
        for _, entry in plan.rows
        if entry.dirt and entry.dirt.code == "duplicate_in_file"
    ]
    assert repeated
    for entry, of_row in repeated:
        first, again = row_of(sheet, of_row), row_of(sheet, entry.row)
        assert of_row < entry.row
        for key in ("full_name", "birth_date", "personal_id", "category", "amount"):
            assert first[key] == again[key]
        assert entry.money is None


def test_old_communes_are_named_only_where_the_plan_says(
    plan: Plan, sheet: list[list[Cell]]
) -> None:
    rows = {
        e.row: e.dirt.detail["former_commune"]
        for _, e in plan.rows
        if e.dirt and e.dirt.code == "old_commune_name"
    }
    named = {
        entry.row: row_of(sheet, entry.row)["village"].split(", ")[1]
        for _, entry in plan.rows
        if ", " in row_of(sheet, entry.row)["village"]
    }
    assert named == rows
    assert set(rows.values()) <= set(plan.commune.former)


def test_the_population_database_knows_everybody_but_those_planned_as_not_found(
    plan: Plan, folder: Path
) -> None:
    records = json.loads((folder / "population.json").read_text(encoding="utf-8"))
    known = {record["SoDinhDanh"]: record for record in records}
    assert len(known) == len(records)
    outcomes = set()
    for person in plan.people:
        truth, check = person.truth, person.verification
        outcomes.add(check.expected)
        record = known.get(truth.personal_id)
        if check.expected == "not_found":
            assert record is None
            continue
        assert record is not None
        assert "dead" not in json.dumps(record).lower()
        parts = record["HoVaTen"]
        name = " ".join(part for part in (parts["Ho"], parts["ChuDem"], parts["Ten"]) if part)
        same_name = _bare(name) == _bare(truth.full_name)
        same_birth = record["NgayThangNamSinh"]["NgayThangNam"] == f"{truth.birth_date:%Y%m%d}"
        in_record = {
            f for f, same in (("full_name", same_name), ("birth_date", same_birth)) if not same
        }
        in_file = {e.dirt.code for e in person.entries if e.dirt}
        if not in_file & {"sex_contradicts_id", "birth_year_contradicts_id"}:
            assert in_record == set(check.fields)
        assert record["GioiTinh"] == {"male": "1", "female": "2"}[truth.sex]
    assert outcomes == {"verified", "mismatch", "not_found", "unverified"}


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def test_death_notices_are_about_the_dead_of_the_list_and_about_strangers(
    plan: Plan, folder: Path
) -> None:
    with (folder / "deaths.csv").open(encoding="utf-8", newline="") as handle:
        notices = list(csv.DictReader(handle))
    dead = {p.truth.personal_id: p.truth.death_date for p in plan.people if p.truth.death_date}
    by_id = {notice["personal_id"]: notice for notice in notices}
    assert len(by_id) == len(notices) == len({n["notice_number"] for n in notices})
    for number, day in dead.items():
        assert by_id[number]["death_date"] == day.isoformat()
    listed = {p.truth.personal_id for p in plan.people}
    strangers = [n for n in notices if n["personal_id"] not in listed]
    assert len(strangers) >= 3
    names = {p.truth.full_name for p in plan.people}
    assert any(notice["full_name"] in names for notice in strangers)
    assert all(n["death_date"] < n["notice_date"] <= "2026-11-11" for n in notices)


def test_applicants_are_not_on_the_list_and_one_is_the_demos(plan: Plan, folder: Path) -> None:
    applicants = json.loads((folder / "applicants.json").read_text(encoding="utf-8"))
    listed = {p.truth.personal_id for p in plan.people}
    assert listed.isdisjoint(a["personal_id"] for a in applicants)
    (demo,) = (a for a in applicants if a["demo"])
    assert demo["expected"]["eligible"]
    assert demo["expected"]["arrears"] == {"2026-11": 540_000}
    assert {a["expected"]["eligible"] for a in applicants} == {True, False}


def test_the_copied_communes_agree_with_the_registrys_own_data() -> None:
    data = Path(__file__).parents[3] / "services/registry/src/registry/areas/data"
    units = {r["code"]: r for r in _read(data / "units.csv")}
    former = {
        (r["new_code"], f"{r['kind']} {r['name']}")
        for r in _read(data / "former_units.csv")
        if r["split"] == "0"
    }
    assert len(communes()) >= 30
    for commune in communes().values():
        unit = units[commune.code]
        assert (unit["name"], unit["kind"]) == (commune.name, commune.kind)
        assert unit["province_code"] == commune.province_code
        assert {(commune.code, name) for name in commune.former} <= former


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
