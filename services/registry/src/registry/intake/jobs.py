"""The import as long work: read whole, then taken in slice by slice; it goes on where it stopped."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from common.database.session import Scope
from common.kernel.months import Month
from common.sealing import BlindIndex, key_from_base64
from registry.areas import service as areas
from registry.intake.domain.files import RUBBISH_FROM, RUBBISH_SHARE, TooManyRefused
from registry.intake.domain.findings import Finding
from registry.intake.domain.header import Header
from registry.intake.domain.imports import Import, ImportNotFound
from registry.intake.domain.listing import Listing
from registry.intake.domain.notices import NoticeReading
from registry.intake.gateway.reading import Table, read_beneficiaries, read_deaths
from registry.intake.service import beneficiaries, deaths, match_waiting
from registry.intake.service.beneficiaries import Intake
from registry.intake.service.imports import open_sealed
from registry.intake.service.notices import by_number
from registry.intake.service.stated import keeper_of
from registry.intake.store import imports as store
from registry.intake.store import notices as notice_store

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from common.runtime.context import ServiceContext
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
        sealed = await store.sealed_file(session, import_id)
    table = await asyncio.to_thread(open_sealed, sealed, made, settings)
    if made.kind == "beneficiary_list" and made.list_month is not None:
        await _run_list(ctx, made, table, made.list_month)
    else:
        await _run_deaths(ctx, made, table)
    async with ctx.db.read(ctx.scope) as session:
        outcomes, findings = await store.counts(session, import_id)
    ctx.result({"import_id": str(import_id), "counts": outcomes, "findings": findings})


async def _run_list(ctx: OperationContext, made: Import, table: Table, list_month: Month) -> None:
    listing: Listing = await asyncio.to_thread(
        read_beneficiaries, table, made.commune_code, list_month, areas.book()
    )
    refuse_rubbish([row.refused for row in listing.rows])
    await _note_reading(ctx, made, table.header, len(listing.rows), table.findings)
    numbers = [row.person.personal_id for row in listing.rows if row.person.personal_id]
    former = [row.person.former_number for row in listing.rows if row.person.former_number]
    async with ctx.db.read(Scope.service("registry-intake")) as session:
        waiting = await notice_store.pending(session, numbers, former)
    intake = Intake(
        made=made,
        list_month=list_month,
        disbursement_key=ctx.settings.disbursement_public_key,
        digest=BlindIndex(_digest_key(ctx.settings)),
        waiting=by_number(waiting),
        now=ctx.clock.now(),
        keeper=keeper_of(ctx.settings),
    )
    # A death is often registered elsewhere: those notices are settled in the same transaction.
    scope = Scope(
        frozenset({made.commune_code, *(notice.commune_code for notice in waiting)}), ctx.actor
    )
    done = await _done(ctx, made)
    for number, rows in _slices(listing.rows, ctx.settings.intake_slice_rows):
        if ctx.cancelled():
            return
        if number in done:
            continue
        async with ctx.db.transaction(scope) as session:
            await beneficiaries.apply_slice(session, intake, number, rows)
            await ctx.progress(ctx.done + len(rows), len(listing.rows), session=session)


async def _run_deaths(ctx: OperationContext, made: Import, table: Table) -> None:
    now = ctx.clock.now()
    readings: list[NoticeReading] = await asyncio.to_thread(
        read_deaths, table, made.commune_code, now.date(), areas.book()
    )
    refuse_rubbish([reading.refused for reading in readings])
    await _note_reading(ctx, made, table.header, len(readings), table.findings)
    done = await _done(ctx, made)
    for number, rows in _slices(readings, ctx.settings.intake_slice_rows):
        if ctx.cancelled():
            return
        if number in done:
            continue
        async with ctx.db.transaction(Scope(None, ctx.actor)) as session:
            await deaths.apply_slice(session, made, number, rows, now)
            await ctx.progress(ctx.done + len(rows), len(readings), session=session)


def refuse_rubbish(refused: Sequence[bool]) -> None:
    """Refuse a file most of whose rows would be refused.

    Raises:
        TooManyRefused: more than half of the rows, and not just a few.
    """
    count = sum(refused)
    if count >= RUBBISH_FROM and count > RUBBISH_SHARE * len(refused):
        raise TooManyRefused(rows=len(refused), refused=count)


async def match_notices(ctx: ServiceContext) -> None:
    """Find people for notices that wait: who was registered or moved in since."""
    after: UUID | None = None
    while True:
        async with ctx.db.transaction(Scope.service("registry-civil-status")) as session:
            after = await match_waiting(session, after, now=ctx.clock.now())
        if after is None:
            return


async def _note_reading(
    ctx: OperationContext,
    made: Import,
    header: Header,
    rows: int,
    findings: Sequence[Finding],
) -> None:
    async with ctx.db.transaction(ctx.scope) as session:
        await store.set_reading(
            session,
            made,
            header_row=header.last_row + 1,
            columns=header.numbered(),
            row_count=rows,
            findings=findings,
        )


async def _done(ctx: OperationContext, made: Import) -> set[int]:
    async with ctx.db.read(ctx.scope) as session:
        return await store.applied_slices(session, made.import_id)


def _slices(rows: Sequence[T], size: int) -> Iterator[tuple[int, Sequence[T]]]:
    for number, start in enumerate(range(0, len(rows), size)):
        yield number, rows[start : start + size]


def _digest_key(settings: RegistrySettings) -> bytes:
    key = key_from_base64(settings.upload_key.get_secret_value())
    return hmac.digest(key, b"registry intake row digest", hashlib.sha256)
