"""The import of a poverty list as long work: slice by slice, and it goes on where it stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from registry.households.domain.poverty_list import PovertyListNotFound
from registry.households.service import list_slices
from registry.households.service.poverty_lists import open_sealed
from registry.households.store import poverty_lists as store

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from registry.settings import RegistrySettings

_HOUSEHOLDS_PER_SLICE = 500


async def run_poverty_list(ctx: OperationContext) -> None:
    """Take a list in; then, when it is complete, end the classes of those who are not on it.

    Raises:
        PovertyListNotFound: the list is gone.
    """
    settings: RegistrySettings = ctx.settings
    list_id = UUID(str(ctx.params["list_id"]))
    async with ctx.db.read(ctx.scope) as session:
        made = await store.find(session, list_id)
        if made is None:
            raise PovertyListNotFound
        sealed = await store.sealed_file(session, list_id)
    listed = await asyncio.to_thread(open_sealed, sealed, made, settings)
    now = ctx.clock.now()
    row_count = sum(len(household.rows) for household in listed)
    size = _HOUSEHOLDS_PER_SLICE
    for number, start in enumerate(range(0, len(listed), size)):
        if ctx.cancelled():
            return
        if number < made.applied_slices:
            continue
        part = listed[start : start + size]
        async with ctx.db.transaction(ctx.scope) as session:
            await list_slices.apply_slice(session, made, part, now)
            await store.note_slice(session, made, number + 1, row_count)
            await ctx.progress(start + len(part), len(listed), session=session)
    while made.complete and not ctx.cancelled():
        async with ctx.db.transaction(ctx.scope) as session:
            missing = (await list_slices.missing_households(session, made))[:size]
            if not missing:
                break
            await list_slices.end_classes(session, made, missing, now)
    async with ctx.db.read(ctx.scope) as session:
        rows, households = await store.counts(session, list_id)
    ctx.result({"list_id": str(list_id), "rows": rows, "households": households})
