"""Which column is which: proposed to a person, confirmed, remembered for the next file."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from registry.lists.domain.imports import Import
from registry.lists.domain.mapping import (
    ColumnProposal,
    MappingSettled,
    chosen_columns,
    fingerprint,
    missing,
    propose,
)
from registry.lists.gateway.reading import Table
from registry.lists.gateway.vocabulary import vocabulary
from registry.lists.service.imports import find, opened, queue
from registry.lists.store import imports as store
from registry.lists.store import mappings

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings

_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """The columns of an import's file as they are shown to whoever confirms them."""

    made: Import
    header_row: int
    proposals: Sequence[ColumnProposal]
    lacking: Sequence[str]
    """Needed fields that no column is proposed for."""
    fields: Sequence[str]
    """Every field that a column may hold."""


async def proposal(
    session: AsyncSession, import_id: UUID, *, settings: RegistrySettings
) -> MappingProposal:
    """Propose which column of an import's file is which.

    Raises:
        ImportNotFound: none that the caller may see.
    """
    made = await find(session, import_id)
    async with opened(session, made, settings) as table:
        proposals = proposals_of(table)
        named = [p.guess.field for p in proposals if p.guess is not None]
        return MappingProposal(
            made=made,
            header_row=table.header.last_row + 1,
            proposals=proposals,
            lacking=missing(made.kind, named),
            fields=list(vocabulary().columns[made.kind]),
        )


def proposals_of(table: Table) -> list[ColumnProposal]:
    """Propose a field for each column of a table."""
    part = table.parts[0]
    lines = [cells for _, cells in itertools.islice(part.below(), _LOOKED_AT)]
    return propose(part.header, lines, vocabulary().columns[table.kind])


async def confirm(
    session: AsyncSession,
    import_id: UUID,
    choice: Mapping[str, int],
    *,
    now: datetime,
    settings: RegistrySettings,
) -> Import:
    """Take a person's choice (field -> column from 1): the import runs, the choice is remembered.

    Raises:
        ImportNotFound: none that the caller may see.
        MappingSettled: the import does not wait for a choice.
        MappingInvalid: the choice cannot be used.
    """
    made = await find(session, import_id)
    await store.lock_commune(session, made.commune_code)
    made = await find(session, import_id)
    if made.operation_id is not None:
        raise MappingSettled
    async with opened(session, made, settings) as table:
        headings = table.header.headings
        known = vocabulary().columns[made.kind]
        columns = chosen_columns(made.kind, choice, known, len(headings))
    mark = fingerprint(headings)
    await mappings.settle(session, import_id, mark, columns)
    await mappings.remember(session, made, mark, columns, now)
    await store.set_operation(
        session, import_id, await queue(session, import_id, made.commune_code)
    )
    await audit.record(
        session, "import.mapping_confirmed", "import", import_id, {"fields": sorted(columns)}
    )
    return await find(session, import_id)
