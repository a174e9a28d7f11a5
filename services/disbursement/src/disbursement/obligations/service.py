"""What other rooms ask of obligations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from common.contracts.eligibility import EntitlementState
from common.contracts.registry import IntakeRowAccepted
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.accounts import service as accounts
from disbursement.obligations import store
from disbursement.sql import columns

RecoveryReason = Literal["deceased", "level_lowered", "highest_only", "other"]


@dataclass(frozen=True, slots=True)
class Overpaid:
    """A month that was paid above what was owed; `amount` is positive."""

    person_id: UUID
    benefit: str
    month: Month
    amount: int
    reason: RecoveryReason


@dataclass(frozen=True, slots=True)
class ObligationView:
    """One thing owed, for the person's own page."""

    obligation_id: UUID
    benefit: str
    month: Month
    kind: str
    seq: int
    amount: int
    state: str
    reason: str | None
    attempts: int
    line_id: UUID | None


@dataclass(frozen=True, slots=True)
class RecordedMonth:
    """A month that a commune's list declared as paid."""

    benefit: str
    month: Month
    amount: int


async def take_entitlements(
    session: AsyncSession, items: Sequence[tuple[EntitlementState, int]]
) -> None:
    """Keep this service's own copy of levels: per entitlement the latest version wins."""
    latest: dict[UUID, tuple[EntitlementState, int]] = {}
    for state, version in items:
        known = latest.get(state.entitlement_id)
        if known is None or known[1] < version:
            latest[state.entitlement_id] = (state, version)
    rows = [_entitlement_row(state, version) for state, version in latest.values()]
    changed = await store.upsert_entitlements(session, columns(rows, 12))
    levels = [
        row for key, (state, _) in latest.items() if key in changed for row in _level_rows(state)
    ]
    await store.replace_levels(session, sorted(changed), columns(levels, 6))
    named = [_payee_named(state) for key, (state, _) in latest.items() if key in changed]
    await accounts.take_payees(session, named, session.info["clock"].now())


async def record_paid(session: AsyncSession, rows: Sequence[IntakeRowAccepted]) -> None:
    """Record the listed amount for each month that the commune declared as paid.

    A list that goes on to be paid by us is not history: its months end where they say.
    """
    data = [
        (
            row.person.person_id,
            row.benefit.benefit,
            row.benefit.paid_from.first_day,
            row.benefit.paid_to.first_day,
            row.person.commune_code,
            row.benefit.amount,
            row.import_id,
            row.row_number,
        )
        for row in rows
        if row.benefit.paid_from <= row.benefit.paid_to
    ]
    if data:
        await store.upsert_paid(session, columns(data, 8))


async def people_of(session: AsyncSession, commune_code: str) -> list[UUID]:
    """Give the people whom a commune's list is about."""
    return await store.people_of(session, commune_code)


async def accrue(session: AsyncSession, commune_code: str, month: Month) -> None:
    """Make the obligations that the list of a month would pay, and those that are held."""
    await store.accrue(session, commune_code, month.first_day)


async def overpaid(session: AsyncSession, commune_code: str, month: Month) -> list[Overpaid]:
    """Give every month before `month` that was paid above what was owed. Nothing is set off."""
    rows = await store.overpaid(session, commune_code, month.first_day)
    return [
        Overpaid(
            row["person_id"], row["benefit"], Month.of(row["month"]), -row["gap"],
            _recovery_reason(row["held_reason"]),
        )
        for row in rows
    ]  # fmt: skip


async def claim(
    session: AsyncSession, claims: Sequence[tuple[Overpaid, UUID]], commune_code: str
) -> None:
    """A recovery case claims these months back: they no longer count as paid too much."""
    rows = [
        (o.person_id, o.benefit, o.month.first_day, recovery_id, commune_code, o.amount)
        for o, recovery_id in claims
    ]
    await store.claim(session, columns(rows, 6))


async def issue(session: AsyncSession, obligations: Sequence[UUID], lines: Sequence[UUID]) -> int:
    """Put obligations on sealed lines; gives how many took (fewer: somebody else issued them)."""
    return await store.issue(session, obligations, lines)


async def settle(session: AsyncSession, lines: Sequence[UUID]) -> None:
    """The partner proved that these lines were paid."""
    await store.settle(session, lines)


async def reopen(
    session: AsyncSession, failures: Sequence[tuple[UUID, str]], *, returned: bool = False
) -> None:
    """These lines finally failed (line, reason): what they carried is due again."""
    await store.reopen(
        session, [line for line, _ in failures], [why for _, why in failures], returned=returned
    )


async def of_person(
    session: AsyncSession, person_id: UUID
) -> tuple[list[ObligationView], list[RecordedMonth]]:
    """Give a person's obligations and the months that were paid before this system paid."""
    owed = [
        ObligationView(**{**dict(row), "month": Month.of(row["month"])})
        for row in await store.of_person(session, person_id)
    ]
    recorded = [
        RecordedMonth(row["benefit"], Month.of(row["month"]), row["amount"])
        for row in await store.recorded_of_person(session, person_id)
    ]
    return owed, recorded


def _recovery_reason(held: str | None) -> RecoveryReason:
    if held == "deceased":
        return "deceased"
    return "highest_only" if held == "highest_only" else "level_lowered"


def _entitlement_row(state: EntitlementState, version: int) -> tuple[Any, ...]:
    return (
        state.entitlement_id,
        state.person_id,
        state.commune_code,
        state.benefit,
        state.group,
        state.status,
        state.status_reason,
        state.decision.number,
        state.decision.signed_on,
        state.decision.origin,
        version,
        state.payee_person_id,
    )


def _payee_named(state: EntitlementState) -> accounts.PayeeNamed:
    """Read who is paid; only a decision that somebody signed counts without another person."""
    return accounts.PayeeNamed(
        state.person_id,
        state.benefit,
        state.commune_code,
        state.payee_person_id,
        "",
        state.decision.number,
        signed=state.decision.origin != "taken_over",
    )


def _level_rows(state: EntitlementState) -> list[tuple[UUID, date, date | None, int, Decimal, str]]:
    return [
        (
            state.entitlement_id,
            level.from_month.first_day,
            level.to_month.first_day if level.to_month else None,
            level.amount,
            Decimal(level.coefficient),
            level.provision,
        )
        for level in state.levels
    ]
