"""Numbers of the law and of the province that payment follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from common.database.session import AsyncSession
from disbursement.payroll.domain import PaymentRuleUnknown
from disbursement.payroll.store import rules as store


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """A number with its article; `source` is `law` or `province`."""

    code: str
    valid_from: date
    value: int
    basis: str
    source: str


async def rule(session: AsyncSession, code: str, on: date) -> PaymentRule:
    """Give a number as it stands on a day.

    Raises:
        PaymentRuleUnknown: the installation has none for that day.
    """
    row = await store.rule(session, code, on)
    if row is None:
        raise PaymentRuleUnknown
    return PaymentRule(**dict(row))


async def rules(session: AsyncSession, on: date) -> list[PaymentRule]:
    """Give every number as it stands on a day."""
    return [PaymentRule(**dict(row)) for row in await store.rules(session, on)]
