"""What follows when a payment fails: a table that the province reads and changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.audit import record
from common.contracts.disbursement import BeneficiaryReportedDead
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from disbursement.accounts import service as accounts
from disbursement.partners.domain import ActionNotProposed, HoldNotFound, ReasonUnknown
from disbursement.partners.store import cases as store
from disbursement.sql import Record, columns

_DEAD = "beneficiary_deceased"
_OTHER_WAY = frozenset({"correct_account", "pay_cash"})


@dataclass(frozen=True, slots=True)
class Hold:
    """A person whose money is held until somebody has checked."""

    hold_id: UUID
    person_id: UUID
    commune_code: str
    reason: str
    source: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class FailureAction:
    """What follows after a reason; a proposed action does not count yet."""

    reason: str
    action: str
    note: str
    proposed_action: str | None
    proposed_by: str | None
    changed_by: str


async def follow_failures(
    session: AsyncSession, partner: str, lost: Sequence[Record], now: datetime
) -> None:
    """Act on failed and returned payments as the table says; a reported death is told at once."""
    if not lost:
        return
    actions = await store.actions(session)
    refused = [
        (row["account_id"], row["reason"])
        for row in lost
        if row["account_id"] is not None and actions.get(row["reason"]) in _OTHER_WAY
    ]
    await accounts.reject(session, refused, now)
    held = [
        (row["person_id"], row["commune_code"], row["reason"], partner)
        for row in lost
        if actions.get(row["reason"]) == "hold_and_check" or row["reason"] == _DEAD
    ]
    made = await store.hold(session, columns(held, 4), now) if held else []
    told = [row for row in made if row["reason"] == _DEAD]
    await emit_many(
        session,
        [
            NewEvent(
                row["hold_id"],
                1,
                BeneficiaryReportedDead(
                    report_id=row["hold_id"],
                    person_id=row["person_id"],
                    commune_code=row["commune_code"],
                    partner=partner,
                    reported_on=now.date(),
                ),
            )
            for row in told
        ],
    )


async def holds(
    session: AsyncSession, *, commune_code: str | None, after: UUID | None, limit: int
) -> list[Hold]:
    """Give the people whose money is held."""
    rows = await store.holds(session, commune_code=commune_code, after=after, limit=limit)
    return [Hold(**dict(row)) for row in rows]


async def release_hold(
    session: AsyncSession, hold_id: UUID, *, by: str, reason: str, now: datetime
) -> Hold:
    """Pay a person again after the check.

    Raises:
        HoldNotFound: no such hold stands.
    """
    row = await store.release(session, hold_id, by=by, reason=reason, now=now)
    if row is None:
        raise HoldNotFound
    await record(session, "payee_hold.released", "person", row["person_id"])
    return Hold(**dict(row))


async def failure_actions(session: AsyncSession) -> list[FailureAction]:
    """Give the table."""
    return [FailureAction(**dict(row)) for row in await store.list_actions(session)]


async def propose_action(session: AsyncSession, reason: str, action: str, *, by: str) -> None:
    """Propose another action after a reason.

    Raises:
        ReasonUnknown: no partner can say it.
    """
    if not await store.propose_action(session, reason, action, by):
        raise ReasonUnknown
    await record(session, "failure_action.proposed", "failure_action", reason, {"action": action})


async def confirm_action(session: AsyncSession, reason: str, *, by: str, now: datetime) -> None:
    """Let a proposed action count.

    Raises:
        ActionNotProposed: nobody else proposed one.
    """
    if not await store.confirm_action(session, reason, by, now):
        raise ActionNotProposed
    await record(session, "failure_action.confirmed", "failure_action", reason)
