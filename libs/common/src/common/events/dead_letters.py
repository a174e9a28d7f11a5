"""Parked events: list them, play them again in order, or give one up with a reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from common.contracts.catalogue import STREAMS
from common.database.session import AsyncSession, Database, Scope
from common.events import dead_letter_store as store
from common.events import inbox_store
from common.events.dead_letter_store import DeadLetter
from common.events.dispatch import Dispatcher
from common.events.failures import Failure, describe, is_transient
from common.events.incoming import read_message
from common.events.plan import MISSING
from common.kernel.errors import Conflict, NotFound

__all__ = ["DeadLetter", "Replay", "discard", "list_dead_letters", "requeue", "requeue_all"]

_LOG = logging.getLogger(__name__)


class DeadLetterNotFound(
    NotFound, code="dead_letter_not_found", title="Không tìm thấy sự kiện đang chờ xử lý"
):
    """No such parked event, or it is no longer open."""


class EarlierLetterOpen(
    Conflict,
    code="earlier_dead_letter_open",
    title="Còn sự kiện trước đó của cùng đối tượng chưa được xử lý",
):
    """An earlier event of the same aggregate is still parked."""


@dataclass(frozen=True, slots=True)
class Replay:
    """How far a requeue came: events applied, and events of these aggregates still parked."""

    applied: int
    remaining: int


async def list_dead_letters(
    session: AsyncSession, *, status: str = "open", after: UUID | None = None, limit: int = 100
) -> list[DeadLetter]:
    """List parked events, oldest first; `after` is the id of the last one already shown."""
    return await store.select(session, status=status, after=after, limit=limit)


async def requeue(
    db: Database,
    dispatcher: Dispatcher,
    letter_id: UUID,
    *,
    actor: str,
    accept_missing: bool = False,
) -> Replay:
    """Play the parked events of a letter's aggregate again, in order, up to the first failure.

    Each is one transaction. One that fails again stays parked with its new reason. One whose earlier
    event is missing stays parked, unless `accept_missing` says that a person decided to go on without
    it (events carry full state, so what follows stands on its own).

    Raises:
        DeadLetterNotFound: no such open letter.
        Exception: transient; nothing was lost, call again.
    """
    async with db.read(Scope.service(actor)) as session:
        letter = await store.find(session, letter_id)
    if letter is None or letter.status != "open":
        raise DeadLetterNotFound
    applied = 0
    while await _replay_head(db, dispatcher, letter, actor, accept_missing=accept_missing):
        applied += 1
        accept_missing = False
        if not letter.aggregate_id:
            break
    async with db.read(Scope.service(actor)) as session:
        return Replay(applied, await store.count_open(session, letter))


async def requeue_all(db: Database, dispatcher: Dispatcher, *, actor: str) -> Replay:
    """Play all parked events again, aggregate by aggregate (after an upgrade that cured them)."""
    async with db.read(Scope.service(actor)) as session:
        heads = await store.heads(session)
    applied = remaining = 0
    for head in heads:
        try:
            replay = await requeue(db, dispatcher, head, actor=actor)
        except DeadLetterNotFound:
            continue
        applied += replay.applied
        remaining += replay.remaining
    return Replay(applied, remaining)


async def discard(db: Database, letter_id: UUID, *, actor: str, reason: str) -> None:
    """Give up the first parked event of an aggregate for good; the ones behind it can then go on.

    Raises:
        DeadLetterNotFound: no such open letter.
        EarlierLetterOpen: another one of the aggregate comes first.
    """
    scope = Scope.service(actor)
    async with db.read(scope) as session:
        letter = await store.find(session, letter_id)
    if letter is None:
        raise DeadLetterNotFound
    async with db.transaction(scope) as session:
        await inbox_store.lock(session, letter.producer)
        head = await store.head(session, letter)
        if head is None:
            raise DeadLetterNotFound
        if head.id != letter_id:
            raise EarlierLetterOpen
        await store.resolve(session, head.id, status="discarded", actor=actor, note=reason)
        await _step_over(session, head)


async def _replay_head(
    db: Database,
    dispatcher: Dispatcher,
    letter: DeadLetter,
    actor: str,
    *,
    accept_missing: bool,
) -> bool:
    """Apply the first parked event of the letter's aggregate; tell whether one was applied."""
    scope = Scope.service(actor)
    head: DeadLetter | None = None
    try:
        async with db.transaction(scope) as session:
            await inbox_store.lock(session, letter.producer)
            head = await store.head(session, letter)
            if head is None:
                return False
            incoming = read_message(
                head.subject,
                head.payload.encode(),
                stream=STREAMS[head.producer],
                stream_seq=head.stream_seq,
            )
            if incoming.event is None:
                await _still_parked(session, head, incoming.failure)
                return False
            if not accept_missing and await _is_missing_before(session, head):
                await _still_parked(session, head, MISSING)
                return False
            await store.resolve(session, head.id, status="replayed", actor=actor, note="")
            await _step_over(session, head)
            await dispatcher.dispatch(session, [incoming.event])
    except Exception as error:
        if is_transient(error) or head is None:
            raise
        failure = describe(error)
        _LOG.warning("event_still_parked: %s %s", head.event_id, failure.reason)
        async with db.transaction(scope) as session:
            await _still_parked(session, head, failure)
        return False
    return True


async def _is_missing_before(session: AsyncSession, head: DeadLetter) -> bool:
    if not head.aggregate_id:
        return False
    aggregate = (head.aggregate_type, head.aggregate_id)
    applied = await inbox_store.applied_version(session, head.producer, aggregate)
    return head.aggregate_version > applied + 1


async def _still_parked(session: AsyncSession, head: DeadLetter, failure: Failure | None) -> None:
    if failure is not None:
        await store.note_attempt(session, head.id, failure)


async def _step_over(session: AsyncSession, head: DeadLetter) -> None:
    if head.aggregate_id:
        versions = {(head.aggregate_type, head.aggregate_id): head.aggregate_version}
        await inbox_store.advance(session, head.producer, versions)
