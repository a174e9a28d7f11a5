"""Refusals of recovery, and how much of a claim is left.

Thuật ngữ: thu hồi khoản chi sai, nộp trả ngân sách (mẫu C2-05a/NS), xóa nợ, bù trừ.
"""

from __future__ import annotations

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound


class RecoveryNotFound(NotFound, code="recovery_not_found", title="Không tìm thấy hồ sơ thu hồi"):
    """No such case among the caller's communes."""


class RecoveryClosed(Conflict, code="recovery_closed", title="Hồ sơ thu hồi đã khép lại"):
    """Nothing is left of the claim."""


class MoreThanClaimed(
    InvalidInput, code="more_than_claimed", title="Số tiền lớn hơn phần còn phải thu"
):
    """An amount is above what is left of the claim, or of what was collected."""


class PlanDiffers(
    InvalidInput,
    code="instalments_differ",
    title="Tổng các kỳ trả góp không bằng phần còn phải thu, hoặc ngày trả không tăng dần",
):
    """Instalments must add up to what is left, in order of their days."""


class DayAhead(InvalidInput, code="recovery_day_ahead", title="Ngày thu hoặc nộp ở tương lai"):
    """Money is received on a day that has come."""


class DecisionWaits(
    Conflict, code="recovery_decision_waits", title="Hồ sơ đang có đề nghị chờ người thứ hai"
):
    """A case has one open proposal at a time."""


class RecoveryDecisionNotFound(
    NotFound,
    code="recovery_decision_not_found",
    title="Không tìm thấy đề nghị xóa nợ hoặc bù trừ đang chờ",
):
    """No such proposal waits among the caller's communes."""


class ProposerDecidesRecovery(
    Forbidden, code="recovery_proposer_decides", title="Người đề nghị không được tự quyết định"
):
    """Who proposed does not decide (nguyên tắc hai người)."""


class GroundUnknown(
    InvalidInput,
    code="set_off_ground_unknown",
    title="Tỉnh chưa nhập căn cứ bù trừ này, hoặc căn cứ chưa có hiệu lực",
):
    """Nothing is set off without a ground that two people of the province entered."""


class GroundExists(
    Conflict, code="set_off_ground_exists", title="Căn cứ bù trừ đã có, hoặc không chờ xác nhận"
):
    """A ground is entered once and confirmed once."""


class MonthIssued(
    Conflict, code="set_off_month_sealed", title="Tháng bù trừ đã niêm phong hoặc không đủ tiền"
):
    """A month is set off before its list is sealed, and never below 0."""


class NothingToReturn(
    Conflict,
    code="nothing_to_return",
    title="Không có khoản chưa nhận nào của người đã tạm dừng hoặc thôi hưởng",
):
    """Only what nobody is paid any more goes back to the budget."""


class BudgetReturnNotFound(
    NotFound, code="budget_return_not_found", title="Không tìm thấy đề nghị nộp trả đang chờ"
):
    """No such proposal waits among the caller's communes."""
