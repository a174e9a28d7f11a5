"""The chart of accounts and the postings of each step: one debit, one credit, one amount.

A row with one debit, one credit and one amount cannot be unbalanced. Rows never change; a
correction is a new row.

Thuật ngữ: sổ cái, bút toán.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

EXPENSE = "expense"
PAYABLE = "payable"
CASH = "cash"
RETURNED = "returned_payable"
RECEIVABLE = "receivable"


def clearing(partner: str) -> str:
    """Give the account of money that is on its way through a partner."""
    return f"clearing:{partner}"


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer to be posted. `key` makes its id: posting it again changes nothing."""

    code: str
    debit: str
    credit: str
    amount: int
    key: str
    list_id: UUID | None = None
    subject_id: UUID | None = None


def accrued(list_id: UUID, amount: int) -> Posting:
    """A sealed list recognises what it newly owes: regular and arrears, not what is carried."""
    return Posting("accrue", EXPENSE, PAYABLE, amount, f"{list_id}", list_id)


def reopened(list_id: UUID, amount: int) -> Posting:
    """Returned money goes onto a list again."""
    return Posting("reopen", RETURNED, PAYABLE, amount, f"{list_id}", list_id)


def issued(list_id: UUID, partner: str, amount: int) -> Posting:
    """A sealed list hands the money to a partner to pay out."""
    key = f"{list_id}:{partner}"
    return Posting("issue", PAYABLE, clearing(partner), amount, key, list_id)


def settled(list_id: UUID, partner: str, message_id: str, amount: int) -> Posting:
    """One message of a partner proves payments of a list: posted as one sum."""
    key = f"{list_id}:{partner}:{message_id}"
    return Posting("settle", clearing(partner), CASH, amount, key, list_id)


def failed(list_id: UUID, partner: str, payment_id: UUID, amount: int) -> Posting:
    """A payment did not happen: owed again."""
    return Posting("fail", clearing(partner), PAYABLE, amount, f"{payment_id}", list_id, payment_id)


def returned(list_id: UUID, payment_id: UUID, amount: int) -> Posting:
    """The statement shows that a settled payment came back."""
    return Posting("return", CASH, RETURNED, amount, f"{payment_id}", list_id, payment_id)


def overpayment(recovery_id: UUID, amount: int) -> Posting:
    """A recovery case: what was paid and not owed is a claim, not an expense."""
    key = f"{recovery_id}"
    return Posting("overpayment", RECEIVABLE, EXPENSE, amount, key, None, recovery_id)


def balances(transfers: Sequence[Posting]) -> Mapping[str, int]:
    """Give debits less credits per account; they always add up to 0."""
    totals: dict[str, int] = {}
    for transfer in transfers:
        totals[transfer.debit] = totals.get(transfer.debit, 0) + transfer.amount
        totals[transfer.credit] = totals.get(transfer.credit, 0) - transfer.amount
    return totals
