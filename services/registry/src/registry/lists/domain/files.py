"""Why a whole file is refused. Nothing of such a file is taken in."""

from __future__ import annotations

from common.kernel.errors import InvalidInput, UnsupportedMedia

TEXT_ROWS_MAX = 2_000_000
"""Most lines of a text table or NDJSON file, which are read piece by piece."""

COLUMNS_MAX = 200
"""Most columns of a text table, and names in an NDJSON file."""

RUBBISH_FROM = 50
"""From this many refused rows on, the share of refused rows decides."""
RUBBISH_SHARE = 0.5
"""More refused than this: somebody sent another list, or columns are shifted."""


class WorkbookHasFormulas(
    InvalidInput,
    code="workbook_has_formulas",
    title="Có công thức trong các ô dữ liệu; hãy sao chép và dán giá trị (Paste Values)",
):
    """Cells that would be read hold formulas, whose stored results may be stale or absent."""


class HeaderNotFound(
    InvalidInput,
    code="header_not_found",
    title="Không tìm thấy dòng tên cột (cần ít nhất: họ và tên, ngày sinh hoặc số định danh)",
):
    """No row names the columns of such a list."""


class ListEmpty(InvalidInput, code="list_empty", title="Danh sách không có dòng nào"):
    """The file has a header but not one row below it."""


class TooManyRefused(
    InvalidInput,
    code="too_many_rows_refused",
    title="Phần lớn số dòng không hợp lệ nên chưa tiếp nhận dòng nào; hãy kiểm tra lại tệp",
):
    """Most rows cannot be taken in: this is not the list it claims to be."""


class TableNotText(
    UnsupportedMedia,
    code="table_not_text",
    title="Tệp không phải là bảng văn bản CSV đọc được (nên lưu ở bảng mã UTF-8)",
):
    """The file is no text table in an encoding that Vietnamese offices use."""


class RecordsInvalid(
    InvalidInput,
    code="records_invalid",
    title="Mỗi dòng của tệp NDJSON phải là một đối tượng JSON đơn giản, không lồng nhau",
):
    """A line of an NDJSON file is not one flat JSON object."""
