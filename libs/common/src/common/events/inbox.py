"""Events in: one transaction per batch, each event applied once and in its aggregate's order."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from enum import Enum
from uuid import UUID

from common.database.session import Database, Scope
from common.events import dead_letters, metrics
from common.events import inbox_store as store
from common.events.dispatch import Dispatcher
from common.events.failures import Failure, describe, is_transient
from common.events.incoming import Incoming
from common.events.plan import Plan, plan_batch

_LOG = logging.getLogger(__name__)


class Verdict(Enum):
    """What to tell the broker about a message."""

    DONE = "done"
    EARLY = "early"


class Inbox:
    """Applies batches of one producer's events to one service."""

    def __init__(
        self, db: Database, dispatcher: Dispatcher, *, service: str, producer: str
    ) -> None:
        """Keep the parts; nothing is opened here."""
        self._db = db
        self._dispatcher = dispatcher
        self._scope = Scope.service(f"{service}-worker")
        self.service = service
        self.producer = producer

    async def receive(
        self, batch: Sequence[Incoming], overdue: Collection[UUID] = ()
    ) -> dict[UUID, Verdict]:
        """Apply a batch. What can never be applied is parked, and does not hold up the rest.

        A batch that fails for good is halved until the culprit stands alone; so one bad event
        among 200 costs about sixteen transactions, and none costs one.

        Args:
            batch: messages of this producer.
            overdue: those that waited long enough for an earlier one: parked when it is still missing.

        Returns:
            A verdict per event id.

        Raises:
            Exception: transient (`failures.is_transient`); nothing of what failed was written,
                and the batch may simply be delivered again.
        """
        try:
            return await self._once(batch, overdue=overdue)
        except Exception as error:
            if is_transient(error):
                raise
            if len(batch) == 1:
                failure = describe(error)
                # Not the traceback: it could show values of a person.
                _LOG.error(
                    "event_parked: %s %s %s", batch[0].event_id, failure.reason, failure.detail
                )
                return await self._once(batch, failure, overdue=overdue)
        middle = len(batch) // 2
        ordered = sorted(batch, key=lambda one: one.stream_seq)
        first = await self.receive(ordered[:middle], overdue)
        return first | await self.receive(ordered[middle:], overdue)

    async def _once(
        self,
        batch: Sequence[Incoming],
        failure: Failure | None = None,
        *,
        overdue: Collection[UUID] = (),
    ) -> dict[UUID, Verdict]:
        labels = (self.service, self.producer)
        with metrics.BATCH_SECONDS.labels(*labels).time():
            async with self._db.transaction(self._scope) as session:
                await store.lock(session, self.producer)
                standing = await store.standing(session, self.producer, batch)
                plan = plan_batch(batch, standing, overdue)
                if failure is not None:
                    _park_instead(plan, failure)
                await store.record(session, self.producer, plan)
                events = [one.event for one in plan.apply if one.event is not None]
                await self._dispatcher.dispatch(session, events)
        metrics.APPLIED.labels(*labels).inc(len(plan.apply))
        metrics.PARKED.labels(*labels).inc(len(plan.park))
        metrics.DUPLICATES.labels(*labels).inc(len(plan.repeated))
        metrics.GAPS.labels(*labels).inc(len(plan.early))
        metrics.GAP_WAITING.labels(*labels).set(len(plan.early))
        await self._go_on_behind(plan)
        verdicts = {one.event_id: Verdict.DONE for one in batch}
        return verdicts | {one.event_id: Verdict.EARLY for one in plan.early}

    async def _go_on_behind(self, plan: Plan) -> None:
        """Play what was parked behind missing events that have come now; a failure stays parked."""
        if not plan.closed:
            return
        actor = f"{self.service}-worker"
        for aggregate in sorted(plan.closed):
            async with self._db.read(self._scope) as session:
                head = await store.first_letter(session, self.producer, aggregate)
            if head is not None:
                await dead_letters.requeue(self._db, self._dispatcher, head, actor=actor)


def _park_instead(plan: Plan, failure: Failure) -> None:
    """Park what was about to be applied."""
    for incoming in plan.apply:
        plan.park.append((incoming, failure))
    plan.apply.clear()
    plan.versions.clear()
    plan.closed.clear()
