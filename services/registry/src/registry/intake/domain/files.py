"""Why a whole file is refused. Nothing of such a file is taken in."""

from __future__ import annotations

from common.kernel.errors import InvalidInput, TooLarge, UnsupportedMedia

ROWS_MAX = 50_000
"""Most rows of a workbook: a commune has some 2,000 people on its list, the largest some 20,000."""

TEXT_ROWS_MAX = 2_000_000
"""Most lines of a text table or NDJSON file, which are read piece by piece."""

COLUMNS_MAX = 200
"""Most columns of a text table, and names in an NDJSON file."""

RUBBISH_FROM = 50
"""From this many refused rows on, the share of refused rows decides."""
RUBBISH_SHARE = 0.5
"""More refused than this: somebody sent another list, or columns are shifted."""


class WorkbookNotXlsx(UnsupportedMedia):
    """The file is neither a workbook (.xlsx, .xls, .ods) nor a text table (.csv, NDJSON)."""

    code = "workbook_not_xlsx"
    title = "Tệp không phải là bảng tính (.xlsx, .xls, .ods) hoặc bảng văn bản (.csv, NDJSON)"


class WorkbookEncrypted(UnsupportedMedia):
    """The workbook is protected by a password."""

    code = "workbook_encrypted"
    title = "Bảng tính đang đặt mật khẩu; hãy bỏ mật khẩu rồi gửi lại"


class WorkbookHasMacros(UnsupportedMedia):
    """The workbook carries programs; a list needs none."""

    code = "workbook_has_macros"
    title = "Bảng tính có chứa macro; hãy lưu lại dạng .xlsx không có macro rồi gửi lại"


class WorkbookDamaged(InvalidInput):
    """The workbook is damaged or has no readable sheet."""

    code = "workbook_damaged"
    title = "Bảng tính bị hỏng, không đọc được"


class WorkbookTooLarge(TooLarge):
    """The workbook unpacks to more than is read."""

    code = "workbook_too_large"
    title = "Bảng tính quá lớn khi giải nén"


class WorkbookTooManyRows(TooLarge):
    """The file has more rows than a list can have."""

    code = "workbook_too_many_rows"
    title = (
        f"Tệp có quá nhiều dòng (bảng tính nhiều nhất {ROWS_MAX} dòng,"
        f" tệp văn bản nhiều nhất {TEXT_ROWS_MAX} dòng)"
    )


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
    """The file is no text table in an encoding that Vietnamese offices use."""

    code = "table_not_text"
    title = "Tệp không phải là bảng văn bản CSV đọc được (nên lưu ở bảng mã UTF-8)"


class RecordsInvalid(InvalidInput):
    """A line of an NDJSON file is not one flat JSON object."""

    code = "records_invalid"
    title = "Mỗi dòng của tệp NDJSON phải là một đối tượng JSON đơn giản, không lồng nhau"
