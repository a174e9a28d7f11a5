"""Probable duplicates: planted ones are found with their reasons, distinct people are left alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.kernel.names import distance, search_key, similar
from registry.quality.gateway import duplicate_rules
from registry.quality.service.duplicates import probable
from registry.quality.store.looking import CARDS, SCHEMA

NAMES = ["Nguyễn Thị Mẫu", "Trần Văn Quyết", "K' Brối", "Lê Hoàng Phương Thảo", "Phạm Út"]


def person(number: int, name: str, birth: date, **changed: Any) -> dict[str, Any]:
    return {
        "person_id": f"00000000-0000-7000-8000-{number:012d}",
        "personal_id": f"{number:012d}",
        "former_number": None,
        "name_key": search_key(name),
        "full_name": name,
        "sex": "female",
        "birth_date": birth,
        "birth_precision": "day",
        "commune_code": "25000",
        "village": "Thôn 1",
        "verification": "unverified",
    } | changed


def found(*people: dict[str, Any], cards: list[dict[str, Any]] | None = None) -> list[Any]:
    pairs = probable(
        pl.DataFrame(list(people), schema=SCHEMA),
        pl.DataFrame(cards or [], schema=CARDS),
        duplicate_rules(),
    )
    return [
        (row["person_id"][-3:], row["other_id"][-3:], set(row["reasons"]), row["score"])
        for row in pairs.to_dicts()
    ]


BORN = date(1951, 3, 10)
ONE = person(1, "Nguyễn Thị Mẫu", BORN, personal_id="003151000017")


@pytest.mark.law("P013", "D032")
@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({}, {"same_name_birth", "same_commune", "same_village"}),
        ({"commune_code": "24637"}, {"same_name_birth"}),
        ({"personal_id": None}, {"same_name_birth", "same_commune", "same_village",
                                 "without_number"}),
        ({"name_key": "nguyen thi mau a"}, {"similar_name_birth", "same_commune", "same_village"}),
        ({"name_key": "nguyen thi mua"}, {"similar_name_birth", "same_commune", "same_village"}),
        ({"birth_date": date(1951, 1, 1), "birth_precision": "year", "village": None},
         {"same_name_birth_year", "same_commune"}),
        ({"birth_date": date(1951, 10, 3)}, {"day_month_exchanged", "same_commune", "same_village"}),
        ({"birth_date": date(1952, 3, 10)}, {"year_off_by_one", "same_commune", "same_village"}),
        ({"birth_date": date(1951, 3, 11)}, {"day_off_by_one", "same_commune", "same_village"}),
        ({"birth_date": date(1951, 1, 1)}, {"first_january", "same_commune", "same_village"}),
        ({"name_key": "nguyen mau", "full_name": "Nguyễn Mẫu"},
         {"middle_name_left_out", "same_commune", "same_village"}),
        ({"birth_date": date(1951, 7, 1), "personal_id": "003151000071"},
         {"digits_transposed", "same_commune", "same_village"}),
        ({"birth_date": date(1951, 7, 1), "personal_id": "003151000018"},
         {"digit_differs", "same_commune", "same_village"}),
    ],
)  # fmt: skip
def test_a_planted_duplicate_is_found_with_its_reasons(
    changed: dict[str, Any], reasons: set[str]
) -> None:
    two = {**ONE, "person_id": person(2, "x", BORN)["person_id"], "personal_id": "003160999999"}
    (pair,) = found(ONE, two | changed)
    assert pair[2] == reasons
    assert 0 < pair[3] <= 99


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"birth_date": date(1951, 3, 11)},
        {"name_key": "nguyen thi mau a", "commune_code": "24637"},
        {"name_key": "tran van binh"},
        {"name_key": "nguyen thi thao"},
    ],
)
def test_who_merely_resembles_somebody_is_left_alone(changed: dict[str, Any]) -> None:
    two = person(2, "Nguyễn Thị Mẫu", BORN, personal_id="003151999999")
    assert found(ONE, two | changed) == []


def test_two_numbers_that_the_population_database_confirmed_are_two_people() -> None:
    both = [person(n, "Nguyễn Thị Mẫu", BORN, verification="verified") for n in (1, 2)]
    assert found(*both) == []
    assert len(found(both[0], both[1] | {"verification": "mismatch"})) == 1


def test_twins_with_two_valid_numbers_are_two_people() -> None:
    two = person(2, "Nguyễn Thị Mậu", BORN, personal_id="003151000018")
    assert found(ONE, two) == []


def test_one_identity_card_at_two_records() -> None:
    two = person(2, "Nguyễn Thị Mẫu", date(1951, 5, 5), former_number="250123456")
    other = person(3, "Trần Văn Quyết", date(1970, 1, 2), former_number="250123456")
    cards = [{"person_id": ONE["person_id"], "number": "250123456"}]
    pairs = {(a, b): reasons for a, b, reasons, _ in found(ONE, two, other, cards=cards)}
    assert "same_former_number" in pairs["001", "002"]
    assert pairs["001", "003"] >= {"shared_former_number"}


@settings(deadline=None)
@given(st.data())
def test_distinct_people_are_no_duplicates_and_each_planted_copy_is_found(
    data: st.DataObject,
) -> None:
    count = data.draw(st.integers(2, 40))
    # Distinct by construction: each their own birth date, numbers apart by more than a typing error.
    people = [
        person(
            n,
            data.draw(st.sampled_from(NAMES)),
            date(1930, 1, 2) + timedelta(days=n * 31),
            personal_id=f"{n * 111:04d}{n * 1_110_007:08d}"[-12:],
        )
        for n in range(count)
    ]
    assert found(*people) == []
    copied = data.draw(st.sets(st.integers(0, count - 1)))
    copies = [
        people[n] | {"person_id": person(n + 100, "x", BORN)["person_id"], "personal_id": None}
        for n in copied
    ]
    pairs = found(*people, *copies)
    assert {(a, b) for a, b, _, _ in pairs} == {(f"{n:03d}", f"{n + 100:03d}") for n in copied}
    assert all("same_name_birth" in reasons for _, _, reasons, _ in pairs)


LETTERS = st.text("abc ", max_size=9)


@given(LETTERS, LETTERS)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert similar(one, other) == similar(other, one)
    exact = distance(one, other, 20)
    assert (exact == 0) == (one == other)
    assert exact <= max(len(one), len(other))
    for limit in (1, 2):
        assert (distance(one, other, limit) <= limit) == (exact <= limit)


@given(st.text("abcdef", min_size=2, max_size=9), st.data())
def test_one_typing_error_is_one(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    wrong = data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + "z" + name[at:],
                name[:at] + "z" + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )
    assert distance(name, wrong, 2) == (name != wrong)
