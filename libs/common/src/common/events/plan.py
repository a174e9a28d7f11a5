"""What to do with each event of a batch: a pure decision, so that any order can be tried on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from common.events.failures import Failure
from common.events.incoming import Aggregate, Incoming

BEHIND = Failure("behind_parked", "an earlier event of the same aggregate is parked")
MISSING = Failure("earlier_missing", "an earlier event of the same aggregate has not come")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the service has seen so far, for the events and aggregates of one batch."""

    seen: Collection[UUID]
    """Event ids that are in the inbox."""
    applied: Mapping[Aggregate, int]
    """Last applied version."""
    parked: Mapping[Aggregate, Collection[int]]
    """Versions that have an open dead letter."""


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
    closed: set[Aggregate] = field(default_factory=set)
    """Aggregates whose missing events have all come: what was parked behind them can go on."""


def plan_batch(
    batch: Sequence[Incoming], standing: Standing, overdue: Collection[UUID] = ()
) -> Plan:
    """Decide for each event of a batch.

    Version = last + 1 is applied (or parked, when unreadable or behind a parked one), a version
    already known is repeated, a later one is early. An early one that is `overdue` is parked, so
    that it does not take a place among the messages in hand for ever; when the missing ones come
    after all they are applied in their place.
    """
    plan = Plan()
    seen = set(standing.seen)
    applied: dict[Aggregate, int] = dict(standing.applied)
    parked = {key: set(versions) for key, versions in standing.parked.items()}
    for incoming in sorted(batch, key=lambda one: one.stream_seq):
        aggregate, version = incoming.aggregate, incoming.version
        if incoming.event_id in seen:
            plan.repeated.append(incoming)
        elif aggregate is None:
            seen.add(incoming.event_id)
            plan.park.append((incoming, incoming.failure or BEHIND))
        elif version <= applied.get(aggregate, 0) or version in parked.get(aggregate, ()):
            plan.repeated.append(incoming)
        else:
            late = incoming.event_id in overdue
            known = parked.setdefault(aggregate, set())
            if _place(plan, incoming, aggregate, applied, known, late=late):
                seen.add(incoming.event_id)
    return plan


def _place(
    plan: Plan,
    incoming: Incoming,
    aggregate: Aggregate,
    applied: dict[Aggregate, int],
    parked: set[int],
    *,
    late: bool,
) -> bool:
    """Apply, park or send back a version not known yet; tell whether it need not come again."""
    version = incoming.version
    is_next = version == applied.get(aggregate, 0) + 1
    if is_next and incoming.failure is None:
        applied[aggregate] = version
        plan.versions[aggregate] = version
        plan.apply.append(incoming)
        if version + 1 in parked:
            plan.closed.add(aggregate)
        return True
    if not is_next and version - 1 not in parked and not late:
        plan.early.append(incoming)
        return False
    reason = BEHIND if version - 1 in parked else MISSING
    plan.park.append((incoming, incoming.failure or reason))
    parked.add(version)
    return True
