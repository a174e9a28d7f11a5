"""What a partner's answer means: states of a payment, of a delivery, and reasons in our words.

Thuật ngữ: chi trả qua tài khoản, chi trả tiền mặt; chứng từ chi trả.
Căn cứ: khoản 4, 5 Điều 28 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound

REASONS: Mapping[str, str] = {
    "AC01": "account_unknown",
    "AC04": "account_closed",
    "AC06": "account_blocked",
    "AG01": "account_forbidden",
    "AM04": "insufficient_funds",
    "AM05": "duplicate",
    "AM09": "amount_wrong",
    "AM10": "control_sum_wrong",
    "BE01": "name_mismatch",
    "FF01": "format_wrong",
    "MD07": "beneficiary_deceased",
    "RR04": "regulatory",
    "MS03": "unspecified",
}
"""ISO 20022 external reason codes in our words; the partner's own code is kept beside."""

REASON_TEXTS: Mapping[str, str] = {
    "account_unknown": "Số tài khoản không đúng",
    "account_closed": "Tài khoản đã đóng",
    "account_blocked": "Tài khoản bị phong tỏa",
    "account_forbidden": "Tài khoản không được phép nhận",
    "insufficient_funds": "Tài khoản chi không đủ số dư",
    "duplicate": "Lệnh chi bị trùng",
    "amount_wrong": "Số tiền không đúng",
    "control_sum_wrong": "Tổng kiểm soát không khớp",
    "name_mismatch": "Tên người nhận không khớp với chủ tài khoản",
    "format_wrong": "Sai định dạng",
    "beneficiary_deceased": "Người hưởng đã mất",
    "regulatory": "Vướng quy định",
    "not_collected": "Chưa đến nhận tiền",
    "returned": "Tiền bị hoàn sau khi đã ghi có",
    "declared_not_paid": "Đã xác minh là chưa chi",
    "recalled": "Đã thu hồi lệnh chi trước khi chi",
    "unspecified": "Lý do khác",
}


def reason_of(outcome: str, code: str | None) -> str | None:
    """Give our reason for a partner's outcome and raw code."""
    if outcome in {"paid", "accepted"}:
        return None
    if outcome == "returned":
        return "returned"
    if outcome == "uncollected" and code in {None, "MS03"}:
        return "not_collected"
    return REASONS.get(code or "", "unspecified")


class PayeeNotFound(NotFound, code="payee_not_found", title="Không tìm thấy người hưởng"):
    """Nobody of this id among the caller's communes."""


class PaymentNotFound(
    NotFound, code="payment_not_found", title="Không tìm thấy khoản chi mang mã đối chiếu này"
):
    """No payment has this reference among the caller's communes."""


class RefusedMessageNotFound(
    NotFound,
    code="refused_message_not_found",
    title="Không có thông điệp bị từ chối nào mang mã băm này",
):
    """No refused message of this partner has this digest."""


class MessageConflict(
    Conflict, code="message_conflict", title="Mã thông điệp đã dùng cho một nội dung khác"
):
    """The message id was used before with other bytes."""


class TotalsDiffer(
    InvalidInput,
    code="control_totals_differ",
    title="Tổng số hoặc tổng tiền không khớp với các dòng",
):
    """The message's totals are not those of its entries."""


class CaseNotFound(
    NotFound, code="payment_case_not_found", title="Không tìm thấy vụ việc hoặc lệnh chi"
):
    """No such case or payment among the caller's communes."""


class CaseDecided(Conflict, code="payment_case_decided", title="Vụ việc đã được quyết định"):
    """A case is decided once."""


class CaseNotProposed(
    Conflict, code="payment_case_not_proposed", title="Chưa có đề xuất xử lý cho vụ việc"
):
    """Nobody proposed a decision yet."""


class DecisionImpossible(
    Conflict,
    code="decision_impossible",
    title="Trạng thái của lệnh chi không cho phép quyết định này",
):
    """The payment's state excludes this decision."""


class ProposerDecides(
    Forbidden, code="proposer_decides", title="Người đề xuất không được tự quyết định"
):
    """Who proposed does not decide (nguyên tắc hai người)."""


class HoldNotFound(NotFound, code="payee_hold_not_found", title="Không có tạm giữ này"):
    """No such hold among the caller's communes."""


class ReasonUnknown(
    NotFound, code="failure_reason_unknown", title="Không có lý do chi không thành này"
):
    """No failure has this reason."""


class ActionNotProposed(
    Conflict, code="failure_action_not_proposed", title="Chưa có người khác đề xuất cách xử lý này"
):
    """Another person must have proposed the action."""


class DeliveryNotFound(
    NotFound, code="delivery_not_found", title="Không có tệp chi trả cho danh sách và đơn vị này"
):
    """There is no file for this list and partner."""


class FormatUnknown(
    InvalidInput,
    code="format_unknown",
    title="Tệp của đơn vị chi trả này không có định dạng được yêu cầu",
):
    """The partner's file has another format."""


class DeliveryNotRefused(
    Conflict, code="delivery_not_refused", title="Tệp này không ở trạng thái bị từ chối"
):
    """Only a refused delivery is released again."""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What a file says about itself. No time: the same list gives the same bytes."""

    reference: str
    commune_code: str
    month_text: str
    created_on: str
    execution_date: str
    lines: int
    total: int
    debtor_name: str = ""
    debtor_account: str = ""
    debtor_bank: str = ""

    def __repr__(self) -> str:
        """Never show an account."""
        return f"FileHeader({self.reference})"


@dataclass(frozen=True, slots=True)
class FileLine:
    """One payment as a partner needs it."""

    position: int
    end_to_end_id: str
    name: str
    personal_id: str
    place: str
    amount: int
    text: str
    bank_code: str = ""
    account: str = ""
    beneficiary: str = ""
    """For whom the payee collects, where that is somebody else."""

    def __repr__(self) -> str:
        """Never show a name or an account, not even in a traceback."""
        return f"FileLine({self.end_to_end_id})"
