"""Telling which two records may be one human, so that they are not both paid before it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import DuplicateOutcome, DuplicateSettled, DuplicateSuspected
from common.events.emit import NewEvent, emit_many
from registry.quality.store import pairs as store
from registry.quality.store.pairs import Pair

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def tell_pairs(session: AsyncSession, commune_code: str | None, now: datetime) -> None:
    """Tell what a look found newly, and what it no longer found (None: in the whole province)."""
    suspected = await store.suspect(session, commune_code, now)
    if suspected:
        about = await store.described(session, suspected)
        await emit_many(session, [_suspected(pair, about) for pair in suspected])
    await _tell_settled(session, await store.let_go(session, commune_code, now))


async def settle_pairs(
    session: AsyncSession,
    pairs: Sequence[tuple[UUID, UUID]],
    outcome: DuplicateOutcome,
    now: datetime,
) -> None:
    """Tell what was decided about pairs; those that are not suspected are passed by."""
    await _tell_settled(session, await store.settle(session, pairs, outcome, now))


def _suspected(pair: Pair, about: dict[tuple[UUID, UUID], tuple[str, list[str]]]) -> NewEvent:
    commune, reasons = about[pair.earlier_id, pair.later_id]
    data = DuplicateSuspected(
        pair_id=pair.pair_id,
        earlier_person_id=pair.earlier_id,
        later_person_id=pair.later_id,
        commune_code=commune,
        reasons=tuple(reasons),
    )
    return NewEvent(pair.pair_id, pair.version, data)


async def _tell_settled(session: AsyncSession, pairs: Sequence[Pair]) -> None:
    events = [
        NewEvent(
            pair.pair_id,
            pair.version,
            DuplicateSettled.model_validate(
                {
                    "pair_id": pair.pair_id,
                    "earlier_person_id": pair.earlier_id,
                    "later_person_id": pair.later_id,
                    "outcome": pair.outcome,
                }
            ),
        )
        for pair in pairs
    ]
    await emit_many(session, events)
