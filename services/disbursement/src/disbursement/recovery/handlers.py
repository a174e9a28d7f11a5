"""Events in: months paid too much become cases; months without collecting are told."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.disbursement import PaymentListSealed, PaymentResultsRecorded
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.recovery import service


async def on_sealed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Open cases in the transaction of the sealing."""
    for event in events:
        await service.open_cases(session, event.data.list_id, event.data.sealed_on)


async def on_results(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Tell who collected nothing for months in a row."""
    missed = [
        result.line_id
        for event in events
        for result in event.data.results
        if event.data.kind == "monthly" and result.outcome == "uncollected"
    ]
    if missed:
        today = session.info["clock"].today()
        await service.report_uncollected(session, missed, today)


HANDLERS: Handlers = [((PaymentListSealed,), on_sealed), ((PaymentResultsRecorded,), on_results)]
