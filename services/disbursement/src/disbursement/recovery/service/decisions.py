"""A claim is written off, or set off against a payment: one proposes, another one decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from common.audit import record
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.ledger.domain import forgiven
from disbursement.obligations import service as obligations
from disbursement.payroll import service as payroll
from disbursement.recovery.domain import (
    DecisionWaits,
    GroundExists,
    GroundUnknown,
    MonthIssued,
    MoreThanClaimed,
    ProposerDecidesRecovery,
    RecoveryDecisionNotFound,
)
from disbursement.recovery.service.collecting import locked, settle_part
from disbursement.recovery.store import collecting as store
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is proposed of a claim; a set-off names its ground and the month that pays less."""

    kind: Literal["write_off", "set_off"]
    amount: int
    basis: str
    ground: str | None = None
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class RecoveryDecision:
    """A proposal about a claim, and what became of it."""

    decision_id: UUID
    recovery_id: UUID
    commune_code: str
    kind: str
    amount: int
    basis: str
    ground: str | None
    month: Month | None
    proposed_by: str
    state: str
    decided_by: str | None
    reason: str | None


async def enter_ground(
    session: AsyncSession, code: str, title: str, basis: str, valid_from: date, *, by: str
) -> Record:
    """Enter a legal ground on which claims may be set off; it counts once another confirms it.

    Raises:
        GroundExists: the code was used before.
    """
    if not await store.enter_ground(session, [code, title, basis, valid_from, by]):
        raise GroundExists
    await record(session, "set_off_ground.entered", "set_off_ground", code)
    return await _ground(session, code)


async def confirm_ground(session: AsyncSession, code: str, *, by: str) -> Record:
    """Let a ground count, as another person than who entered it.

    Raises:
        GroundUnknown, GroundExists: there is none, or it does not wait for this person.
    """
    await _ground(session, code)
    if not await store.confirm_ground(session, code, by):
        raise GroundExists
    await record(session, "set_off_ground.confirmed", "set_off_ground", code)
    return await _ground(session, code)


async def _ground(session: AsyncSession, code: str) -> Record:
    found = await store.ground(session, code)
    if found is None:
        raise GroundUnknown
    return found


async def propose(
    session: AsyncSession, recovery_id: UUID, wanted: Wanted, *, by: str, now: datetime
) -> RecoveryDecision:
    """Propose to write a claim off, or to set it off.

    Raises:
        RecoveryNotFound: no such case.
        MoreThanClaimed: above what is left.
        GroundUnknown: a set-off without a ground in force that two people entered.
        DecisionWaits: another proposal waits.
    """
    found = await locked(session, recovery_id)
    if wanted.amount > found["remaining"]:
        raise MoreThanClaimed
    if wanted.kind == "set_off":
        ground = await store.ground(session, wanted.ground or "")
        if ground is None or ground["confirmed_by"] is None or ground["valid_from"] > now.date():
            raise GroundUnknown
    decision_id = new_id()
    values = [
        decision_id, recovery_id, found["commune_code"], wanted.kind, wanted.amount, wanted.basis,
        wanted.ground, wanted.month.first_day if wanted.month else None, by, now,
    ]  # fmt: skip
    try:
        await store.propose(session, values)
    except asyncpg.UniqueViolationError as error:
        raise DecisionWaits from error
    await record(session, f"recovery.{wanted.kind}_proposed", "recovery", recovery_id)
    return _decision(await _find(session, decision_id))


async def decide(
    session: AsyncSession,
    decision_id: UUID,
    decision: Literal["confirmed", "refused"],
    *,
    by: str,
    reason: str,
    now: datetime,
) -> RecoveryDecision:
    """Let a proposal count, or not.

    Raises:
        RecoveryDecisionNotFound: nothing waits.
        ProposerDecidesRecovery: the same person proposed it.
        MoreThanClaimed: less is left by now.
        MonthIssued: the month's list is sealed.
    """
    found = await _find(session, decision_id)
    if found["state"] != "proposed":
        raise RecoveryDecisionNotFound
    if found["proposed_by"] == by:
        raise ProposerDecidesRecovery
    await store.decide(session, decision_id, state=decision, by=by, reason=reason, now=now)
    if decision == "confirmed":
        await _apply(session, found, now)
    return _decision(await _find(session, decision_id))


async def _apply(session: AsyncSession, found: Record, now: datetime) -> None:
    case = await locked(session, found["recovery_id"])
    if found["amount"] > case["remaining"]:
        raise MoreThanClaimed
    if found["kind"] == "set_off":
        month = Month.of(found["month"])
        if await payroll.is_sealed(session, case["commune_code"], month):
            raise MonthIssued
        await obligations.record_extra(
            session,
            [
                (
                    case["person_id"], case["benefit"], month.first_day, case["commune_code"],
                    found["amount"],
                )
            ],
            f"set_off:{found['decision_id']}",
        )  # fmt: skip
        await obligations.repay(session, found["recovery_id"], found["amount"])
    column = "set_off" if found["kind"] == "set_off" else "written_off"
    changed = await store.add(session, found["recovery_id"], column, found["amount"])
    posting = forgiven(found["kind"], found["decision_id"], found["recovery_id"], found["amount"])
    await settle_part(session, case, changed, found["kind"], posting, now)


async def _find(session: AsyncSession, decision_id: UUID) -> Record:
    found = await store.decision(session, decision_id)
    if found is None:
        raise RecoveryDecisionNotFound
    return found


def _decision(row: Record) -> RecoveryDecision:
    values = {name: row[name] for name in RecoveryDecision.__slots__}
    month = Month.of(row["month"]) if row["month"] else None
    return RecoveryDecision(**{**values, "month": month})
