"""The first rows of a list as they would be understood, with their outcomes; nothing is written."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.sealing import BlindIndex
from registry.lists.domain.findings import Finding
from registry.lists.domain.imports import Import, PreviewOfNotices
from registry.lists.domain.listing import mark_duplicates, read_rows
from registry.lists.domain.monthly_names import MONTHLY_NAMES
from registry.lists.domain.questions import Choices
from registry.lists.domain.rows import RowReading
from registry.lists.gateway.reading import Table
from registry.lists.service import monthly_names, slices
from registry.lists.service.beneficiaries import Intake, apply_slice
from registry.lists.service.imports import digest_key, find, opened
from registry.lists.service.layouts import found_in
from registry.lists.service.mappings import Confirmation, choices_of
from registry.lists.service.stated import keeper_of
from registry.lists.store import imports as store
from registry.lists.store import results

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings

PREVIEW = -1
"""Number of the slice that never stays."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it was understood, and what would become of it."""

    reading: RowReading
    outcome: str
    findings: Sequence[Finding]


class _Undo(Exception):
    """Ends the savepoint in which the rows were tried."""


async def preview(
    session: AsyncSession,
    import_id: UUID,
    *,
    limit: int,
    now: datetime,
    settings: RegistrySettings,
    told: Confirmation | None = None,
) -> list[PreviewRow]:
    """Try the first rows of an import, and undo it.

    Read by what the officer says, else by what was confirmed, else by what is proposed.

    Raises:
        ImportNotFound: none that the caller may see.
        PreviewOfNotices: only lists of beneficiaries have a preview.
        MappingInvalid, AnswersNeeded: what the officer says cannot be used.
    """
    made = await find(session, import_id)
    if made.list_month is None:
        raise PreviewOfNotices
    found = found_in(settings, made)
    choices = choices_of(made, found, told) if told else None
    if choices is None and made.mapping is None:
        choices = Choices(columns=found.proposed)
    async with opened(session, made, settings, choices) as table:
        readings = _first_rows(table, made, limit)
    intake = Intake(
        made=made,
        list_month=made.list_month,
        disbursement_key=settings.disbursement_public_key,
        digest=BlindIndex(digest_key(settings)),
        waiting=frozenset(),
        now=now,
        keeper=keeper_of(settings),
    )
    outcomes = await _try(session, intake, readings)
    await audit.record(session, "import.previewed", "import", import_id, {"rows": len(readings)})
    return [
        PreviewRow(reading, outcomes[reading.row_number], reading.findings) for reading in readings
    ]


def _first_rows(table: Table, made: Import, limit: int) -> list[RowReading]:
    part = table.parts[0]
    if made.list_month is None:
        return []
    context = slices.reader_of(table, made, made.list_month).context(part)
    lines = itertools.islice(part.below(), 4 * limit)
    readings = read_rows(lines, part.header, context)[:limit]
    mark_duplicates(readings)
    return readings


async def _try(
    session: AsyncSession, intake: Intake, readings: Sequence[RowReading]
) -> dict[int, str]:
    outcomes: dict[int, str] = {}
    told_before = session.info.get("outbox_written", False)
    await store.lock_commune(session, intake.made.commune_code)
    # An import that was taken in already has these rows: they are tried as those of another one.
    other = replace(intake, made=replace(intake.made, import_id=UUID(int=0)))
    try:
        async with session.begin_nested():
            await store.copy_for_preview(session, intake.made.import_id, other.made.import_id)
            if other.made.kind == MONTHLY_NAMES:
                await monthly_names.apply_slice(
                    session, other.made, PREVIEW, readings, now=other.now
                )
            else:
                await apply_slice(session, other, PREVIEW, readings)
            outcomes = await results.outcomes(session, other.made.import_id)
            raise _Undo  # noqa: TRY301 - it ends the savepoint
    except _Undo:
        session.info["outbox_written"] = told_before
    return outcomes
