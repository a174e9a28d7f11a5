"""What other rooms ask of obligations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from common.audit import record
from common.contracts.eligibility import EntitlementState
from common.contracts.registry import IntakeRowAccepted
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.accounts import service as accounts
from disbursement.obligations.domain import (
    RecordedChangeDecided,
    RecordedChangeNotFound,
    RecorderDecides,
)
from disbursement.obligations.service.duplicates import take_duplicates
from disbursement.obligations.service.one_offs import (
    OneOff,
    hand_over,
    search_one_offs,
    take_one_offs,
)
from disbursement.obligations.service.uncollected import (
    NotCollected,
    give_back,
    not_collected,
    repay,
)
from disbursement.obligations.store import accrual, levels, obligation_states, recorded
from disbursement.sql import Record, columns

__all__ = [
    "NotCollected",
    "OneOff",
    "give_back",
    "hand_over",
    "not_collected",
    "repay",
    "search_one_offs",
    "take_duplicates",
    "take_one_offs",
]

RecoveryReason = Literal["deceased", "level_lowered", "highest_only", "paid_twice", "other"]


@dataclass(frozen=True, slots=True)
class Overpaid:
    """A month that was paid above what was owed; `amount` is positive."""

    person_id: UUID
    benefit: str
    month: Month
    amount: int
    reason: RecoveryReason


@dataclass(frozen=True, slots=True)
class Overclaimed:
    """A month of which a recovery claims more than was paid too much; `amount` is positive."""

    human_id: UUID
    benefit: str
    month: Month
    amount: int


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
    changed = await levels.upsert_entitlements(session, columns(rows, 12))
    rows_ = [
        row for key, (state, _) in latest.items() if key in changed for row in _level_rows(state)
    ]
    await levels.replace_levels(session, sorted(changed), columns(rows_, 6))
    named = [_payee_named(state) for key, (state, _) in latest.items() if key in changed]
    await accounts.take_payees(session, named, session.info["clock"].now())


async def record_paid(
    session: AsyncSession, rows: Sequence[IntakeRowAccepted], now: datetime
) -> None:
    """Record the listed amount for each month that the commune declared as paid.

    What is recorded, and what we paid ourselves, never changes by a list: another amount is a
    proposal that a second person decides.

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
            row.recorded_by,
        )
        for row in rows
        if row.benefit.paid_from <= row.benefit.paid_to
    ]
    if data:
        await recorded.record_paid(session, columns(data, 9), now)


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A list says another amount for a month than what is known."""

    change_id: UUID
    person_id: UUID
    benefit: str
    month: Month
    commune_code: str
    kind: str
    known_amount: int
    new_amount: int
    import_id: UUID | None
    row_number: int | None
    proposed_by: str
    proposed_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


async def recorded_changes(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> list[RecordedChange]:
    """Give proposed changes of what was recorded as paid."""
    rows = await recorded.changes(
        session, commune_code=commune_code, state=state, after=after, limit=limit
    )
    return [_recorded_change(row) for row in rows]


async def decide_recorded_change(
    session: AsyncSession,
    change_id: UUID,
    decision: Literal["confirmed", "refused"],
    *,
    by: str,
    reason: str,
    now: datetime,
) -> RecordedChange:
    """Let another amount count, or leave what is known.

    Raises:
        RecordedChangeNotFound, RecordedChangeDecided: it does not wait.
        RecorderDecides: the same person proposed it.
    """
    found = await recorded.find_change(session, change_id)
    if found is None:
        raise RecordedChangeNotFound
    if found["state"] != "pending":
        raise RecordedChangeDecided
    if found["proposed_by"] == by:
        raise RecorderDecides
    await recorded.decide_change(session, change_id, state=decision, by=by, reason=reason, now=now)
    await record(session, f"recorded_change.{decision}", "person", found["person_id"])
    return _recorded_change(await recorded.find_change(session, change_id) or found)


async def take_import_back(
    session: AsyncSession, import_id: UUID, *, by: str, reason: str, now: datetime
) -> int:
    """Propose, or as another person confirm, to take an import's months back; gives how many."""
    waiting = await recorded.of_import(session, import_id, by)
    for change_id in waiting:
        await recorded.decide_change(
            session, change_id, state="confirmed", by=by, reason=reason, now=now
        )
    if waiting:
        await record(session, "recorded_import.taken_back", "import", import_id)
        return len(waiting)
    await record(session, "recorded_import.take_back_proposed", "import", import_id)
    return await recorded.take_back(session, import_id, by=by, now=now)


def _recorded_change(row: Record) -> RecordedChange:
    return RecordedChange(**{**dict(row), "month": Month.of(row["month"])})


async def people_of(session: AsyncSession, commune_code: str) -> list[UUID]:
    """Give the people whom a commune's list is about."""
    return await accrual.people_of(session, commune_code)


async def accrue(session: AsyncSession, commune_code: str, month: Month) -> None:
    """Make the obligations that the list of a month would pay, and those that are held."""
    await accrual.accrue(session, commune_code, month.first_day)


async def differences(
    session: AsyncSession, commune_code: str, month: Month
) -> tuple[list[Overpaid], list[Overclaimed]]:
    """Give months before `month` received above what is owed, and claimed above that.

    Nothing is set off.
    """
    rows = await accrual.differences(session, commune_code, month.first_day)
    over = [
        Overpaid(
            row["person_id"], row["benefit"], Month.of(row["month"]), row["overpaid"],
            _recovery_reason(row["held_reason"]),
        )
        for row in rows
        if row["overpaid"]
    ]  # fmt: skip
    claimed = [
        Overclaimed(row["human_id"], row["benefit"], Month.of(row["month"]), row["overclaimed"])
        for row in rows
        if row["overclaimed"]
    ]
    return over, claimed


async def withdraw_claims(session: AsyncSession, items: Sequence[Overclaimed]) -> list[Record]:
    """Reduce claims that were too high, the newest case first.

    Returns:
        One row per case and month: recovery_id, month, amount.
    """
    rows = [(item.human_id, item.benefit, item.month.first_day, item.amount) for item in items]
    return await obligation_states.withdraw_claims(session, columns(rows, 4)) if rows else []


async def cancel_not_owed(session: AsyncSession, commune_code: str) -> tuple[int, int]:
    """Cancel what failed and is no longer owed.

    Returns:
        The sum that was payable, and the sum that had come back from a partner.
    """
    rows = await accrual.cancel_not_owed(session, commune_code)
    returned = sum(row["amount"] for row in rows if row["returned"])
    return sum(row["amount"] for row in rows) - returned, returned


async def dispute(session: AsyncSession, obligations: Sequence[UUID], *, disputed: bool) -> None:
    """Block, or free, what partners contradict each other about."""
    await obligation_states.dispute(session, obligations, disputed=disputed)


async def record_extra(session: AsyncSession, rows: Sequence[tuple[Any, ...]], source: str) -> None:
    """Record received money that no obligation carries.

    Args:
        session: the transaction.
        rows: person, benefit, first day of the month, commune, amount.
        source: which decision says so; the same source counts once.
    """
    await recorded.record_extra(session, columns(rows, 5), source)


async def claim(
    session: AsyncSession, claims: Sequence[tuple[Overpaid, UUID]], commune_code: str
) -> None:
    """A recovery case claims these months back: they no longer count as paid too much."""
    rows = [
        (o.person_id, o.benefit, o.month.first_day, recovery_id, commune_code, o.amount)
        for o, recovery_id in claims
    ]
    await obligation_states.claim(session, columns(rows, 6))


async def issue(session: AsyncSession, obligations: Sequence[UUID], lines: Sequence[UUID]) -> int:
    """Put obligations on sealed lines; gives how many took (fewer: somebody else issued them)."""
    return await obligation_states.issue(session, obligations, lines)


async def elsewhere(session: AsyncSession, line: UUID, obligations: Sequence[UUID]) -> set[UUID]:
    """Give those of some obligations that another line than the given one carries by now."""
    return await obligation_states.elsewhere(session, line, obligations)


async def settle(session: AsyncSession, lines: Sequence[UUID]) -> None:
    """The partner proved that these lines were paid."""
    await obligation_states.settle(session, lines)


async def reopen(
    session: AsyncSession, failures: Sequence[tuple[UUID, str]], *, returned: bool = False
) -> None:
    """These lines finally failed (line, reason): what they carried is due again."""
    await obligation_states.reopen(
        session, [line for line, _ in failures], [why for _, why in failures], returned=returned
    )


async def of_person(
    session: AsyncSession, person_id: UUID
) -> tuple[list[ObligationView], list[RecordedMonth]]:
    """Give a person's obligations and the months that were paid before this system paid."""
    owed = [
        ObligationView(**{**dict(row), "month": Month.of(row["month"])})
        for row in await levels.of_person(session, person_id)
    ]
    paid = [
        RecordedMonth(row["benefit"], Month.of(row["month"]), row["amount"])
        for row in await levels.recorded_of_person(session, person_id)
    ]
    return owed, paid


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
