"""What nobody collected, and what of a claim came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.obligations.store import obligation_states


@dataclass(frozen=True, slots=True)
class NotCollected:
    """A month that waits although nobody is paid for it any more."""

    obligation_id: UUID
    person_id: UUID
    benefit: str
    month: Month
    amount: int
    returned: bool


async def not_collected(
    session: AsyncSession, commune_code: str, through: Month
) -> list[NotCollected]:
    """Give what was not collected of people whose benefit is suspended, held or stopped."""
    rows = await obligation_states.not_collected(session, commune_code, through.first_day)
    return [NotCollected(**{**dict(row), "month": Month.of(row["month"])}) for row in rows]


async def give_back(session: AsyncSession, obligations: Sequence[UUID]) -> tuple[int, int, int]:
    """Cancel what goes back to the budget; a resumed benefit owes it anew.

    Returns:
        How many, the sum that was payable, and the sum that had come back from a partner.
    """
    rows = await obligation_states.give_back(session, obligations)
    back = sum(row["amount"] for row in rows if row["returned"])
    return len(rows), sum(row["amount"] for row in rows) - back, back


async def repay(session: AsyncSession, recovery_id: UUID, amount: int) -> None:
    """Money of a claim came back, or was set off: its oldest months count as repaid first."""
    await obligation_states.repay(session, recovery_id, amount)
