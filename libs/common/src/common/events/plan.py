"""What to do with each event of a batch: a pure decision, so that any order can be tried on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from common.events.failures import Failure
from common.events.incoming import Aggregate, Incoming

BEHIND = Failure("behind_parked", "an earlier event of the same aggregate is parked")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the service has seen so far, for the events and aggregates of one batch."""

    seen: Collection[UUID]
    """Event ids that are in the inbox."""
    applied: Mapping[Aggregate, int]
    """Last applied version."""
    parked: Mapping[Aggregate, int]
    """Highest parked version of aggregates that have an open dead letter."""


@dataclass(slots=True)
class Plan:
    """The batch, sorted by what happens to it; each list is in stream order."""

    apply: list[Incoming] = field(default_factory=list)
    park: list[tuple[Incoming, Failure]] = field(default_factory=list)
    repeated: list[Incoming] = field(default_factory=list)
    """Already applied or parked: nothing to do but to acknowledge."""
    early: list[Incoming] = field(default_factory=list)
    """An earlier version is still missing: must be delivered again, later."""
    versions: dict[Aggregate, int] = field(default_factory=dict)
    """Last applied version of each aggregate after this batch."""


def plan_batch(batch: Sequence[Incoming], standing: Standing) -> Plan:
    """Decide for each event of a batch.

    Version = last + 1 is applied (or parked, when unreadable or behind a parked one), a version
    already known is repeated, a later one is early.
    """
    plan = Plan()
    seen = set(standing.seen)
    frontier: dict[Aggregate, int] = dict(standing.applied)
    for key, version in standing.parked.items():
        frontier[key] = max(version, frontier.get(key, 0))
    blocked = set(standing.parked)
    for incoming in sorted(batch, key=lambda one: one.stream_seq):
        aggregate = incoming.aggregate
        if incoming.event_id in seen:
            plan.repeated.append(incoming)
        elif aggregate is None:
            seen.add(incoming.event_id)
            plan.park.append((incoming, incoming.failure or BEHIND))
        elif incoming.version <= frontier.get(aggregate, 0):
            plan.repeated.append(incoming)
        elif incoming.version > frontier.get(aggregate, 0) + 1:
            plan.early.append(incoming)
        else:
            seen.add(incoming.event_id)
            frontier[aggregate] = incoming.version
            if aggregate in blocked:
                plan.park.append((incoming, incoming.failure or BEHIND))
            elif incoming.failure is not None:
                blocked.add(aggregate)
                plan.park.append((incoming, incoming.failure))
            else:
                plan.versions[aggregate] = incoming.version
                plan.apply.append(incoming)
    return plan
