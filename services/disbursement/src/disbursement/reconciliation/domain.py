"""Three sides that must agree: the sealed list, the partner's results, the partner's statement.

Tolerance is 0. Thuật ngữ: đối soát, quyết toán.
Căn cứ: khoản 5 Điều 28 Nghị định 335/2026/NĐ-CP (đơn vị chi trả quyết toán trước ngày 20).
"""

from __future__ import annotations

from common.kernel.errors import Conflict, Forbidden, NotFound


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


class DifferenceCaseNotFound(
    NotFound, code="difference_case_not_found", title="Không tìm thấy chênh lệch cần giải trình"
):
    """No such case among the caller's communes."""


class DifferenceCaseClosed(
    Conflict,
    code="difference_case_closed",
    title="Chênh lệch không còn chờ giải trình, hoặc chưa có ai giải trình",
):
    """It is explained, gone, or nobody proposed an explanation."""


class ExplainerDecides(
    Forbidden, code="explainer_decides", title="Người giải trình không được tự chấp nhận"
):
    """Who explains a difference does not accept the explanation (nguyên tắc hai người)."""


class BenefitBudgeted(
    Conflict, code="benefit_budgeted", title="Một chế độ đã thuộc nguồn kinh phí khác trong năm"
):
    """A benefit stands in one budget line of a year."""
