"""Vietnamese words for the codes that the demo shows; an unknown code stands as it is."""

from __future__ import annotations

from collections.abc import Mapping

CHANGES: Mapping[str, str] = {
    "same": "như tháng trước",
    "new": "mới",
    "gone": "không còn",
    "changed": "thay đổi số tiền",
}
REASONS: Mapping[str, str] = {
    "account_unknown": "tài khoản không tồn tại",
    "account_closed": "tài khoản đã đóng",
    "account_blocked": "tài khoản bị khóa",
    "account_changed": "đổi tài khoản, chờ người thứ hai xác nhận",
    "beneficiary_deceased": "người hưởng đã mất",
    "deceased": "người hưởng đã mất",
    "held": "tạm giữ, chờ quyết định",
    "highest_only": "chỉ hưởng một mức cao nhất",
    "level_lowered": "mức hưởng giảm theo quyết định mới",
    "moved_in": "chuyển đến",
    "moved_out": "chuyển đi",
    "name_mismatch": "tên chủ tài khoản không khớp",
    "not_collected": "chưa đến nhận",
    "payee_deceased": "người nhận thay đã mất",
    "payee_unknown": "chưa có người nhận thay",
    "uncollected": "chưa đến nhận",
}
STATES: Mapping[str, str] = {
    "paid": "đã chi",
    "failed": "không thành công",
    "uncollected": "chưa nhận",
    "carried": "chuyển tháng sau",
    "returned": "bị trả lại",
    "sealed": "chưa có kết quả",
    "issued": "chưa có kết quả",
    "sent": "đã gửi",
}
DRAFT_OUTCOMES: Mapping[str, str] = {
    "new_level": "chuyển sang mức mới",
    "amount_differs": "số tiền khác mức theo luật, cần quyết định riêng",
    "highest_only": "chỉ hưởng một mức cao nhất",
    "deceased": "người hưởng đã mất",
}
FILE_FINDINGS: Mapping[str, str] = {"title_rows": "Có dòng tiêu đề phía trên bảng"}
VERIFICATION: Mapping[str, str] = {
    "verified": "khớp",
    "mismatch": "không khớp, cần xác minh",
    "not_found": "không tìm thấy",
    "unverified": "chưa đối chiếu được (chưa có số định danh)",
}
CONDITIONS: Mapping[str, str] = {"True": "đúng", "False": "không", "None": "chưa rõ"}


def words_of(words: Mapping[str, str], code: object) -> str:
    """Give the words for a code; nothing for None."""
    return "" if code is None else words.get(str(code), str(code))
