"""Official papers in the layout of Decree 30/2020/NĐ-CP, written as .docx, .xlsx and .pdf.

A service builds a `Document` (its own words and figures); the writers here give the file. Equal
documents give equal bytes: nothing in a file depends on when or where it is written.
"""

from common.documents.domain import (
    Cell,
    Column,
    Document,
    Kind,
    Letterhead,
    Row,
    Section,
    Signature,
    Table,
)
from common.documents.service import FORMATS, DocumentFormat, DocumentFormatUnknown, write_document

__all__ = [
    "FORMATS",
    "Cell",
    "Column",
    "Document",
    "DocumentFormat",
    "DocumentFormatUnknown",
    "Kind",
    "Letterhead",
    "Row",
    "Section",
    "Signature",
    "Table",
    "write_document",
]
