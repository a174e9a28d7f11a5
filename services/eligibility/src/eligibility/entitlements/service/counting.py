"""Tell how many people are paid which benefit, for the statutory forms.

The open counts name labels and hide what is fewer than `SMALLEST_COUNT`; the exact counts of the
real groups, sealed ones among them, travel in a box that only reporting opens (ADR 0012).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from common.contracts.benefits import CATALOGUE, told_line
from common.contracts.eligibility import GroupCount, GroupsCounted
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from common.sealing import seal_for
from eligibility.entitlements import store
from eligibility.facts import service as facts
from eligibility.law import service as law

SMALLEST_COUNT = 5
"""Counts of fewer people are not shown outside the sealed scope."""

_BOX_BYTES = 8192
"""The sealed text is padded to a multiple of this, so that its length tells nothing."""

_Sums = dict[tuple[str, str], tuple[int, int]]


async def tell_counts(
    session: AsyncSession,
    month: Month,
    communes: Sequence[str] | None,
    *,
    today: date,
    public_key: str,
) -> int:
    """Emit the counts of each commune in which somebody is paid; gives how many communes.

    Args:
        session: the transaction.
        month: whose payments are counted.
        communes: only these; None: all that the scope may see.
        today: the business day.
        public_key: reporting's key for exact counts; empty: they are not sent.
    """
    rows = await store.paid_in(session, month.first_day, communes)
    named = await _with_sealed_groups(session, rows, month)
    versions = await store.next_versions(session, sorted({row["commune_code"] for row in rows}))
    events = []
    for commune, version in sorted(versions.items()):
        exact = _added(named, commune)
        shown = dict.fromkeys(
            ((told_line(*key).benefit, told_line(*key).group) for key in exact), (0, 0)
        )
        for key, (people, amount) in exact.items():
            line = told_line(*key)
            before = shown[line.benefit, line.group]
            shown[line.benefit, line.group] = (before[0] + people, before[1] + amount)
        data = GroupsCounted(
            commune_code=commune,
            month=month,
            counted_on=today,
            counts=tuple(_open_count(*key, *sums) for key, sums in sorted(shown.items())),
            sealed_counts=_box(exact, public_key) if public_key else None,
        )
        events.append(NewEvent(commune, version, data))
    await emit_many(session, events)
    return len(events)


def _added(rows: Sequence[Mapping[str, Any]], commune: str) -> _Sums:
    found: _Sums = {}
    for row in rows:
        if row["commune_code"] == commune:
            key = (row["benefit"], row["group_code"])
            people, amount = found.get(key, (0, 0))
            found[key] = (people + row["people"], amount + row["amount"])
    return found


def _open_count(benefit: str, group: str, people: int, amount: int) -> GroupCount:
    hidden = people < SMALLEST_COUNT
    return GroupCount(
        group=group,
        benefit=benefit,
        people=None if hidden else people,
        amount=None if hidden else amount,
    )


def _box(exact: _Sums, public_key: str) -> str:
    counts = [
        {"group": group, "benefit": benefit, "people": people, "amount": amount}
        for (benefit, group), (people, amount) in sorted(exact.items())
    ]
    text = json.dumps(counts)
    return seal_for(public_key, text.ljust(-(-len(text) // _BOX_BYTES) * _BOX_BYTES))


async def _with_sealed_groups(
    session: AsyncSession, rows: Sequence[Mapping[str, Any]], month: Month
) -> list[Mapping[str, Any]]:
    """Name the sealed group of each person who has the neutral code: of children, or of adults."""
    people = sorted({row["sealed_person"] for row in rows if row["sealed_person"] is not None})
    if not people:
        return list(rows)
    frame = await facts.months_frame(session, people, month, month)
    child, adult = (code for code, item in CATALOGUE.groups.items() if item.sealed)
    limit = law.current_law().latest.value("age_child_below", month.first_day).value
    born = frame.select(
        "person_id",
        (pl.col("birth_date").dt.offset_by(f"{limit}y") > pl.lit(month.first_day)).alias("child"),
    )
    children = set(born.filter("child")["person_id"])
    return [
        row
        if row["sealed_person"] is None
        else {**row, "group_code": child if str(row["sealed_person"]) in children else adult}
        for row in rows
    ]
