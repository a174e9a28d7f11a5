"""Whatever is established, corrected, ended or withdrawn: periods never overlap, all is replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from common.kernel.errors import DomainError
from registry.circumstances.domain import (
    Change,
    Circumstance,
    Fact,
    Recording,
    corrected,
    ended,
    established,
    known_at,
    withdrawn,
)

PERSON = UUID(int=1)
FIRST = date(2026, 1, 1)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
days = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))
ends = st.none() | days
keys = st.sampled_from(["1", "2"])


@dataclass
class Table:
    """The rows as the store keeps them: added and superseded, never changed."""

    rows: dict[UUID, Circumstance] = field(default_factory=dict)
    now: datetime = BEGAN

    def current(self, key: str) -> list[Circumstance]:
        return [
            row
            for row in self.rows.values()
            if row.superseded_at is None and row.fact.child_key == key
        ]

    def recording(self) -> Recording:
        self.now += timedelta(minutes=1)
        return Recording(uuid4, self.now, "test", None)

    def write(self, change: Change | None) -> None:
        for row in change.superseded if change else ():
            self.rows[row.circumstance_id] = replace(row, superseded_at=self.now)
        for row in change.rows if change else ():
            assert row.circumstance_id not in self.rows
            self.rows[row.circumstance_id] = row


def on_days(rows: Sequence[Circumstance]) -> dict[tuple[str, date], list[Fact]]:
    """Give what holds on every day around the month in which everything happens."""
    held: dict[tuple[str, date], list[Fact]] = {}
    for row in rows:
        for n in range(-2, 35):
            day = FIRST + timedelta(days=n)
            after = row.valid_from is None or row.valid_from <= day
            if after and (row.valid_to is None or day < row.valid_to):
                held.setdefault((row.fact.child_key, day), []).append(row.fact)
    return held


class Timelines(RuleBasedStateMachine):
    """Commands in any order against a model of what holds on each day."""

    @initialize()
    def begin(self) -> None:
        self.table = Table()
        self.model: dict[tuple[str, date], bool] = {}
        self.moments: list[tuple[datetime, dict[tuple[str, date], bool]]] = []

    def fact(self, key: str, start: date | None, end: date | None, *, studying: bool) -> Fact:
        content = {"birth_date": "2015-01-01", "studying": studying}
        return Fact(PERSON, "child", valid_from=start, valid_to=end, content=content, child_key=key)

    def paint(self, fact: Fact, *, value: bool | None) -> None:
        for key, day in on_days([Circumstance(uuid4(), "25000", fact)]):
            if value is None:
                self.model.pop((key, day), None)
            else:
                self.model[key, day] = value

    def remember(self) -> None:
        self.moments.append((self.table.now, dict(self.model)))

    @rule(key=keys, start=ends, end=ends, studying=st.booleans())
    def establish(self, key: str, start: date | None, end: date | None, studying: bool) -> None:  # noqa: FBT001
        fact = self.fact(key, start, end, studying=studying)
        recording = self.table.recording()
        try:
            change = established(self.table.current(key), fact, "25000", recording)
        except DomainError:
            assert start is not None
            assert end is not None
            assert end <= start
        else:
            self.table.write(change)
            self.paint(fact, value=studying)
        self.remember()

    @rule(data=st.data(), key=keys, start=ends, end=ends, studying=st.booleans())
    def correct(
        self,
        data: st.DataObject,
        key: str,
        start: date | None,
        end: date | None,
        studying: bool,  # noqa: FBT001
    ) -> None:
        rows = self.table.current(key)
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        fact = self.fact(key, start, end, studying=studying)
        recording = self.table.recording()
        try:
            change = corrected(rows, row, fact, recording)
        except DomainError:
            pass
        else:
            self.table.write(change)
            self.paint(row.fact, value=None)
            self.paint(fact, value=studying)
        self.remember()

    @rule(data=st.data(), key=keys, on=days)
    def end(self, data: st.DataObject, key: str, on: date) -> None:
        rows = self.table.current(key)
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        recording = self.table.recording()
        try:
            change = ended(row, on, recording)
        except DomainError:
            pass
        else:
            self.table.write(change)
            self.paint(replace(row.fact, valid_from=on), value=None)
        self.remember()

    @rule(data=st.data(), key=keys)
    def withdraw(self, data: st.DataObject, key: str) -> None:
        rows = self.table.current(key)
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        self.table.recording()
        self.table.write(withdrawn(row))
        self.paint(row.fact, value=None)
        self.remember()

    @invariant()
    def nothing_overlaps_and_the_past_is_replayed(self) -> None:
        rows = list(self.table.rows.values())
        for moment, model in self.moments[-5:] + self.moments[:1]:
            held = on_days(known_at(rows, moment))
            assert all(len(facts) == 1 for facts in held.values())
            assert {at: facts[0].content["studying"] for at, facts in held.items()} == model


TestTimelines = Timelines.TestCase
TestTimelines.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)


@given(start=ends, end=ends)
def test_what_is_known_already_is_not_written_again(start: date | None, end: date | None) -> None:
    content = {"level": "general", "continuous": True}
    always = Fact(PERSON, "study", content=content)
    table = Table()
    table.write(established([], always, "25000", table.recording()))
    part = replace(always, valid_from=start, valid_to=end)
    if start is None or end is None or start < end:
        assert established(table.current(""), part, "25000", table.recording()) is None
