"""What intake has to say about a row: a stable code, how serious it is, and a Vietnamese message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from common.kernel import personal_id

Severity = Literal["info", "warning", "error"]

CATALOGUE: dict[str, tuple[Severity, str]] = {
    "title_rows": ("info", "Có {count} dòng tiêu đề phía trên dòng tên cột; đã bỏ qua"),
    "other_sheets_ignored": ("warning", "Tệp còn {count} trang tính khác không được đọc"),
    "sheets_joined": ("info", "Đã đọc {count} trang tính cùng mẫu như một danh sách"),
    "table_encoding": ("info", "Tệp văn bản ở bảng mã {encoding}; đã chuyển về Unicode"),
    "id_missing": ("error", "Không có số định danh hoặc số CMND"),
    "id_zero_lost": ("warning", "Số định danh bị mất số 0 ở đầu; đã bổ sung, xin kiểm tra lại"),
    "id_cmnd": (
        "warning",
        "Chỉ có số CMND 9 chữ số: tiếp nhận, chi tiền mặt, cần bổ sung số định danh",
    ),
    "id_invalid_length": ("error", "Số định danh phải có 12 chữ số (hoặc CMND 9 chữ số)"),
    "id_invalid_format": ("error", "Số định danh chỉ gồm chữ số"),
    "id_of_other_person": (
        "error",
        "Số định danh này đã có trong dữ liệu với họ tên và ngày sinh khác; chưa ghi nhận dòng này",
    ),
    "id_known_elsewhere": (
        "error",
        "Số định danh đã được quản lý ở đơn vị khác; cần làm thủ tục chuyển hoặc kiểm tra lại số",
    ),
    "row_without_name": ("error", "Thiếu họ và tên"),
    "birth_text": ("info", "Ngày sinh ghi bằng chữ; đã đọc được"),
    "birth_serial": ("info", "Ngày sinh là số thứ tự ngày của Excel; đã chuyển thành ngày"),
    "birth_year_only": ("info", "Chỉ có năm sinh; tính là ngày 01 tháng 01"),
    "birth_month_only": ("info", "Chỉ có tháng và năm sinh; tính là ngày 01 của tháng"),
    "birth_unreadable": ("error", "Không đọc được ngày sinh"),
    "birth_in_future": ("error", "Ngày sinh sau tháng của danh sách"),
    "birth_year_contradicts_id": (
        "warning",
        "Năm sinh khác với năm sinh trong số định danh; cần xác minh",
    ),
    "sex_contradicts_id": ("warning", "Giới tính khác với số định danh; cần xác minh"),
    "sex_from_id": ("info", "Không ghi giới tính; lấy theo số định danh"),
    "sex_unreadable": ("error", "Không đọc được giới tính"),
    "text_decomposed": ("info", "Chữ có dấu ở dạng tổ hợp; đã chuyển về Unicode dựng sẵn"),
    "text_tcvn3": ("info", "Chữ ở bảng mã TCVN3 (ABC); đã chuyển về Unicode"),
    "text_viqr": ("info", "Chữ ở dạng VIQR; đã chuyển về Unicode"),
    "text_vni": ("info", "Chữ ở bảng mã VNI; đã chuyển về Unicode"),
    "old_commune_name": ("info", "Địa chỉ ghi tên xã cũ; nay thuộc {commune}"),
    "commune_elsewhere": ("error", "Địa chỉ thuộc đơn vị hành chính khác, không phải {commune}"),
    "commune_unknown": ("warning", "Không tìm thấy tên xã trong địa chỉ; cần kiểm tra"),
    "duplicate_in_file": ("error", "Trùng người và trùng chế độ với dòng {first_row}"),
    "row_hidden": ("error", "Dòng bị ẩn hoặc bị lọc trong tệp; giữ lại theo lựa chọn của đơn vị"),
    "row_struck_out": ("error", "Dòng bị gạch ngang trong tệp; giữ lại theo lựa chọn của đơn vị"),
    "other_table": ("error", "Dòng thuộc bảng thứ hai có cột khác; hãy gửi bảng đó bằng tệp khác"),
    "section_contradicts": (
        "error",
        "Loại đối tượng của dòng khác với tiêu đề nhóm phía trên; hãy ghi rõ một loại",
    ),
    "other_benefit_not_read": (
        "warning",
        "Dòng còn có số tiền của chế độ khác ở cột không được chọn; hãy gửi chế độ đó thành dòng riêng",
    ),
    "category_several": (
        "error",
        "Ô nêu nhiều chế độ; hãy ghi mỗi chế độ một dòng với mức hưởng riêng",
    ),
    "new_on_list": (
        "error",
        "Chưa có người này trong dữ liệu; hãy gửi danh sách có đủ các cột cho người mới",
    ),
    "degree_unreadable": (
        "error",
        "Chưa đọc được mức độ khuyết tật; hãy ghi đặc biệt nặng, nặng hoặc nhẹ",
    ),
    "category_unknown": ("error", "Chưa nhận ra loại đối tượng"),
    "carer_missing": (
        "error",
        (
            "Thiếu họ tên hoặc số định danh 12 chữ số của người nhận chăm sóc, nuôi dưỡng: chưa biết"
            " trả cho ai"
        ),
    ),
    "carer_is_person": ("error", "Người nhận chăm sóc trùng với người được chăm sóc"),
    "children_missing": (
        "warning",
        "Chưa ghi ngày sinh của con đang nuôi; cần bổ sung để xét mức hưởng",
    ),
    "amount_unreadable": ("error", "Không đọc được mức hưởng"),
    "coefficient_unreadable": ("error", "Không đọc được hệ số"),
    "decision_date_unreadable": ("error", "Không đọc được ngày quyết định"),
    "decision_after_list": ("error", "Ngày quyết định sau tháng của danh sách"),
    "decision_number_missing": ("warning", "Thiếu số quyết định"),
    "method_unknown": ("warning", "Chưa nhận ra hình thức nhận; tạm tính là tiền mặt"),
    "account_unusable": ("warning", "Số tài khoản thiếu hoặc không hợp lệ; tạm chi tiền mặt"),
    "bank_unknown": ("warning", "Chưa nhận ra tên ngân hàng; tạm chi tiền mặt"),
    "id_rounded": (
        "error",
        "Số đã bị Excel làm tròn (dạng 1,2E+13); hãy định dạng cột là Văn bản và nhập lại số",
    ),
    "name_unreadable": (
        "error",
        "Họ tên có ký tự không phải chữ; hãy ghi lại họ tên đúng như giấy tờ",
    ),
    "name_cleaned": ("info", "Họ tên có ký tự lạ; đã thay bằng chữ tiếng Việt tương ứng"),
    "name_remark": ("warning", "Họ tên kèm ghi chú trong ngoặc; đã bỏ phần ghi chú khỏi họ tên"),
    "text_unsafe": (
        "error",
        "Ô có ký tự của công thức hoặc mã lệnh; hãy ghi lại bằng chữ thường",
    ),
    "row_says_dead": (
        "error",
        "Dòng ghi người này đã chết; hãy gửi thông báo khai tử hoặc bỏ ghi chú nếu không đúng",
    ),
    "row_says_moved": (
        "error",
        "Dòng ghi người này đã chuyển đi; hãy gửi thông báo chuyển nơi cư trú hoặc bỏ ghi chú",
    ),
    "row_says_stopped": (
        "error",
        "Dòng ghi người này thôi hưởng; nếu vẫn hưởng hãy bỏ ghi chú, nếu không hãy bỏ dòng",
    ),
    "category_denied": (
        "error",
        "Loại đối tượng có chữ phủ định hoặc mức không được hưởng; hãy ghi rõ loại đối tượng",
    ),
    "poverty_unclear": (
        "error",
        "Chưa rõ hộ nghèo, cận nghèo hay đã thoát nghèo; hãy ghi rõ một loại",
    ),
    "age_impossible": ("error", "Tuổi tính từ ngày sinh không thể có (trên 120 tuổi)"),
    "age_contradicts_category": (
        "error",
        "Tuổi không phù hợp với loại đối tượng; hãy kiểm tra ngày sinh hoặc loại đối tượng",
    ),
    "amount_differs": (
        "warning",
        "Mức hưởng khác mức theo hệ số và mức chuẩn của tháng (đúng: {lawful} đồng)",
    ),
    "amount_not_lawful": (
        "error",
        "Mức hưởng không khớp mức nào của pháp luật (đúng: {lawful} đồng); giữ lại chờ kiểm tra",
    ),
    "birth_first_january": (
        "info",
        "Sinh ngày 01/01 và chưa có số định danh: tính là chỉ biết năm sinh",
    ),
    "phone_zero_lost": ("info", "Số điện thoại mất số 0 ở đầu; đã bổ sung"),
    "account_zero_lost": (
        "warning",
        "Số tài khoản có thể mất số 0 ở đầu; hãy nhập lại dạng văn bản; tạm chi tiền mặt",
    ),
    "bank_ambiguous": (
        "warning",
        "Ô ngân hàng nêu nhiều ngân hàng; hãy ghi một ngân hàng; tạm chi tiền mặt",
    ),
    "bank_former_name": ("info", "Tên ngân hàng cũ ({change}); đã ghi ngân hàng hiện nay"),
    "possible_same_person": (
        "error",
        "Có thể là người đã có trong dữ liệu (trùng họ tên và ngày sinh); giữ lại chờ xác định",
    ),
    "disability_changed": (
        "warning",
        "Mức độ khuyết tật khác với dữ liệu đang có; đã ghi nhận mới",
    ),
    "person_deceased": ("warning", "Đã có thông tin khai tử của người này"),
    "death_date_unreadable": ("error", "Không đọc được ngày chết"),
    "death_in_future": ("error", "Ngày chết sau ngày hôm nay"),
    "death_before_birth": ("error", "Ngày chết trước ngày sinh"),
    "notice_number_missing": ("error", "Thiếu số trích lục hoặc số giấy báo tử"),
    "notice_without_person": (
        "info",
        "Chưa có người này trong dữ liệu; thông tin khai tử được giữ lại để đối chiếu",
    ),
    "notice_does_not_match": (
        "warning",
        "Số định danh có trong dữ liệu nhưng họ tên và ngày sinh đều khác; cần xác minh",
    ),
    "notice_person_to_check": (
        "warning",
        "Họ tên và ngày sinh trùng với một người trong dữ liệu nhưng số khác hoặc thiếu; cần xác minh",
    ),
    "notice_death_differs": ("warning", "Đã ghi nhận một ngày chết khác; cần xác minh"),
}
"""Code -> severity and message. Warnings let the row in and ask someone to look."""

FILE_LEVEL = 0
"""Row number of a finding about the whole file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one row. `value_masked` never shows the value itself."""

    code: str
    column: str | None = None
    value_masked: str | None = None
    details: dict[str, str | int] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How serious: an error refuses the row."""
        return CATALOGUE[self.code][0]

    @property
    def message(self) -> str:
        """What to tell the officer, in Vietnamese."""
        return CATALOGUE[self.code][1].format(**self.details)


_LETTERS = re.compile(r"(\w)\w*")
_DIGITS = re.compile(r"\d")


def mask_number(value: object) -> str:
    """Hide an identity or account number but for its last three digits."""
    return personal_id.mask(str(int(value)) if isinstance(value, float) else str(value))


def mask_name(value: object) -> str:
    """Hide a name but for its initials."""
    return _LETTERS.sub(r"\1***", str(value))[:60]


def mask_text(value: object) -> str:
    """Hide the digits of a text and shorten it."""
    return _DIGITS.sub("*", str(value))[:40]


def mask_date(value: object) -> str:
    """Hide a date but for its form."""
    return mask_text(value)
