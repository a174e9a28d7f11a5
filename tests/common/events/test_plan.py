"""Whatever order, repetition and cutting of deliveries: the same versions are applied, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from common.events.failures import Failure
from common.events.incoming import Aggregate, Incoming
from common.events.plan import Standing, plan_batch

SPACE = UUID(int=1)
BAD = Failure("bad", "")


def event(aggregate: int, version: int, seq: int, *, bad: bool = False) -> Incoming:
    return Incoming(
        event_id=uuid5(SPACE, f"{aggregate}/{version}"),
        stream_seq=seq,
        subject="",
        aggregate=("thing", str(aggregate)),
        version=version,
        payload="",
        event=None,
        failure=BAD if bad else None,
    )


class Store:
    """What the inbox's tables would hold."""

    def __init__(self) -> None:
        self.seen: set[UUID] = set()
        self.applied: dict[Aggregate, int] = {}
        self.parked: dict[Aggregate, list[int]] = defaultdict(list)
        self.effects: list[tuple[Aggregate, int]] = []

    def receive(self, batch: list[Incoming], overdue: Collection[UUID] = ()) -> list[Incoming]:
        """Apply a batch; give what must be delivered again."""
        plan = plan_batch(batch, Standing(self.seen, self.applied, self.parked), overdue)
        for one in plan.apply:
            assert one.aggregate is not None
            self.effects.append((one.aggregate, one.version))
            self.seen.add(one.event_id)
        for one, _ in plan.park:
            assert one.aggregate is not None
            self.parked[one.aggregate].append(one.version)
            self.seen.add(one.event_id)
        self.applied |= plan.versions
        for key in plan.closed:
            self.play_again(key)
        every = plan.apply + [one for one, _ in plan.park] + plan.repeated + plan.early
        assert sorted(one.stream_seq for one in every) == sorted(one.stream_seq for one in batch)
        return plan.early

    def play_again(self, key: Aggregate) -> None:
        """Apply what was parked behind missing events, as a requeue does."""
        while self.parked[key] and min(self.parked[key]) == self.applied.get(key, 0) + 1:
            version = min(self.parked[key])
            self.parked[key].remove(version)
            self.applied[key] = version
            self.effects.append((key, version))


@st.composite
def deliveries(
    draw: st.DrawFn,
) -> tuple[dict[int, int], set[tuple[int, int]], list[list[Incoming]]]:
    """Some aggregates, some bad events, and the deliveries: shuffled, repeated, cut into batches."""
    lengths = draw(st.dictionaries(st.integers(0, 3), st.integers(1, 6), min_size=1))
    told = [(key, version) for key, last in lengths.items() for version in range(1, last + 1)]
    bad = set(draw(st.lists(st.sampled_from(told), max_size=2)))
    repeated = draw(st.lists(st.sampled_from(told), max_size=8))
    order = draw(st.permutations(told + repeated))
    messages = [
        event(key, version, seq, bad=(key, version) in bad)
        for seq, (key, version) in enumerate(order, start=1)
    ]
    batches: list[list[Incoming]] = []
    while messages:
        size = draw(st.integers(1, 5))
        batches.append(messages[:size])
        messages = messages[size:]
    return lengths, bad, batches


@given(deliveries())
def test_any_order_of_deliveries_applies_each_version_once_and_in_order(
    case: tuple[dict[int, int], set[tuple[int, int]], list[list[Incoming]]],
) -> None:
    lengths, bad, batches = case
    store = Store()
    waiting: list[Incoming] = []
    for batch in batches:
        waiting += store.receive(batch)
    while waiting:
        again = store.receive(waiting)
        assert len(again) < len(waiting)
        waiting = again
    for key, last in lengths.items():
        aggregate = ("thing", str(key))
        first_bad = min((version for one, version in bad if one == key), default=last + 1)
        effects = [version for one, version in store.effects if one == aggregate]
        assert effects == list(range(1, first_bad))
        assert store.parked[aggregate] == list(range(first_bad, last + 1))


@given(deliveries(), st.integers(1, 4))
def test_events_that_wait_too_long_are_parked_and_still_applied_in_order_once_the_missing_come(
    told: tuple[dict[int, int], set[tuple[int, int]], list[list[Incoming]]], patience: int
) -> None:
    lengths, _, batches = told
    store = Store()
    waited: dict[UUID, int] = defaultdict(int)
    waiting: list[Incoming] = []
    for batch in [*batches, *[[]] * 40]:
        clean = [replace(one, failure=None) for one in batch]
        here = sorted([*waiting, *clean], key=lambda one: one.stream_seq)
        overdue = {one.event_id for one in here if waited[one.event_id] >= patience}
        waiting = store.receive(here, overdue)
        for event_id in {one.event_id for one in waiting}:
            waited[event_id] += 1
        assert not [one for one in waiting if waited[one.event_id] > patience]
    assert waiting == []
    for key, last in lengths.items():
        aggregate = ("thing", str(key))
        assert [v for k, v in store.effects if k == aggregate] == list(range(1, last + 1))
        assert store.parked[aggregate] == []
