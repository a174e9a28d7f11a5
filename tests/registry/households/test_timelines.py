"""Timelines of households: nobody is in two at once, and what was known can be replayed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from registry.households.domain import ClassStatement, Household, class_on
from registry.households.service import Households
from registry.households.service.classes import state_classes

DAY = date(2026, 1, 1)
PEOPLE = [UUID(int=n) for n in range(1, 5)]


@dataclass
class NobodyElse:
    """A set of people of whom nothing is asked but when it is."""

    session: Any = None
    now: datetime = field(default_factory=lambda: datetime(2027, 1, 1, tzinfo=UTC))
    recorded_by: str = "test"


moves = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.integers(0, 3),  # the household; 3 means out of all
        st.integers(0, 30),
    ),
    max_size=12,
)


def homes() -> tuple[Households, list[Household]]:
    households = Households(NobodyElse())  # type: ignore[arg-type]  # only its clock is read
    return households, [households.found("25000") for _ in range(3)]


@given(moves)
def test_memberships_never_overlap_and_replay_every_move(
    stated: list[tuple[UUID, int, int]],
) -> None:
    households, made = homes()
    for person, home, offset in stated:
        start = DAY + timedelta(days=offset)
        if home == len(made):
            households.end(person, start)
        else:
            households.place(person, made[home], "other", start)
    for person in PEOPLE:
        rows = households.memberships(person)
        for offset in range(32):
            day = DAY + timedelta(days=offset)
            held = [row.household_id for row in rows if row.on(day)]
            assert len(held) <= 1
            # A move from a day on takes the place of every later one.
            expected: UUID | None = None
            for who, home, since in stated:
                if who == person and since <= offset:
                    expected = made[home].household_id if home < len(made) else None
            assert held == ([] if expected is None else [expected])


classes = st.lists(
    st.tuples(
        st.sampled_from(["poor", "near_poor", "none"]),
        st.integers(2023, 2026),
        st.none() | st.just("1/QĐ-UBND"),
        st.none() | st.integers(2, 12),
    ),
    max_size=10,
)


@given(classes)
def test_classes_never_overlap_and_a_stated_day_has_the_stated_class(
    stated: list[tuple[Any, int, str | None, int | None]],
) -> None:
    households, (home, *_) = homes()
    for poverty_class, year, decision, month in stated:
        since = date(year, month, 1) if month else None
        statement = ClassStatement(PEOPLE[0], poverty_class, year, decision, None, since)
        state_classes(households, {home.household_id: statement})
        rows = households.classes(home.household_id)
        assert any(row.says(statement) for row in rows)
        if since is not None:
            assert class_on(rows, since) == poverty_class
    rows = sorted(households.classes(home.household_id), key=lambda row: row.valid_from)
    for earlier, later in itertools.pairwise(rows):
        assert earlier.valid_to is not None
        assert earlier.valid_to <= later.valid_from
