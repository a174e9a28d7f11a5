"""Write a document in the format that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from common.documents.docx import write_docx
from common.documents.domain import Document
from common.documents.pdf import write_pdf
from common.documents.xlsx import write_xlsx
from common.kernel.errors import InvalidInput

DocumentFormat = Literal["docx", "xlsx", "pdf"]


class DocumentFormatUnknown(
    InvalidInput, code="document_format_unknown", title="Chưa có định dạng tệp này"
):
    """No writer exists for this format."""


@dataclass(frozen=True, slots=True)
class FileType:
    """What a format is on the wire."""

    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[DocumentFormat, FileType] = {
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet"),
    "pdf": FileType("application/pdf"),
}
_WRITERS = {"docx": write_docx, "xlsx": write_xlsx, "pdf": write_pdf}


def write_document(document: Document, file_format: str) -> bytes:
    """Give the bytes of the file; takes processor time (call it in a thread from a route).

    Raises:
        DocumentFormatUnknown: the detail names the formats that exist.
    """
    writer = _WRITERS.get(file_format)
    if writer is None:
        raise DocumentFormatUnknown(f"Các định dạng hiện có: {', '.join(FORMATS)}.")
    return writer(document)
