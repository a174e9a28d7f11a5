"""Events in: a list about to be sealed meets the differences of earlier months."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.disbursement import PaymentListSealed
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.reconciliation import service


async def on_sealed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Refuse, and so undo, the sealing when a partner is blocked."""
    for event in events:
        await service.check_not_blocked(session, event.data.list_id)


HANDLERS: Handlers = [((PaymentListSealed,), on_sealed)]
