"""Why a whole file is refused. Nothing of such a file is taken in."""

from __future__ import annotations

from common.kernel.errors import InvalidInput, TooLarge, UnsupportedMedia

ROWS_MAX = 50_000
"""Most rows of one file: a commune has some 2,000 people on its list, the largest some 20,000."""

RUBBISH_FROM = 50
"""From this many refused rows on, the share of refused rows decides."""
RUBBISH_SHARE = 0.5
"""More refused than this: somebody sent another list, or columns are shifted."""


class WorkbookNotXlsx(UnsupportedMedia):
    """The file is not an .xlsx workbook."""

    code = "workbook_not_xlsx"
    title = "Tệp không phải là bảng tính .xlsx; hãy mở bằng Excel và lưu lại dạng .xlsx"


class WorkbookEncrypted(UnsupportedMedia):
    """The workbook is protected by a password."""

    code = "workbook_encrypted"
    title = "Bảng tính đang đặt mật khẩu; hãy bỏ mật khẩu rồi gửi lại"


class WorkbookDamaged(InvalidInput):
    """The workbook is damaged or has no readable sheet."""

    code = "workbook_damaged"
    title = "Bảng tính bị hỏng, không đọc được"


class WorkbookTooLarge(TooLarge):
    """The workbook unpacks to more than is read."""

    code = "workbook_too_large"
    title = "Bảng tính quá lớn khi giải nén"


class WorkbookTooManyRows(TooLarge):
    """The workbook has more rows than a list of one commune can have."""

    code = "workbook_too_many_rows"
    title = f"Bảng tính có quá nhiều dòng (nhiều nhất {ROWS_MAX} dòng)"


class WorkbookHasFormulas(InvalidInput):
    """Cells that would be read hold formulas, whose stored results may be stale or absent."""

    code = "workbook_has_formulas"
    title = "Có công thức trong các ô dữ liệu; hãy sao chép và dán giá trị (Paste Values)"


class HeaderNotFound(InvalidInput):
    """No row names the columns of such a list."""

    code = "header_not_found"
    title = "Không tìm thấy dòng tên cột (cần ít nhất: họ và tên, ngày sinh hoặc số định danh)"


class ListEmpty(InvalidInput):
    """The file has a header but not one row below it."""

    code = "list_empty"
    title = "Danh sách không có dòng nào"


class TooManyRefused(InvalidInput):
    """Most rows cannot be taken in: this is not the list it claims to be."""

    code = "too_many_rows_refused"
    title = "Phần lớn số dòng không hợp lệ nên chưa tiếp nhận dòng nào; hãy kiểm tra lại tệp"


class TableNotText(UnsupportedMedia):
    """The file is not a UTF-8 text table."""

    code = "table_not_text"
    title = "Tệp không phải là bảng văn bản CSV ở bảng mã UTF-8"
