"""Answer what is known about people: in a month, now or as it was known on another day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from common.kernel.months import Month, months_between
from common.runtime.clock import VN_TZ
from eligibility.facts.domain import Person, PersonUnknown
from eligibility.facts.service.monthly_states import earlier_states, first_days, read_states
from eligibility.facts.store import reading as store
from eligibility.facts.store import sheet
from eligibility.law.domain.lost_rights import STATE_UNTIL
from eligibility.law.service import current_law


async def months_frame(
    session: AsyncSession,
    person_ids: Sequence[UUID],
    first: Month,
    last: Month,
    *,
    known_on: date | None = None,
) -> pl.DataFrame:
    """Give the facts that the law reads: per person and month those of its last day.

    Where facts changed within a month, its earlier states are rows beside it (`states`).

    The caller has made sure that the people, or what they are owed, are the actor's to see: rows
    that were told in another commune, before a move, count as well.

    Args:
        session: the transaction.
        person_ids: whom to read; who is unknown has no row.
        first: first month.
        last: last month, included.
        known_on: answer with what had been told by the end of this day; None: with all of it.
    """
    months = months_between(first, last)
    known = None if known_on is None else end_of(known_on)
    frame = await store.read_days(session, person_ids, [month.last_day for month in months], known)
    return await _with_earlier(session, frame, (first, last), known)


async def sheet_frame(
    session: AsyncSession,
    month: Month,
    *,
    communes: Sequence[str] | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """Give the facts of everyone the scope may see for one month, as known now: for sweeps.

    Reads the flat sheet; people for whom it does not hold in that month (something begins or ends
    between) are answered from their dated rows. The result equals `months_frame`.

    Args:
        session: the transaction.
        month: the month; facts as on its last day.
        communes: only people who live there now; None: every commune.
        after: the last person of the slice before; slices are in the order of `person_id`.
        limit: people in a slice; None: all.
    """
    (frame,) = await sheet_months(
        session, (month, month), communes=communes, after=after, limit=limit
    )
    return frame


async def sheet_months(
    session: AsyncSession,
    months: tuple[Month, Month],
    *,
    communes: Sequence[str] | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[pl.DataFrame]:
    """Give the facts of everyone the scope may see for each of some months, read once.

    Arguments as `sheet_frame`; every frame has the same people. Who is not on one day what they
    are on another is answered from dated rows.
    """
    days = [month.last_day for month in months_between(*months)]
    bounds = (first_days(months, current_law().latest)[0], days[-1])
    found = await sheet.read_sheet(session, bounds, communes=communes, after=after, limit=limit)
    places = (await store.read_area_changes(session, bounds, None))["commune_code"].unique()
    plain = pl.col("plain") & ~pl.col("commune_code").is_in(places.implode())
    areas = await store.read_areas(session, days, None)
    dated = [UUID(value) for value in found.filter(~plain)["person_id"]]
    held = found.filter(plain).drop("plain")
    frames = [
        _completed(session, _on_last_day(held.with_columns(day=pl.lit(day))), areas) for day in days
    ]
    if not dated:
        return frames
    read = await store.read_days(session, dated, days, None)
    rest = await _with_earlier(session, read, months, None)
    return [
        pl.concat(
            [frame, rest.filter(pl.col("month") == Month.of(day).ordinal).select(frame.columns)]
        )
        for frame, day in zip(frames, days, strict=True)
    ]


async def _with_earlier(
    session: AsyncSession,
    frame: pl.DataFrame,
    months: tuple[Month, Month],
    known: datetime | None,
) -> pl.DataFrame:
    """Add the earlier states of each month to the states of its last day."""
    states = await earlier_states(session, frame, months, known)
    whole = _on_last_day(frame)
    if not states.is_empty():
        more = await read_states(session, states, known)
        whole = pl.concat([whole, more.select(whole.columns)])
    days: list[date] = whole["day"].unique().sort().to_list()
    return _completed(session, whole, await store.read_areas(session, days, known))


def _on_last_day(frame: pl.DataFrame) -> pl.DataFrame:
    """Give rows of last days the columns of a state."""
    return frame.with_columns(
        (pl.col("day").dt.year() * 12 + pl.col("day").dt.month().cast(pl.Int32) - 1)
        .cast(pl.Int32)
        .alias("month"),
        pl.lit(None, dtype=pl.Date).alias(STATE_UNTIL),
    )


async def people_count(session: AsyncSession, communes: Sequence[str] | None = None) -> int:
    """Count the people whom `sheet_months` gives."""
    return await sheet.count_sheet(session, communes)


def neutral_code(session: AsyncSession) -> str:
    """Give this installation's code of the sealed group."""
    return str(getattr(session.info["settings"], "neutral_group_code", ""))


def end_of(day: date) -> datetime:
    """Give the last instant of a day in Việt Nam."""
    midnight = datetime.combine(day + timedelta(days=1), time(), VN_TZ)
    return midnight - timedelta(microseconds=1)


def _completed(session: AsyncSession, frame: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Put month, province and the classification of the place beside the facts."""
    settings = session.info["settings"]
    whole = areas.filter(pl.col("village") == "").select(
        "day", "commune_code", pl.col("difficult").alias("_whole")
    )
    part = areas.filter(pl.col("village") != "").rename({"difficult": "_part"})
    unlisted = None if areas.is_empty() else False
    return (
        frame.join(whole, on=["day", "commune_code"], how="left", maintain_order="left")
        .join(part, on=["day", "commune_code", "village"], how="left", maintain_order="left")
        .with_columns(
            # Who is on the list is difficult; once a list is known, who is not on it is not.
            pl.when(
                pl.col("_whole").fill_null(value=False) | pl.col("_part").fill_null(value=False)
            )
            .then(pl.lit(value=True))
            .otherwise(pl.lit(unlisted, dtype=pl.Boolean))
            .alias("area_difficult"),
            pl.lit(getattr(settings, "province_code", None), dtype=pl.String).alias(
                "province_code"
            ),
            pl.lit(None, dtype=pl.String).alias("hardship_class"),
        )
        .drop("_whole", "_part", "day")
    )


async def month_facts(
    session: AsyncSession, person_id: UUID, day: date, *, known_on: date | None = None
) -> dict[str, Any]:
    """Give one person's facts on a day, by the names that the law uses.

    A decision of that day knows what holds on it: neither what ended before nor what comes later.

    Raises:
        PersonUnknown: nothing was told about the person by then.
    """
    known = None if known_on is None else end_of(known_on)
    read = _on_last_day(await store.read_days(session, [person_id], [day], known))
    frame = _completed(session, read, await store.read_areas(session, [day], known))
    rows = frame.to_dicts()
    if not rows:
        raise PersonUnknown
    return rows[0]


async def received(session: AsyncSession, person_id: UUID, month: Month) -> Mapping[str, int]:
    """Give what a person is being paid in a month, đồng by benefit; what is held is not paid."""
    return await store.receipts(session, person_id, month.first_day)


async def had_in(session: AsyncSession, person_id: UUID, month: Month) -> Mapping[str, int]:
    """Give what a person was owed in a month, đồng by benefit, also when it ended with a death."""
    return await store.had_in(session, person_id, month.first_day)


async def person_by_personal_id(session: AsyncSession, personal_id: str) -> Person:
    """Give a person by the 12 digits.

    Raises:
        PersonUnknown: the registry has not told about this person, or not to this caller.
    """
    return _person(await store.find_person(session, personal_id=personal_id))


async def find_by_personal_id(session: AsyncSession, personal_id: str) -> Person | None:
    """Give a person by the 12 digits, or nobody."""
    row = await store.find_person(session, personal_id=personal_id)
    return None if row is None else _person(row)


async def ids_of(session: AsyncSession, personal_ids: Sequence[str]) -> Mapping[str, UUID]:
    """Give the person of each of the 12-digit numbers that are known to the caller."""
    return await store.ids_of(session, personal_ids)


async def places(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Give the commune where people live now, wherever in the province; who left it has none."""
    return await store.places(session, person_ids)


async def names(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Give people's names, for lists that officers read."""
    return await store.names(session, person_ids)


async def deaths(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """Give the days of death of those who are known to have died."""
    return await store.deaths(session, person_ids)


def _person(row: Any | None) -> Person:
    if row is None:
        raise PersonUnknown("Cần đăng ký người này ở hệ thống đăng ký trước.")
    return Person(
        person_id=row.person_id,
        personal_id=row.personal_id,
        full_name=row.full_name,
        birth_date=row.birth_date,
        birth_precision=row.birth_precision,
        sex=row.sex,
        commune_code=row.commune_code,
        death_date=row.death_date,
        version=row.version,
        merged_into=row.merged_into,
    )
