"""Events in: with each sealed list the months that were paid too much become cases."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.disbursement import PaymentListSealed
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.recovery import service


async def on_sealed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Open cases in the transaction of the sealing."""
    for event in events:
        await service.open_cases(session, event.data.list_id, event.data.sealed_on)


HANDLERS: Handlers = [((PaymentListSealed,), on_sealed)]
