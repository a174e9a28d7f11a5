"""The generator of synthetic communes: its plan is deterministic, lawful and consistent."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sandbox.sample
from sandbox.sample import Plan, communes, generate, months, write_all
from sandbox.sample.dirt import KINDS
from sandbox.sample.encodings import TCVN3, VNI

DI_LINH = Path(sandbox.sample.__file__).parent / "data" / "di-linh"
JsonObject = dict[str, Any]
CHANGING = {
    "crosses_4",
    "crosses_16",
    "crosses_60",
    "child_turns_16",
    "ends_at_3",
    "ends_at_36_months",
    "open_w7",
    "two_benefits",
}
"""Situations in which the coefficient changes in the months of the plan, or nothing is owed."""


@pytest.fixture(scope="module")
def di_linh() -> JsonObject:
    plan: JsonObject = json.loads((DI_LINH / "plan.json").read_text(encoding="utf-8"))
    return plan


def rows_of(plan: JsonObject) -> list[tuple[JsonObject, JsonObject]]:
    return [(person, row) for person in plan["people"] for row in person["rows"]]


def told(plan: Plan, folder: Path) -> JsonObject:
    write_all(plan, folder)
    content: JsonObject = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return content


def contents(path: Path) -> dict[str, bytes]:
    """Bytes of a file; of a workbook, the bytes of each part (compression is the library's own)."""
    if path.suffix != ".xlsx":
        return {path.name: path.read_bytes()}
    with ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_committed_sample_of_di_linh_is_what_the_command_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.sample", "--commune", "25000", "--seed", "1"]
    subprocess.run(
        [*command, "--size", "2300", "--out", str(tmp_path)], check=True, capture_output=True
    )
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in DI_LINH.iterdir())
    for name in made:
        assert contents(tmp_path / name) == contents(DI_LINH / name), name


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one = told(generate("19996", 3, 80), tmp_path / "a")
    again = told(generate("19996", 3, 80), tmp_path / "b")
    other = told(generate("19996", 4, 80), tmp_path / "c")
    assert one == again
    ids = [{p["truth"]["personal_id"] for p in plan["people"]} for plan in (one, other)]
    assert ids[0].isdisjoint(ids[1])


def test_di_linh_has_2300_people_in_the_wanted_shares(di_linh: JsonObject) -> None:
    summary = di_linh["summary"]
    assert summary["people"] == len(di_linh["people"]) == 2300
    assert di_linh["commune"]["code"] == "25000"
    assert di_linh["commune"]["province_code"] == "68"
    first_rows = Counter(person["rows"][0]["group"] for person in di_linh["people"])
    assert 1230 < first_rows["social_pension"] < 1270
    del first_rows["social_pension"]
    assert first_rows == {
        "5.6": 759,
        "5.4": 81,
        "5.5": 69,
        "5.7": 69,
        "5.1": 41,
        "5.2": 16,
        "neutral": 12,
        "facility": 2,
    }
    second = Counter(row["group"] for person in di_linh["people"] for row in person["rows"][1:])
    assert second["C1"] >= 15
    assert second["C2c"] >= 60
    assert second["C2d"] >= 4
    assert second["C2a"] >= 5
    assert 64 <= float(summary["december"]["cashless_percent"]) <= 66
    assert summary["situations"]["converted_5_5c"] > 500
    assert summary["situations"]["converted_5_5b"] > 50
    assert 100 < summary["situations"]["recent_decision"] < 300


def test_every_number_agrees_with_sex_and_birth_and_no_province_has_its_code(
    di_linh: JsonObject,
) -> None:
    numbers = [person["truth"]["personal_id"] for person in di_linh["people"]]
    assert len(set(numbers)) == 2300
    for person in di_linh["people"]:
        truth = person["truth"]
        number, year = truth["personal_id"], int(truth["birth_date"][:4])
        assert len(number) == 12
        assert number[:3] in {"003", "005", "009", "099"}
        assert int(number[3]) == 2 * (year // 100 - 19) + (truth["sex"] == "female")
        assert int(number[4:6]) == year % 100
        assert truth["cmnd"] is None or (len(truth["cmnd"]) == 9 and truth["cmnd"][0] == "9")


def test_the_disabled_child_that_turned_16_on_20_september_is_not_netted(
    di_linh: JsonObject,
) -> None:
    found = [
        row["money"]
        for person, row in rows_of(di_linh)
        if "crosses_16" in person["situations"]
        and person["truth"]["birth_date"] == "2010-09-20"
        and row["provision"] == "5.6_very_severe_child"
    ]
    assert len(found) == 1
    months = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    assert found[0]["paid"] == dict.fromkeys(months, 1_250_000)
    assert found[0]["arrears"] == dict.fromkeys(months[:3], 100_000)
    assert found[0]["recovery"] == dict.fromkeys(months[3:], 170_000)
    assert found[0]["december"] == 1_080_000


@pytest.mark.parametrize(
    ("coefficient", "arrears"),
    [("1.0", 200_000), ("1.5", 300_000), ("2.0", 400_000), ("2.5", 500_000)],
)
def test_five_months_at_the_old_level_give_the_arrears_of_the_coefficient(
    di_linh: JsonObject, coefficient: str, arrears: int
) -> None:
    plain = [
        row["money"]
        for person, row in rows_of(di_linh)
        if row["coefficient"] == coefficient
        and row["dirt"] is None
        and row["decision_date"] < "2026-07-01"
        and not CHANGING & set(person["situations"])
    ]
    assert plain
    assert {sum(money["arrears"].values()) for money in plain} == {arrears}
    assert {money["december"] for money in plain} == {int(float(coefficient) * 540_000)}


def test_birthdays_before_and_since_5_october_change_the_next_or_the_same_month(
    di_linh: JsonObject,
) -> None:
    by_birth = {
        person["truth"]["birth_date"]: row["money"]["owed"]
        for person, row in rows_of(di_linh)
        if {"crosses_16", "crosses_60"} & set(person["situations"])
    }
    assert (by_birth["2010-10-04"]["2026-10"], by_birth["2010-10-04"]["2026-11"]) == (
        1_080_000,
        810_000,
    )
    assert (by_birth["2010-10-05"]["2026-09"], by_birth["2010-10-05"]["2026-10"]) == (
        1_080_000,
        810_000,
    )
    assert (by_birth["1966-10-04"]["2026-10"], by_birth["1966-10-04"]["2026-11"]) == (
        810_000,
        1_080_000,
    )
    assert (by_birth["1966-10-05"]["2026-09"], by_birth["1966-10-05"]["2026-10"]) == (
        810_000,
        1_080_000,
    )


def test_of_two_benefits_the_pension_is_owed_nothing_and_what_was_paid_is_recovered(
    di_linh: JsonObject,
) -> None:
    people = [p for p in di_linh["people"] if "two_benefits" in p["situations"]]
    assert len(people) == 8
    for person in people:
        pension, allowance = person["rows"]
        assert set(pension["money"]["owed"].values()) == {0}
        assert pension["money"]["recovery"] == dict.fromkeys(pension["money"]["paid"], 500_000)
        assert allowance["money"]["december"] in {1_080_000, 1_350_000}
        assert allowance["money"]["recovery"] == {}


def test_the_dead_are_owed_up_to_the_month_of_death_and_held(di_linh: JsonObject) -> None:
    dead = [p for p in di_linh["people"] if p["truth"]["death_date"]]
    months = {p["truth"]["death_date"][:7] for p in dead}
    assert min(months) < "2026-07" <= max(months)
    for person in dead:
        (row,) = person["rows"]
        month = person["truth"]["death_date"][:7]
        assert row["money"]["held"]
        assert row["money"]["december"] == 0
        assert all((m > month) == (owed == 0) for m, owed in row["money"]["owed"].items())
        assert row["money"]["recovery"] == {
            m: paid for m, paid in row["money"]["paid"].items() if m > month
        }


def test_a_signed_coefficient_that_is_not_the_laws_is_paid_at_the_new_standard(
    di_linh: JsonObject,
) -> None:
    rows = [
        row
        for _, row in rows_of(di_linh)
        if row["dirt"] and row["dirt"]["code"] == "amount_differs"
    ]
    signed = [row for row in rows if row["dirt"]["column"] == "coefficient"]
    assert len(rows) == 16
    assert {"1.5", "2.0"} <= {row["coefficient"] for row in signed}
    for row in signed:
        assert row["coefficient"] != row["dirt"]["lawful_coefficient"]
        assert set(row["money"]["owed"].values()) == {int(float(row["coefficient"]) * 540_000)}
    low = next(row for row in rows if row["amount"] == 450_000)
    assert set(low["money"]["arrears"].values()) == {90_000}
    high = next(row for row in rows if row["amount"] == 600_000)
    assert set(high["money"]["recovery"].values()) == {60_000}


def test_the_two_old_encodings_write_each_letter_in_its_own_way() -> None:
    assert len(set(TCVN3.values())) == len(TCVN3)
    assert len(set(VNI.values())) == len(VNI)
    assert "".join(TCVN3.get(c, c) for c in "Nguyễn Thị Hường") == "NguyÔn ThÞ H\xadêng"
    assert "".join(VNI.get(c, c) for c in "Nguyễn Thị Hường Đặng") == "Nguyeãn Thò Höôøng Ñaëng"


@settings(max_examples=25, deadline=None)
@given(
    commune=st.sampled_from(sorted(communes())),
    seed=st.integers(0, 10**9),
    size=st.integers(60, 160),
    month=st.sampled_from(["2026-11", "2026-12"]),
)
def test_any_plan_is_consistent(commune: str, seed: int, size: int, month: str) -> None:
    plan = generate(commune, seed, size, month)
    assert len(plan.people) == size
    assert {kind.code: kind.count(size) for kind in KINDS} == {
        code: count for code, count in plan.summary["dirt"].items() if code != "title_rows"
    }
    assert min(plan.summary["dirt"].values()) >= 1
    rows = [entry.row for _, entry in plan.rows]
    assert all(after > before for before, after in pairwise(rows))
    assert not set(rows) & set(plan.layout.other_rows)
    december = plan.summary["december"]
    for split in ("by_group", "by_method"):
        for key in ("lines", "regular", "arrears", "total"):
            assert sum(part[key] for part in december[split].values()) == december[key]
    assert december["total"] == december["regular"] + december["arrears"]
    paid = sum(sum(e.money.paid.values()) for _, e in plan.rows if e.money)
    owed = sum(sum(e.money.owed.values()) - e.money.december for _, e in plan.rows if e.money)
    gains = december["arrears"] + plan.summary["held"]["arrears"]
    assert owed - paid == gains - plan.summary["recoveries"]["amount"]


@settings(max_examples=25, deadline=None)
@given(commune=st.sampled_from(sorted(communes())), seed=st.integers(0, 10**9))
def test_everybody_was_old_or_poor_enough_on_the_day_of_the_decision(
    commune: str, seed: int
) -> None:
    for person, entry in generate(commune, seed, 120).rows:
        birth, decided = person.truth.birth_date, entry.decision_date
        age = decided.year - birth.year - ((decided.month, decided.day) < (birth.month, birth.day))
        assert decided.weekday() < 5
        assert decided < date(2026, 11, 1)
        if entry.profile.benefit != "social_pension":
            signed_then = entry.profile.lawful(person.truth, months.of(decided))
            assert signed_then > 0
            if entry.profile.group in {"5.6", "C2a", "C2c", "C2d"}:
                assert person.truth.disability_degree in {"severe", "very_severe"}
        elif "converted_5_5c" in person.situations:
            assert age >= 80
            assert decided < date(2025, 7, 1)
        elif "converted_5_5b" in person.situations:
            assert 75 <= age < 80
            assert person.truth.poverty_class != "none"
            assert decided < date(2025, 7, 1)
        else:
            assert decided >= date(2025, 7, 1)
            assert age >= 75 or (age >= 70 and person.truth.poverty_class != "none")


def test_names_are_composed_and_written_in_full(di_linh: JsonObject) -> None:
    for person in di_linh["people"]:
        name = person["truth"]["full_name"]
        assert name == unicodedata.normalize("NFC", name)
        assert len(name.split()) >= 2 or name.startswith("K'")


def test_too_small_a_commune_or_another_month_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 60"):
        generate("25000", 1, 59)
    with pytest.raises(ValueError, match="2026-11 or 2026-12"):
        generate("25000", 1, 100, "2026-05")
    with pytest.raises(KeyError):
        generate("00000", 1, 100)
