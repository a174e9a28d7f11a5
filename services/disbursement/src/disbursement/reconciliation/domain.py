"""Three sides that must agree: the sealed list, the partner's results, the partner's statement.

Tolerance is 0. Thuật ngữ: đối soát, quyết toán.
Căn cứ: khoản 5 Điều 28 Nghị định 335/2026/NĐ-CP (đơn vị chi trả quyết toán trước ngày 20).
"""

from __future__ import annotations

from typing import Literal

from common.kernel.errors import Conflict, Forbidden, NotFound

MatchClass = Literal[
    "matched",
    "carried",
    "no_result",
    "paid_not_on_statement",
    "statement_without_result",
    "failed_but_on_statement",
    "return_not_on_statement",
    "statement_without_list",
    "result_without_list",
    "amount_differs",
    "duplicate",
    "contradiction",
]

EXPLAINED: frozenset[str] = frozenset({"matched", "carried"})


class ReconciliationNotFound(
    NotFound, code="reconciliation_not_found", title="Không tìm thấy bản đối soát"
):
    """No such reconciliation among the caller's communes."""


class ListNotSealed(Conflict, code="payment_list_not_sealed", title="Danh sách chưa niêm phong"):
    """Only a sealed list can be reconciled."""


class OverrideByMaker(
    Forbidden, code="override_by_maker", title="Người đối soát không được tự bỏ qua chênh lệch"
):
    """Who reconciled does not override the differences."""


class NothingToOverride(
    Conflict, code="nothing_to_override", title="Đơn vị chi trả này không có chênh lệch cần bỏ qua"
):
    """The partner has no unexplained difference."""


def classify(
    *,
    state: str | None,
    listed: int | None,
    booked: int | None,
    bookings: int,
    came_back: bool,
    contradicted: bool,
) -> MatchClass:
    """Give the class of one reference.

    Args:
        state: the payment's state, None when no list has the reference.
        listed: the amount on the sealed list.
        booked: the sum of payments on the statement, None when it has none.
        bookings: how many payments the statement has.
        came_back: the statement has a return.
        contradicted: the partner said two things that exclude each other.
    """
    if state is None:
        return "result_without_list" if booked is None else "statement_without_list"
    if contradicted:
        return "contradiction"
    if bookings > 1:
        return "duplicate"
    if booked is not None and booked != listed:
        return "amount_differs"
    return _agreed(state, on_statement=booked is not None, came_back=came_back)


def _agreed(state: str, *, on_statement: bool, came_back: bool) -> MatchClass:
    if state == "paid":
        return "matched" if on_statement else "paid_not_on_statement"
    if state == "returned":
        return "carried" if on_statement and came_back else "return_not_on_statement"
    if state in {"failed", "uncollected"}:
        return "failed_but_on_statement" if on_statement else "carried"
    return "statement_without_result" if on_statement else "no_result"
