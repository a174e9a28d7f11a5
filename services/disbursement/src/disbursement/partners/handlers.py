"""Events in: a sealed list becomes files and payments, in the transaction of the sealing."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.disbursement import PaymentListSealed
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.accounts.service import Vault
from disbursement.partners import service


def handlers(vault: Vault) -> Handlers:
    """Give the room's handlers, which need the keys to write accounts into files."""

    async def on_sealed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
        for event in events:
            await service.prepare(session, vault, event.data.list_id)

    return [((PaymentListSealed,), on_sealed)]
