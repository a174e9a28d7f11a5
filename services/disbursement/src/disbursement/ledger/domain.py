"""The chart of accounts and the postings of each step: one debit, one credit, one amount.

A row with one debit, one credit and one amount cannot be unbalanced. Rows never change; a
correction is a new row.

Thuật ngữ: sổ cái, bút toán.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.kernel.errors import Conflict

EXPENSE = "expense"
PAYABLE = "payable"
CASH = "cash"
RETURNED = "returned_payable"
RECEIVABLE = "receivable"
SUSPENSE = "suspense"
BUDGET = "budget"


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


def cancelled(list_id: UUID, amount: int) -> Posting:
    """What failed and is no longer owed: neither payable nor an expense any more."""
    return Posting("cancel", PAYABLE, EXPENSE, amount, f"{list_id}", list_id)


def cancelled_return(list_id: UUID, amount: int) -> Posting:
    """Money that came back and is no longer owed stays with the budget."""
    return Posting("cancel_return", RETURNED, EXPENSE, amount, f"{list_id}", list_id)


def withdrawn(recovery_id: UUID, amount: int, cause: str) -> Posting:
    """A claim was too high: what it claims less is an expense again."""
    key = f"{recovery_id}:{cause}"
    return Posting("withdraw", EXPENSE, RECEIVABLE, amount, key, None, recovery_id)


def recovered(entry_id: UUID, recovery_id: UUID, amount: int) -> Posting:
    """Money of a claim was received."""
    return Posting("recover", CASH, RECEIVABLE, amount, f"{entry_id}", None, recovery_id)


def forgiven(code: str, decision_id: UUID, recovery_id: UUID, amount: int) -> Posting:
    """A claim is written off, or set off against a payment: an expense again."""
    return Posting(code, EXPENSE, RECEIVABLE, amount, f"{decision_id}", None, recovery_id)


def paid_into_budget(entry_id: UUID, recovery_id: UUID, amount: int) -> Posting:
    """Recovered money was paid into the budget by a treasury slip."""
    return Posting("to_budget", BUDGET, CASH, amount, f"{entry_id}", None, recovery_id)


def uncollected_returned(return_id: UUID, payable: int, came_back: int) -> list[Posting]:
    """Money that nobody collected is given back to the budget and owed no more."""
    return [
        Posting(
            "budget_return", PAYABLE, EXPENSE, payable, f"{return_id}:payable", None, return_id
        ),
        Posting(
            "budget_return", RETURNED, EXPENSE, came_back, f"{return_id}:back", None, return_id
        ),
    ]


def suspended(line: str, outcome: str, amount: int) -> Posting:
    """The bank booked a line that no payment explains: it waits in suspense."""
    sides = (CASH, SUSPENSE) if outcome == "returned" else (SUSPENSE, CASH)
    return Posting("suspend", *sides, amount, line)


def explained(line: str, outcome: str, amount: int) -> Posting:
    """A line in suspense is explained by a payment: its own posting says it now."""
    sides = (SUSPENSE, CASH) if outcome == "returned" else (CASH, SUSPENSE)
    return Posting("explain", *sides, amount, line)


def decided(
    code: str, sides: tuple[str, str], amount: int, case_id: UUID, payment: tuple[UUID, UUID]
) -> Posting:
    """A person decided a contradiction; `payment` is its list and itself."""
    list_id, payment_id = payment
    return Posting(code, *sides, amount, f"{case_id}", list_id, payment_id)


def overpayment(recovery_id: UUID, amount: int) -> Posting:
    """A recovery case: what was paid and not owed is a claim, not an expense."""
    key = f"{recovery_id}"
    return Posting("overpayment", RECEIVABLE, EXPENSE, amount, key, None, recovery_id)


class LedgerMonthClosed(Conflict, code="ledger_month_closed", title="Tháng này của xã đã khóa sổ"):
    """A month is closed once; corrections are new entries of the next open month."""


class LedgerEarlierOpen(
    Conflict, code="ledger_earlier_month_open", title="Tháng trước của xã chưa khóa sổ"
):
    """Months are closed in order."""


class LedgerMonthBusy(
    Conflict,
    code="ledger_month_not_settled",
    title="Tháng này còn danh sách chưa đối soát xong hoặc chưa niêm phong",
):
    """A month with an open list is closed by its reconciliation."""
