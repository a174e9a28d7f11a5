"""The states of people within months: as on the last day, and those that ended before it.

A right that is lost within a month is owed for that month (`law.domain.lost_rights`), so the law
reads the earlier states of the month too. They are rows of the same person and month with
`state_until`, the first day on which the state held no more; the row of the last day has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from common.kernel.months import Month, months_between
from eligibility.facts.store import reading as store
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.lost_rights import STATE_UNTIL
from eligibility.law.service import current_law

_ONE_QUERY_PEOPLE = 50
"""Up to so many people are read on all days at once; more are read day by day."""


def first_days(months: tuple[Month, Month], view: LawAsOf) -> list[date]:
    """Give the day before whose end a right counts for each month, by the switch.

    A right that ends on the 1st had its last day in the month before. By default it is not owed for
    the month that begins; by the other position a loss on the 1st counts from the month after.
    """
    return [
        month.first_day - timedelta(days=1)
        if view.switch("loss_on_the_first", month.first_day) == "month_after"
        else month.first_day
        for month in months_between(*months)
    ]


async def earlier_states(
    session: AsyncSession,
    people: pl.DataFrame,
    months: tuple[Month, Month],
    known: datetime | None,
) -> pl.DataFrame:
    """Name the states that ended within a month.

    Args:
        session: the transaction.
        people: `person_id`, `commune_code` of whom to read.
        months: first and last month.
        known: as known at this instant; None: now.

    Returns:
        `person_id`, `day` (a day of the state), `month` (ordinal), `state_until`.
    """
    starts = first_days(months, current_law().latest)
    bounds = (min(starts), months[1].last_day)
    ids = [UUID(value) for value in people["person_id"].unique(maintain_order=True)]
    own = await store.read_changes(session, ids, bounds, known)
    areas = await store.read_area_changes(session, bounds, known)
    changes = own
    if not areas.is_empty():
        placed = people.select("person_id", "commune_code").unique()
        by_place = placed.join(areas, on="commune_code").select("person_id", "day")
        changes = pl.concat([own, by_place]).unique()
    parts = [
        _states(changes, month, start)
        for month, start in zip(months_between(*months), starts, strict=True)
    ]
    return pl.concat(parts)


def _states(changes: pl.DataFrame, month: Month, start: date) -> pl.DataFrame:
    """Cut a month at its changes: each state but the last, from its first day to its end."""
    within = changes.filter((pl.col("day") > start) & (pl.col("day") <= month.last_day)).sort(
        "person_id", "day"
    )
    return within.select(
        "person_id",
        pl.col("day").shift(1).over("person_id").fill_null(start).alias("day"),
        pl.lit(month.ordinal, dtype=pl.Int32).alias("month"),
        pl.col("day").alias(STATE_UNTIL),
    )


async def read_states(
    session: AsyncSession, states: pl.DataFrame, known: datetime | None
) -> pl.DataFrame:
    """Read the facts of states, a row each, with `day`, `month` and `state_until`."""
    people = [UUID(value) for value in states["person_id"].unique(maintain_order=True)]
    days: list[date] = states["day"].unique().sort().to_list()
    if len(people) <= _ONE_QUERY_PEOPLE:
        found = [await store.read_days(session, people, days, known)]
    else:
        found = [await store.read_days(session, _of_day(states, day), [day], known) for day in days]
    return pl.concat(found).join(states, on=["person_id", "day"], how="inner")


def _of_day(states: pl.DataFrame, day: date) -> Sequence[UUID]:
    mine = states.filter(pl.col("day") == day)["person_id"].unique(maintain_order=True)
    return [UUID(value) for value in mine]
