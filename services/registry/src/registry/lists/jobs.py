"""The import as long work: read whole, then taken in slice by slice; it goes on where it stopped."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from common.database.session import Scope
from common.kernel.months import Month
from common.sealing import BlindIndex
from registry.areas import service as areas
from registry.lists.domain.imports import Import, ImportNotFound
from registry.lists.domain.monthly_names import MONTHLY_NAMES
from registry.lists.domain.notices import NoticeReading
from registry.lists.gateway.reading import Table, read_deaths
from registry.lists.service import deaths, monthly_names, slices
from registry.lists.service.beneficiaries import Intake
from registry.lists.service.imports import digest_key, opened
from registry.lists.service.spool import Spool
from registry.lists.service.stated import keeper_of
from registry.lists.store import imports as store
from registry.lists.store import results
from registry.notices import service as notices

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from registry.settings import RegistrySettings

T = TypeVar("T")


async def run_import(ctx: OperationContext) -> None:
    """Take a file in.

    Raises:
        TooManyRefused, ListEmpty: nothing of the file was taken in.
    """
    settings: RegistrySettings = ctx.settings
    import_id = UUID(str(ctx.params["import_id"]))
    async with ctx.db.read(ctx.scope) as session:
        made = await store.find(session, import_id)
    if made is None:
        raise ImportNotFound
    async with contextlib.AsyncExitStack() as stack:
        async with ctx.db.read(ctx.scope) as session:
            table = await stack.enter_async_context(opened(session, made, settings))
        if made.list_month is not None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ansinh-rows-"))
            size = slices.slice_rows(settings.intake_slice_rows, table)
            await _run_list(ctx, made, table, made.list_month, Spool(Path(folder), size))
        else:
            await _run_deaths(ctx, made, table)
    async with ctx.db.read(ctx.scope) as session:
        outcomes, findings = await results.counts(session, import_id)
    ctx.result({"import_id": str(import_id), "counts": outcomes, "findings": findings})


async def _run_list(
    ctx: OperationContext, made: Import, table: Table, list_month: Month, spool: Spool
) -> None:
    reader = slices.reader_of(table, made, list_month)
    async with ctx.db.read(Scope.service("registry-intake")) as session:
        numbers = await notices.awaited_numbers(session)
    found = await asyncio.to_thread(slices.survey, reader, numbers, spool=spool)
    size = await _note_reading(ctx, made, table, found.rows)
    async with ctx.db.read(Scope.service("registry-intake")) as session:
        reporters = await notices.reporters_of(session, found.awaited)
    intake = Intake(
        made=made,
        list_month=list_month,
        disbursement_key=ctx.settings.disbursement_public_key,
        digest=BlindIndex(digest_key(ctx.settings)),
        waiting=found.awaited,
        now=ctx.clock.now(),
        keeper=keeper_of(ctx.settings),
    )
    # A death is often registered elsewhere: those notices are settled in the same transaction.
    scope = Scope(frozenset({made.commune_code, *reporters}), ctx.actor)
    done, before = await _done(ctx, made)
    pieces = slices.slices(reader, intake, found, size=size, done=done)
    async with contextlib.aclosing(_ahead(pieces)) as prepared:
        async for piece in prepared:
            if ctx.cancelled():
                return
            before += piece.size
            async with ctx.db.transaction(scope) as session:
                await slices.apply(session, intake, reader, piece)
                await ctx.progress(before, found.rows, session=session)
    if made.kind == MONTHLY_NAMES:
        async with ctx.db.transaction(ctx.scope) as session:
            await monthly_names.ask_about_gone(session, made, ctx.clock.now())


async def _ahead(pieces: Iterator[T]) -> AsyncGenerator[T, None]:
    """Prepare the next piece in a thread while the one before is written."""
    upcoming = asyncio.create_task(asyncio.to_thread(next, pieces, None))
    try:
        while (piece := await upcoming) is not None:
            upcoming = asyncio.create_task(asyncio.to_thread(next, pieces, None))
            yield piece
    finally:
        # A thread cannot be stopped: wait for it, so that the file is closed behind it.
        await asyncio.gather(upcoming, return_exceptions=True)


async def _run_deaths(ctx: OperationContext, made: Import, table: Table) -> None:
    now = ctx.clock.now()
    readings: list[NoticeReading] = await asyncio.to_thread(
        read_deaths, table, made.commune_code, now.date(), areas.book()
    )
    slices.refuse_rubbish(len(readings), sum(1 for reading in readings if reading.refused))
    size = await _note_reading(ctx, made, table, len(readings))
    done, before = await _done(ctx, made)
    for number, rows in _slices(readings, size):
        if ctx.cancelled():
            return
        if number in done:
            continue
        before += len(rows)
        async with ctx.db.transaction(Scope(None, ctx.actor)) as session:
            await deaths.apply_slice(session, made, number, rows, now)
            await ctx.progress(before, len(readings), session=session)


async def _note_reading(ctx: OperationContext, made: Import, table: Table, rows: int) -> int:
    """Write down how the file is read; gives how many lines a slice has."""
    reading = store.Reading(
        header_row=table.header.last_row + 1,
        columns=table.header.numbered(),
        sheets=table.sheets,
        row_count=rows,
        findings=table.findings,
        slice_rows=slices.slice_rows(ctx.settings.intake_slice_rows, table),
    )
    async with ctx.db.transaction(ctx.scope) as session:
        return await store.set_reading(session, made, reading)


async def _done(ctx: OperationContext, made: Import) -> tuple[set[int], int]:
    """Give the slices that earlier runs took in, and how many rows they were."""
    async with ctx.db.read(ctx.scope) as session:
        applied = await results.applied_slices(session, made.import_id)
    return set(applied), sum(applied.values())


def _slices(rows: Sequence[T], size: int) -> Iterator[tuple[int, Sequence[T]]]:
    for number, start in enumerate(range(0, len(rows), size)):
        yield number, rows[start : start + size]
