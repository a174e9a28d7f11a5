"""Contradictions about a payment: one person proposes what is true, another one decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from common.audit import record
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import (
    CASH,
    EXPENSE,
    PAYABLE,
    RETURNED,
    Posting,
    clearing,
    decided,
)
from disbursement.obligations import service as obligations
from disbursement.partners.domain import (
    CaseDecided,
    CaseNotFound,
    CaseNotProposed,
    DecisionImpossible,
    ProposerDecides,
)
from disbursement.partners.service.suspense import post_suspense
from disbursement.partners.store import cases as store
from disbursement.payroll import service as payroll
from disbursement.sql import Record

Decision = Literal["paid", "not_paid", "returned", "recalled", "recall_refused"]
_NOT_PAID = frozenset({"not_paid", "recalled"})
_DAYS_TO_EXPLAIN = timedelta(days=2)
_UNANSWERED = frozenset({"sent", "accepted"})
_LOST = frozenset({"failed", "uncollected"})


@dataclass(frozen=True, slots=True)
class PaymentCase:
    """A payment about which a person must decide."""

    case_id: UUID
    payment_id: UUID
    commune_code: str
    partner: str
    end_to_end_id: str
    kind: str
    payment_state: str
    opened_at: datetime
    due_on: date
    owner: str | None
    state: str
    decision: str | None
    proposed_by: str | None
    proposed_reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    list_id: UUID
    month: Month
    person_id: UUID
    benefit: str
    amount: int


async def contradicted(
    session: AsyncSession,
    partner: str,
    results: str | None,
    references: Sequence[str],
    now: datetime,
) -> list[UUID]:
    """Open cases for what a message contradicts: nothing of it is due until somebody decided."""
    payments = await store.open_cases(session, partner, results, references, now)
    if payments:
        items = await store.items(session, payments)
        await obligations.dispute(session, [i["obligation_id"] for i in items], disputed=True)
    return payments


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[PaymentCase]:
    """Give cases of the caller's communes."""
    rows = await store.search(
        session, commune_code=commune_code, state=state, after=after, limit=limit
    )
    return [_case(row) for row in rows]


async def open_by_hand(
    session: AsyncSession, end_to_end_id: str, now: datetime, *, recall: bool = False
) -> PaymentCase:
    """Open a case for a payment without an answer, or recall one before it is paid out.

    A recall moves nothing: the payment stays on its way until the partner's answer is decided, and
    money that was paid is owed again only when the statement shows it back (camt.055, camt.029).

    Raises:
        CaseNotFound: no payment that left has this reference.
        DecisionImpossible: a payment that failed or came back cannot be recalled.
    """
    found = await store.payment_of(session, end_to_end_id)
    if found is None:
        raise CaseNotFound
    if recall and found["state"] in _LOST | {"returned"}:
        raise DecisionImpossible
    due_on = now.date() + _DAYS_TO_EXPLAIN
    kind = "recall_requested" if recall else "opened_by_officer"
    case_id = await store.open_case(session, found["payment_id"], kind, now, due_on)
    items = await store.items(session, [found["payment_id"]])
    await obligations.dispute(session, [i["obligation_id"] for i in items], disputed=True)
    await record(session, "payment_case.opened", "payment", found["payment_id"])
    return _case(await _find(session, case_id))


async def propose(
    session: AsyncSession, case_id: UUID, decision: Decision, *, by: str, reason: str
) -> PaymentCase:
    """Say what is true of a payment, by proof; it counts once another person agrees.

    Raises:
        CaseNotFound, CaseDecided: there is nothing to propose.
        DecisionImpossible: what never was paid cannot have come back, and what was paid is recalled
            only by its return on the statement.
    """
    found = await _find(session, case_id)
    if found["state"] == "decided":
        raise CaseDecided
    if decision == "returned" and found["state_now"] not in {"paid", "returned"}:
        raise DecisionImpossible
    if decision != "returned" and found["state_now"] == "returned":
        raise DecisionImpossible
    if decision == "recalled" and found["state_now"] not in _UNANSWERED:
        raise DecisionImpossible
    await store.propose(session, case_id, decision=decision, by=by, reason=reason)
    await record(
        session, "payment_case.proposed", "payment", found["payment_id"], {"decision": decision}
    )
    return _case(await _find(session, case_id))


async def decide(
    session: AsyncSession, case_id: UUID, *, by: str, reason: str, now: datetime
) -> PaymentCase:
    """Let a proposal count: payment, obligations and ledger follow.

    Raises:
        CaseNotFound, CaseDecided, CaseNotProposed: nothing waits.
        ProposerDecides: the same person proposed it.
    """
    found = await _find(session, case_id)
    if found["state"] == "decided":
        raise CaseDecided
    if found["state"] != "proposed":
        raise CaseNotProposed
    if found["proposed_by"] == by:
        raise ProposerDecides
    await store.close(session, case_id, by=by, reason=reason, now=now)
    await _apply(session, found, now)
    await record(
        session, "payment_case.decided", "payment", found["payment_id"],
        {"decision": found["decision"]},
    )  # fmt: skip
    return _case(await _find(session, case_id))


async def _apply(session: AsyncSession, found: Record, now: datetime) -> None:
    payment, before, decision = found["payment_id"], found["state_now"], found["decision"]
    items = await store.items(session, [payment])
    await obligations.dispute(session, [i["obligation_id"] for i in items], disputed=False)
    postings: list[Posting] = []
    if decision == "paid" and before in _LOST | _UNANSWERED:
        postings = await _paid_after_all(session, found, items, now)
    elif decision in _NOT_PAID and before in _UNANSWERED | {"paid"}:
        postings = await _not_paid(session, found, now)
    elif decision == "returned" and before == "paid":
        postings = await _returned(session, found, now)
    await ledger.post(
        session,
        postings,
        commune_code=found["commune_code"],
        month=Month.of(found["month"]),
        posted_on=now.date(),
    )
    await post_suspense(session, found["partner"], [found["end_to_end_id"]], now)
    await payroll.reopen(session, [found["list_id"]])


async def _paid_after_all(
    session: AsyncSession, found: Record, items: Sequence[Record], now: datetime
) -> list[Posting]:
    """Settle a payment that failed, or that nobody answered for.

    What was paid again in the meantime was received twice: it is recorded, and the next list
    opens a recovery for it.
    """
    payment = found["payment_id"]
    await store.move(session, payment, state="paid", reason=None, settled_on=now.date())
    await obligations.settle(session, [payment])
    twice = await obligations.elsewhere(session, payment, [i["obligation_id"] for i in items])
    extra = [i for i in items if i["obligation_id"] in twice]
    if extra:
        rows = [
            (i["person_id"], i["benefit"], i["month"], i["commune_code"], i["amount"])
            for i in extra
        ]
        await obligations.record_extra(session, rows, f"paid_twice:{payment}")
    through = clearing(found["partner"])
    made = [_post(found, "decide_settle", through, CASH, found["amount"])]
    if found["state_now"] in _LOST:
        made.append(_post(found, "decide_unfail", PAYABLE, through, found["amount"]))
    again = sum(i["amount"] for i in extra)
    if again:
        made.append(_post(found, "decide_twice", EXPENSE, PAYABLE, again))
    return made


async def _not_paid(session: AsyncSession, found: Record, now: datetime) -> list[Posting]:
    """Declare a payment dead after proof: what it carried is due again."""
    payment = found["payment_id"]
    reason = "recalled" if found["decision"] == "recalled" else "declared_not_paid"
    await store.move(session, payment, state="failed", reason=reason, settled_on=now.date())
    await obligations.reopen(session, [(payment, reason)])
    through = clearing(found["partner"])
    made = [_post(found, "decide_fail", through, PAYABLE, found["amount"])]
    if found["state_now"] == "paid":
        made.append(_post(found, "decide_unsettle", CASH, through, found["amount"]))
    return made


async def _returned(session: AsyncSession, found: Record, now: datetime) -> list[Posting]:
    """The money came back, maybe less a fee: the citizen is owed the whole amount again."""
    payment = found["payment_id"]
    await store.move(session, payment, state="returned", reason="returned", settled_on=now.date())
    await obligations.reopen(session, [(payment, "returned")], returned=True)
    came = await store.returned_amount(session, found["end_to_end_id"])
    made = [_post(found, "return", CASH, RETURNED, found["amount"])]
    if came and came < found["amount"]:
        made.append(_post(found, "return_fee", EXPENSE, CASH, found["amount"] - came))
    return made


def _post(found: Record, code: str, debit: str, credit: str, amount: int) -> Posting:
    subject = (found["list_id"], found["payment_id"])
    return decided(code, (debit, credit), amount, found["case_id"], subject)


async def _find(session: AsyncSession, case_id: UUID) -> Record:
    found = await store.find(session, case_id)
    if found is None:
        raise CaseNotFound
    return found


def _case(row: Record) -> PaymentCase:
    values = {name: row[name] for name in PaymentCase.__slots__}
    return PaymentCase(**{**values, "month": Month.of(row["month"])})
