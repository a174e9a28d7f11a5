"""Run a sweep slice by slice: read, compare, keep. Repeating a slice changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from common.kernel.months import Month
from common.operations import Operation
from common.operations import service as operations
from common.operations.domain import OperationNotFound
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.reviews.domain import SWEEP
from eligibility.reviews.service.sweep.finding import Found, Slice, find
from eligibility.reviews.service.sweep.loss_dates import with_true_days
from eligibility.reviews.store import sweeps as store

SLICE_PEOPLE = 100_000


@dataclass(frozen=True)
class Reading:
    """What a sweep reads once: papers that end, and records that were merged."""

    months: tuple[Month, Month]
    communes: Sequence[str] | None
    papers: pl.DataFrame
    merged: pl.DataFrame


@dataclass(frozen=True)
class Piece:
    """A slice that was read: its people from `first` to `last`, in the order of ids."""

    part: Slice
    first: str
    last: str
    size: int
    neutral_code: str


async def start_sweep(session: AsyncSession, month: Month, commune_code: str | None) -> UUID:
    """Queue the sweep of a month, over a commune or the province."""
    communes = None if commune_code is None else [commune_code]
    return await operations.start(
        session,
        SWEEP,
        {"month": str(month)},
        commune_code=commune_code,
        total=await facts.people_count(session, communes),
    )


async def sweep_of(session: AsyncSession, sweep_id: UUID) -> Operation:
    """Give a sweep.

    Raises:
        OperationNotFound: none, or not the caller's.
    """
    found = await operations.get(session, sweep_id)
    if found.kind != SWEEP:
        raise OperationNotFound
    return found


async def was_swept(session: AsyncSession, month: Month) -> bool:
    """Tell whether the province's sweep of a month was started."""
    return await store.sweep_started(session, str(month))


async def anyone(session: AsyncSession) -> bool:
    """Tell whether there is anybody to sweep: a new installation waits for its first people."""
    return await facts.people_count(session) > 0


async def read_once(session: AsyncSession, month: Month, communes: Sequence[str] | None) -> Reading:
    """Read what every slice of a sweep needs."""
    months = (month, month.next())
    papers = await store.read_papers(session, months[1].last_day)
    return Reading(months, communes, papers, await store.read_merged(session))


async def read_slice(
    session: AsyncSession, reading: Reading, after: UUID | None, limit: int
) -> Piece | None:
    """Read the next people, their facts in both months and what they receive."""
    frames = await facts.sheet_months(
        session, reading.months, communes=reading.communes, after=after, limit=limit
    )
    people = frames[0]["person_id"]
    if people.is_empty():
        return None
    first, last = str(people.min()), str(people.max())
    receipts = await store.read_receipts(session, (first, last))
    others = reading.merged.filter(pl.col("root").is_in(people.implode()))["person_id"]
    if others.len():
        named = [UUID(value) for value in others]
        more = await store.read_receipts(session, named)
        receipts = pl.concat([receipts, more]).unique("entitlement_id", maintain_order=True)
    part = Slice(reading.months, frames, receipts, reading.papers, reading.merged)
    return Piece(part, first, last, people.n_unique(), facts.neutral_code(session))


async def compare(piece: Piece, now: datetime) -> Found:
    """Apply the law to a slice, in a thread."""
    view = law.current_law().as_of(now.date())
    return await asyncio.to_thread(find, piece.part, view, law.outside(piece.neutral_code))


async def run_slice(
    session: AsyncSession, piece: Piece, found: Found, sweep: tuple[UUID, datetime],
    communes: Sequence[str] | None,
) -> tuple[int, int]:  # fmt: skip
    """Keep what was found of a slice; gives how many proposals are new and superseded."""
    await store.lock_sweeps(session)
    view = law.current_law().as_of(sweep[1].date())
    rows = await with_true_days(session, found.rows, piece.part, view)
    await store.put_explanations(session, found.explanations)
    return await store.replace_found(
        session,
        rows,
        (piece.first, piece.last),
        communes=communes,
        until=piece.part.months[1].first_day,
        sweep=sweep,
    )
