"""Places in households that follow what happens to people: merges, and what is undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from registry.households.domain import Cause, Membership
from registry.households.service.households import Households
from registry.households.store import timelines as store


async def follow_merges(households: Households, pairs: Mapping[UUID, UUID]) -> None:
    """Let records that stay (values) take the place of those that cease (keys) from today on.

    A record that is in a household of its own stays there. The rows say that they come from a
    merge, and what they take the place of is set aside.
    """
    await households.load_of([*pairs, *pairs.values()])
    today = households.today
    for gone, into in pairs.items():
        home = next((row for row in households.memberships(gone) if row.on(today)), None)
        households.end(gone, today, "merge")
        person_is_home = any(
            row.valid_to is None or row.valid_to > today for row in households.memberships(into)
        )
        if home is not None and home.valid_to is None and not person_is_home:
            households.add(
                replace(home, person_id=into, valid_from=today, cause="merge", cause_person=gone)
            )


async def follow_partings(households: Households, pairs: Mapping[UUID, UUID]) -> None:
    """Undo what `follow_merges` did for records that stand again (keys)."""
    await households.load_of([*pairs, *pairs.values()])
    for gone, out_of in pairs.items():
        for row in households.memberships(out_of):
            if row.cause == "merge" and row.cause_person == gone:
                households.withdraw(row)
    await put_back(households, pairs, "merge")


async def put_back(households: Households, person_ids: Collection[UUID], cause: Cause) -> None:
    """Let memberships hold again that a cause, which is undone, had ended."""
    rows: list[Membership] = await store.take_from_aside(households.session, person_ids, cause)
    await households.load_of(person_ids)
    await households.load({row.household_id for row in rows})
    for row in rows:
        households.put_back(row)
