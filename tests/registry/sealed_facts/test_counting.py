"""What is counted of sealed facts never leads to fewer than five people."""

from __future__ import annotations

from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from registry.sealed_facts.domain import SMALL, Counted, Counts, Sex, count

ON = date(2026, 11, 30)
BORN = {"3.1": date(2024, 5, 1), "3.2": date(2018, 5, 1), "3.3": date(1990, 5, 1)}
sizes = st.integers(0, 9)


def people(sizes_by_row: dict[str, tuple[int, int]]) -> list[Counted]:
    return [
        Counted(BORN[code], sex)
        for code, (male, female) in sizes_by_row.items()
        for sex, number in _sexes(male, female)
        for _ in range(number)
    ]


def _sexes(male: int, female: int) -> list[tuple[Sex, int]]:
    return [("male", male), ("female", female)]


def worlds(counts: Counts, limit: int) -> list[tuple[int, ...]]:
    """Give every assignment of the hidden rows that agrees with what was published."""
    hidden = [row for row in counts.rows if row.total is None]
    shown = sum(row.total or 0 for row in counts.rows)
    return [
        world
        for world in product(range(1, limit), repeat=len(hidden))
        if counts.total is None or sum(world) + shown == counts.total
    ]


@given(st.fixed_dictionaries({code: st.tuples(sizes, sizes) for code in BORN}))
def test_no_small_count_is_published_or_follows(by_row: dict[str, tuple[int, int]]) -> None:
    counts = count(people(by_row), ON)
    for row in counts.rows:
        for figure in (row.total, row.male, row.female):
            assert figure is None or figure == 0 or figure >= SMALL
        if row.total is not None:
            assert row.total == sum(by_row[row.code])
    hidden = [row for row in counts.rows if row.total is None]
    if hidden and counts.total is not None:
        # The total never gives the value of a hidden row away.
        assert len(hidden) > 1
        assert counts.total - sum(row.total or 0 for row in counts.rows) >= SMALL


@given(st.fixed_dictionaries({code: st.tuples(sizes, sizes) for code in BORN}))
def test_a_hidden_row_could_have_more_than_one_value(by_row: dict[str, tuple[int, int]]) -> None:
    counts = count(people(by_row), ON)
    hidden = [row for row in counts.rows if row.total is None]
    possible = worlds(counts, 20)
    for position, _ in enumerate(hidden):
        assert len({world[position] for world in possible}) > 1


def test_large_counts_are_shown_as_they_are() -> None:
    counts = count(people({"3.1": (5, 6), "3.2": (0, 7), "3.3": (20, 3)}), ON)
    assert [(r.total, r.male, r.female) for r in counts.rows] == [
        (11, 5, 6),
        (7, 0, 7),
        (23, None, None),
    ]
    assert counts.total == 41


def test_birthdays_decide_the_row() -> None:
    turns_four = [Counted(date(2022, 11, 30), "male")] * 5
    stays_three = [Counted(date(2022, 12, 1), "male")] * 5
    counts = count(turns_four + stays_three, ON)
    assert [row.total for row in counts.rows] == [5, 5, 0]
