"""Why an untrusted workbook is refused. Nothing of such a file is taken in."""

from __future__ import annotations

from typing import Final

from common.kernel.errors import InvalidInput, TooLarge, UnsupportedMedia

ROWS_MAX: Final = 50_000
"""Most filled rows of a workbook: a commune has some 2,000 people on its list, the largest 20,000."""


class WorkbookNotXlsx(
    UnsupportedMedia,
    code="workbook_not_xlsx",
    title="Tệp không phải là bảng tính (.xlsx, .xls, .ods) hoặc bảng văn bản (.csv, NDJSON)",
):
    """The file is neither a workbook (.xlsx, .xls, .ods) nor a text table (.csv, NDJSON)."""


class WorkbookIsWebPage(
    UnsupportedMedia,
    code="workbook_is_web_page",
    title="Tệp là trang web (HTML) mang tên bảng tính; hãy mở bằng Excel và lưu lại dạng .xlsx",
):
    """The file is an HTML page that only has the name of a workbook."""


class WorkbookIsOldXml(
    UnsupportedMedia,
    code="workbook_is_xml_2003",
    title="Tệp là Bảng tính XML 2003; hãy mở bằng Excel và lưu lại dạng .xlsx",
):
    """The file is SpreadsheetML 2003, which no reader here understands."""


class FileIsPicture(
    UnsupportedMedia,
    code="file_is_picture",
    title="Tệp là ảnh chụp; hãy gửi bảng tính gốc (.xlsx) thay cho ảnh",
):
    """The file is an image."""


class FileIsPdf(
    UnsupportedMedia,
    code="file_is_pdf",
    title="Tệp là PDF; hãy gửi bảng tính gốc (.xlsx) đã dùng để in ra PDF",
):
    """The file is a PDF."""


class FileIsDocument(
    UnsupportedMedia,
    code="file_is_document",
    title="Tệp là văn bản Word; hãy chép bảng sang Excel và lưu dạng .xlsx",
):
    """The file is a text document."""


class WorkbookEncrypted(
    UnsupportedMedia,
    code="workbook_encrypted",
    title="Bảng tính đang đặt mật khẩu; hãy bỏ mật khẩu rồi gửi lại",
):
    """The workbook is protected by a password."""


class WorkbookHasMacros(
    UnsupportedMedia,
    code="workbook_has_macros",
    title="Bảng tính có chứa macro; hãy lưu lại dạng .xlsx không có macro rồi gửi lại",
):
    """The workbook carries programs; a list needs none."""


class WorkbookDamaged(
    InvalidInput, code="workbook_damaged", title="Bảng tính bị hỏng, không đọc được"
):
    """The workbook is damaged, has no readable sheet, or its reading failed."""


class WorkbookTooLarge(TooLarge, code="workbook_too_large", title="Bảng tính quá lớn khi giải nén"):
    """The workbook unpacks to more than is read."""


class WorkbookTooManyRows(TooLarge):
    """The file has more rows than a list can have."""

    code = "workbook_too_many_rows"
    title = (
        f"Tệp có quá nhiều dòng (bảng tính nhiều nhất {ROWS_MAX} dòng,"
        " tệp văn bản nhiều nhất 2000000 dòng)"
    )


REFUSALS: Final = {
    kind.code: kind
    for kind in (
        WorkbookNotXlsx,
        WorkbookIsWebPage,
        WorkbookIsOldXml,
        FileIsPicture,
        FileIsPdf,
        FileIsDocument,
        WorkbookEncrypted,
        WorkbookHasMacros,
        WorkbookDamaged,
        WorkbookTooLarge,
        WorkbookTooManyRows,
    )
}
"""Code -> refusal; a child process names one by its code."""
