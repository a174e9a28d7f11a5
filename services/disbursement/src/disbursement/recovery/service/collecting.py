"""A claim is told, paid back in parts, paid into the budget by slips, written off or set off.

Căn cứ: Điều 4 Thông tư 17/2024/TT-BTC (nộp trả ngân sách). No decree that was read names a
procedure towards the beneficiary, so nothing is set off without a ground that the province entered.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from common.audit import record
from common.contracts.disbursement import RecoverySettled
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.emit import emit
from common.kernel.months import Month
from disbursement.accounts import service as accounts
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import Posting, paid_into_budget, recovered
from disbursement.obligations import service as obligations
from disbursement.recovery.domain import (
    DayAhead,
    MoreThanClaimed,
    PlanDiffers,
    RecoveryClosed,
    RecoveryNotFound,
)
from disbursement.recovery.service.cases import RecoveryCase, get_case
from disbursement.recovery.store import collecting as store
from disbursement.sql import Record, columns


@dataclass(frozen=True, slots=True)
class Entry:
    """A receipt, or a treasury slip with the budget year that it goes back to."""

    kind: Literal["receipt", "treasury_slip"]
    amount: int
    on_day: date
    paper: str
    budget_year: int | None = None
    year_settled: bool | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a plan; `covered` is what the receipts cover of it."""

    number: int
    due_on: date
    amount: int
    covered: int


async def locked(session: AsyncSession, recovery_id: UUID) -> Record:
    """Give the sums of an open case, locked.

    Raises:
        RecoveryNotFound, RecoveryClosed: there is nothing to change.
    """
    found = await store.lock(session, recovery_id)
    if found is None:
        raise RecoveryNotFound
    return found


async def give_notice(session: AsyncSession, recovery_id: UUID, *, now: datetime) -> RecoveryCase:
    """Tell the person in writing what was received wrongly; nothing is deducted.

    Raises:
        RecoveryNotFound, RecoveryClosed: there is nothing to claim.
    """
    case = await get_case(session, recovery_id)
    if case.state != "open":
        raise RecoveryClosed
    months = ", ".join(month.month.display() for month in case.months)
    amount = f"{case.remaining:,}".replace(",", ".")
    told = accounts.Told(
        case.person_id, case.commune_code, "recovery", recovery_id, amount, f"tháng {months}"
    )
    await accounts.tell_citizens(session, [told], now)
    await store.noticed(session, recovery_id, now.date())
    await record(session, "recovery.noticed", "recovery", recovery_id)
    return await get_case(session, recovery_id)


async def plan_instalments(
    session: AsyncSession, recovery_id: UUID, parts: Sequence[tuple[date, int]]
) -> list[Instalment]:
    """Agree on instalments; they add up to what is left of the claim.

    Raises:
        PlanDiffers: another sum, or days that do not grow.
    """
    found = await locked(session, recovery_id)
    if found["state"] != "open":
        raise RecoveryClosed
    days = [day for day, _ in parts]
    # What was collected before the plan covers its first parts, so the plan repeats it in full.
    if sum(amount for _, amount in parts) != found["remaining"] + found["collected"]:
        raise PlanDiffers
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        raise PlanDiffers
    await store.replace_plan(session, recovery_id, found["commune_code"], columns(list(parts), 2))
    await record(session, "recovery.planned", "recovery", recovery_id, {"parts": len(parts)})
    return await instalments(session, recovery_id)


async def instalments(session: AsyncSession, recovery_id: UUID) -> list[Instalment]:
    """Give the plan of a case."""
    return [Instalment(**dict(row)) for row in await store.plan(session, recovery_id)]


async def entries(session: AsyncSession, recovery_id: UUID) -> list[Record]:
    """Give receipts and slips of a case."""
    return await store.entries(session, recovery_id)


async def take_entry(
    session: AsyncSession, recovery_id: UUID, entry: Entry, *, by: str, now: datetime
) -> RecoveryCase:
    """Take money of a claim in, or write down the slip that paid it into the budget.

    Raises:
        RecoveryNotFound: no such case.
        MoreThanClaimed: a receipt above what is left, or a slip above what was collected.
        DayAhead: the day has not come.
    """
    found = await locked(session, recovery_id)
    receipt = entry.kind == "receipt"
    left = found["remaining"] if receipt else found["collected"] - found["budgeted"]
    if entry.amount > left:
        raise MoreThanClaimed
    if entry.on_day > now.date():
        raise DayAhead
    entry_id = new_id()
    values = [
        entry_id, recovery_id, found["commune_code"], entry.kind, entry.amount, entry.on_day,
        entry.paper, entry.budget_year, entry.year_settled, by, now,
    ]  # fmt: skip
    await store.keep_entry(session, values)
    column = "collected" if receipt else "budgeted"
    slip = None if receipt else entry.paper
    changed = await store.add(session, recovery_id, column, entry.amount, slip)
    if receipt:
        await obligations.repay(session, recovery_id, entry.amount)
    posting = (recovered if receipt else paid_into_budget)(entry_id, recovery_id, entry.amount)
    await settle_part(session, found, changed, entry.kind, posting, now)
    return await get_case(session, recovery_id)


async def settle_part(
    session: AsyncSession,
    found: Record,
    changed: Record,
    kind: Literal["receipt", "treasury_slip", "write_off", "set_off"],
    posting: Posting,
    now: datetime,
) -> None:
    """Post and tell a change of a claim."""
    await ledger.post(
        session,
        [posting],
        commune_code=found["commune_code"],
        month=Month.of(now.date()),
        posted_on=now.date(),
    )
    recovery_id = found["recovery_id"]
    data = RecoverySettled(
        recovery_id=recovery_id,
        person_id=found["person_id"],
        commune_code=found["commune_code"],
        benefit=found["benefit"],
        kind=kind,
        amount=posting.amount,
        remaining=changed["remaining"],
    )
    await emit(session, data, aggregate_id=recovery_id, version=changed["version"])
    await record(session, f"recovery.{kind}", "recovery", recovery_id, {"amount": posting.amount})
