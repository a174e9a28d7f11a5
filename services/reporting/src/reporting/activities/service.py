"""Enter, correct, list and count what an office does in its year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from common.audit import record
from common.database.session import AsyncSession
from reporting.activities import store
from reporting.activities.domain import (
    Activity,
    ActivityKind,
    ActivityKindUnknown,
    ActivityNotFound,
    ActivityReplaced,
)

MOST_NOTES = 2000
"""Most entries that one report tells in words, the newest of its period."""


@cache
def kinds() -> Mapping[str, ActivityKind]:
    """Read the kinds from their data file."""
    source = files("reporting.activities").joinpath("data", "kinds.toml")
    entries = tomllib.loads(source.read_text(encoding="utf-8"))["kind"]
    return {
        entry["code"]: ActivityKind(**{**entry, "duties": tuple(entry.get("duties", ()))})
        for entry in entries
    }


def kind_of(code: str) -> ActivityKind:
    """Give a kind.

    Raises:
        ActivityKindUnknown: the detail names those that exist.
    """
    found = kinds().get(code)
    if found is None:
        raise ActivityKindUnknown(f"Các loại hiện có: {', '.join(sorted(kinds()))}.")
    return found


async def enter(session: AsyncSession, activity: Activity) -> Activity:
    """Keep an entry; one that replaces another keeps its place and kind.

    Raises:
        ActivityKindUnknown, ActivitySourceRequired: not an entry of any kind, or one that lacks
            what its kind needs.
        ActivityNotFound: the entry to replace is absent or another commune's or kind's.
        ActivityReplaced: it is replaced already.
    """
    activity.check(kind_of(activity.kind))
    if activity.replaces is not None:
        before = await store.find(session, activity.replaces)
        same = (activity.commune_code, activity.kind)
        if before is None or (before.commune_code, before.kind) != same:
            raise ActivityNotFound
        if await store.is_replaced(session, activity.replaces):
            raise ActivityReplaced
    await store.insert(session, activity)
    detail = {"kind": activity.kind, "commune_code": activity.commune_code}
    await record(session, "activity.entered", "activity", activity.activity_id, detail)
    return activity


async def list_activities(
    session: AsyncSession, filters: Mapping[str, Any], *, after: UUID | None, limit: int
) -> Sequence[Activity]:
    """List entries that stand, the newest first."""
    return await store.page(session, filters, after=after, limit=limit)


async def entered(
    session: AsyncSession, communes: Sequence[str] | None, first: date, last: date
) -> dict[str, tuple[int, int]]:
    """Count entries by kind as quantity and đồng: sums of the period, base figures at its end."""
    added = await store.sums(session, communes, first, last)
    standing = [code for code, kind in kinds().items() if kind.counted == "latest"]
    newest = await store.latest(session, communes, standing, last)
    period = {code: values for code, values in added.items() if code not in standing}
    return {**period, **{code: (quantity, 0) for code, quantity in newest.items()}}


async def notes(
    session: AsyncSession, communes: Sequence[str] | None, first: date, last: date
) -> dict[str, tuple[str, ...]]:
    """Give what was entered in a period in words, by kind, in the order of its days."""
    filters = {
        "kind": None,
        "communes": None if communes is None else list(communes),
        "first": first,
        "last": last,
    }
    found: dict[str, list[Activity]] = {}
    for activity in await store.page(session, filters, after=None, limit=MOST_NOTES):
        found.setdefault(activity.kind, []).append(activity)
    return {
        kind: tuple(one.in_words() for one in sorted(entries, key=lambda one: one.happened_on))
        for kind, entries in sorted(found.items())
    }
