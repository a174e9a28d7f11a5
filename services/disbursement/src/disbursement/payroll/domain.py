"""The monthly list as pure rules: its states, its canonical form, its hash.

Thuật ngữ: danh sách chi trả; lập, duyệt, niêm phong.
Căn cứ: khoản 4 Điều 28 Nghị định 335/2026/NĐ-CP (lập danh sách trước ngày 25 cho tháng sau).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from common.kernel.months import Month
from disbursement.obligations.domain import name_uuid

FINAL: frozenset[str] = frozenset({"sealed", "reconciled"})


class ListNotFound(
    NotFound, code="payment_list_not_found", title="Không tìm thấy danh sách chi trả"
):
    """No such list among the caller's communes."""


class ListSealed(
    Conflict, code="payment_list_sealed", title="Danh sách đã niêm phong, không thể thay đổi"
):
    """A sealed list is final."""


class ListBusy(
    Conflict,
    code="payment_list_busy",
    title="Danh sách của xã trong tháng này đang được người khác xử lý",
):
    """Another request works on the list of this commune and month."""


class ListNotApproved(
    Conflict, code="payment_list_not_approved", title="Danh sách chưa được duyệt"
):
    """Only an approved list is sealed."""


class ListAlreadyApproved(
    Conflict, code="payment_list_already_approved", title="Danh sách đã được duyệt"
):
    """The list is already approved."""


class ListOutdated(
    Conflict,
    code="payment_list_outdated",
    title="Dữ liệu đã thay đổi sau khi lập danh sách, cần lập và duyệt lại",
):
    """Facts changed since the list was built or approved."""


class ListEmpty(Conflict, code="payment_list_empty", title="Danh sách không có dòng nào"):
    """There is nobody to pay."""


class LaterListSealed(
    Conflict, code="payment_list_later_sealed", title="Tháng sau của xã đã niêm phong"
):
    """Months are sealed in order."""


class ApproverIsMaker(
    Forbidden, code="approver_is_maker", title="Người lập danh sách không được tự duyệt"
):
    """Who builds a list does not approve it (nguyên tắc hai người)."""


class PartnerBlocked(
    Conflict,
    code="partner_blocked",
    title="Đơn vị chi trả còn chênh lệch chưa giải trình của tháng trước",
):
    """Differences of an earlier month with this partner are not explained."""


class EarlierMonthOpen(
    Conflict, code="earlier_month_not_reconciled", title="Tháng trước của xã chưa đối soát xong"
):
    """An earlier month of the commune is not reconciled (quyết toán trước ngày 20)."""


class OverrideByListMaker(
    Forbidden, code="override_by_maker", title="Người lập danh sách không được tự bỏ qua kiểm tra"
):
    """Who builds a list does not override its checks."""


class TotalJumped(
    Conflict,
    code="total_jumped",
    title="Tổng mức tháng này lệch quá nhiều so với tháng trước, cần người thứ hai chịu trách nhiệm",
):
    """The month's regular total differs from last month's by more than the province allows."""


class ApproverLimitExceeded(
    Forbidden,
    code="approver_limit_exceeded",
    title="Tổng danh sách vượt hạn mức duyệt của người duyệt",
):
    """A list above an approver's limit is approved by somebody with a higher one."""


class ApproverLimitExists(
    Conflict,
    code="approver_limit_exists",
    title="Hạn mức này đã có, hoặc không chờ người này xác nhận",
):
    """A limit is entered once for a day, and confirmed once by another person."""


class PaymentRuleUnknown(
    InvalidInput, code="payment_rule_unknown", title="Chưa có quy định chi trả cho thời gian này"
):
    """The day lies before the first dated value of a number that payment follows."""


class SlipNotFound(NotFound, code="slip_not_found", title="Tháng này không chi cho người này"):
    """No sealed list of the month pays the person, among the caller's communes."""


class ListTooEarly(
    Conflict, code="payment_list_too_early", title="Chưa đến kỳ lập danh sách của tháng này"
):
    """The list of a month is built in the month before it, or later."""


class ListTooOld(
    Conflict,
    code="payment_list_too_old",
    title="Tháng này đã quá xa để lập danh sách; khoản còn thiếu được truy lĩnh ở kỳ hiện tại",
):
    """What a month long past still owes is paid as arrears on a list of today."""


class CommuneNotYours(
    NotFound, code="commune_not_yours", title="Xã này không thuộc phạm vi của tài khoản"
):
    """The commune is not one of the caller's."""


_MONTHS_BACK = 12


def check_month(month: Month, now: Month) -> None:
    """Refuse a list for a month beyond the next, or more than a year ago.

    Raises:
        ListTooEarly: before the 25th of a month the list of the next one is made, not of a later.
        ListTooOld: arrears are the way to pay it.
    """
    if month > now + 1:
        raise ListTooEarly
    if month + _MONTHS_BACK < now:
        raise ListTooOld


ListKind = Literal["monthly", "one_off"]


def list_id_of(commune_code: str, month: Month, number: int = 0) -> UUID:
    """Give the id that a list always has; `number` counts a month's lists of one-offs from 1."""
    return name_uuid(f"list:{commune_code}:{month}" + (f":{number}" if number else ""))


def end_to_end_id(line_id: UUID, attempt: int) -> str:
    """Give the reference that a payment carries everywhere: 35 characters, never random.

    `A`, the line's 32 hexadecimal digits, the attempt in two digits: sent again it is the same, so
    that the partner's own check for duplicates helps.
    """
    return f"A{line_id.hex.upper()}{attempt:02d}"


_REFERENCE = re.compile(r"A([0-9A-F]{32})([0-9]{2})\Z")


def line_of_reference(reference: str) -> tuple[UUID, int] | None:
    """Give line and attempt that a reference tells; None when it is none of ours."""
    found = _REFERENCE.match(reference)
    return (UUID(hex=found[1]), int(found[2])) if found else None


def delivery_reference(commune_code: str, month: Month, partner: str, number: int = 0) -> str:
    """Give the reference of the file that one partner gets for a list."""
    return f"AS-{commune_code}-{month}-{f'L{number}-' if number else ''}{partner}"


@dataclass(frozen=True, slots=True)
class Item:
    """What a line pays: one obligation's month and kind."""

    month: Month
    kind: str
    role: str
    amount: int


EXCEPTION_TEXTS: Mapping[str, str] = {
    "deceased": "Người hưởng đã mất; khoản truy lĩnh được giữ lại chờ quyết định",
    "held": "Trợ cấp đang tạm giữ, chưa chi",
    "person_unknown": "Chưa có thông tin của người hưởng trong hệ thống, chưa chi",
    "payee_unknown": "Chưa có thông tin của người nhận thay trong hệ thống, chưa chi",
    "payee_deceased": "Người nhận thay đã mất, cần chọn người nhận khác, chưa chi",
    "overpaid": "Có tháng đã chi cao hơn mức được hưởng; sẽ mở hồ sơ thu hồi, không tự bù trừ",
    "partner_missing": "Chưa có đơn vị chi trả phụ trách (cần khai báo tuyến chi), chưa chi",
    "no_personal_id": "Chưa có số định danh cá nhân, chi bằng tiền mặt",
    "account_missing": "Đăng ký nhận qua tài khoản nhưng chưa có số tài khoản, chi bằng tiền mặt",
    "account_rejected": "Ngân hàng đã từ chối tài khoản, chi bằng tiền mặt đến khi có tài khoản mới",
    "payee_held": "Người hưởng đang tạm giữ chi trả để kiểm tra",
    "possible_duplicate": "Có thể trùng người với một hồ sơ khác đang được chi trả; chưa chi đến khi"
    " cán bộ gộp hồ sơ hoặc xác nhận là hai người",
    "contradicted": "Đơn vị chi trả báo mâu thuẫn, chưa chi lại đến khi có người quyết định",
    "no_longer_owed": "Khoản của tháng trước chưa chi được và nay không còn được hưởng, không chi",
    "account_unconfirmed": "Tài khoản chưa được người thứ hai xác nhận, chi bằng tiền mặt",
    "payee_unconfirmed": "Người nhận thay chưa được người thứ hai xác nhận, chưa chi",
    "change_pending": "Có thay đổi cách nhận đang chờ xác nhận; kỳ này vẫn chi như trước",
    "account_changed": "Nơi nhận tiền khác với lần chi trước, cần kiểm tra",
    "account_shared": "Nhiều người hưởng nhận chung một tài khoản, cần kiểm tra ủy quyền",
    "carried": "Có khoản của tháng trước chưa nhận được, chuyển sang kỳ này",
}
"""What an exception of a list means, for the officer who reads it."""
