"""A document as a workbook: one worksheet for each table, ready to print and to check."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from common.documents.domain import Cell, Column, Document, Kind, Row, Table
from common.documents.text import MOTTO, NATION

_NUMBER_FORMATS: dict[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "dong": "#,##0",
    "million": "#,##0.0",
    "percent": "0.00",
    "date": "dd/mm/yyyy",
}
_WIDTHS: dict[Kind, int] = {
    "text": 46,
    "count": 12,
    "dong": 20,
    "million": 14,
    "percent": 10,
    "date": 14,
}
_HEADER_ROW = 7
_FIXED_DAY = date(2020, 1, 1)
"""The file's own creation day, so that equal documents give equal bytes."""


def write_xlsx(document: Document) -> bytes:
    """Write every table; a document without tables gets one sheet with its heading."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties(
        {
            "title": f"{document.kind} {document.subject}",
            "subject": document.period,
            "author": document.letterhead.organ,
            "created": datetime.combine(document.issued_on or _FIXED_DAY, time()),
        }
    )
    formats = _Formats(workbook)
    empty = Table(document.kind.capitalize(), document.subject, (Column("Nội dung", "text"),), ())
    for table in document.tables or (empty,):
        _Sheet(workbook.add_worksheet(table.name), document, table, formats).write()
    workbook.close()
    return buffer.getvalue()


class _Formats:
    """Cell formats by kind and level, made once each: a workbook keeps every format it is given."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, int, bool], Any] = {}
        self.bold = workbook.add_format({"bold": True, "align": "center"})
        self.centre = workbook.add_format({"align": "center"})
        self.italic = workbook.add_format({"italic": True, "align": "center"})
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.note = workbook.add_format({"italic": True})
        self.header = workbook.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )

    def cell(self, kind: Kind, level: int, cell: Cell) -> Any:
        text = isinstance(cell, str)
        ratio = isinstance(cell, Decimal) and kind == "count"
        number_format = _NUMBER_FORMATS["percent" if ratio else kind]
        key = (number_format, level, text)
        if key not in self._made:
            look = {"num_format": number_format, "border": 1, "bold": level == 0}
            self._made[key] = self._workbook.add_format(
                look | ({"indent": level, "text_wrap": True} if text else {})
            )
        return self._made[key]


class _Sheet:
    """One table on its worksheet."""

    def __init__(self, sheet: Any, document: Document, table: Table, formats: _Formats) -> None:
        self._sheet, self._document, self._table, self._formats = sheet, document, table, formats
        self._last_column = max(len(table.columns) - 1, 1)

    def write(self) -> None:
        self._heading()
        last = self._rows()
        for note in self._table.notes:
            last += 1
            self._sheet.write_string(last + 1, 0, note, self._formats.note)
        self._signature(last + 3)
        self._sheet.freeze_panes(_HEADER_ROW + 1, 1)
        self._sheet.repeat_rows(_HEADER_ROW)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.print_area(0, 0, last + 10, self._last_column)
        self._sheet.set_footer("&CTrang &P/&N")

    def _heading(self) -> None:
        document, right = self._document, self._last_column
        head = document.letterhead
        self._sheet.write_string(0, 0, head.parent_organ or head.organ, self._formats.centre)
        self._sheet.write_string(0, right, NATION, self._formats.bold)
        organ = head.organ if head.parent_organ else ""
        self._sheet.write_string(1, 0, organ, self._formats.bold)
        self._sheet.write_string(1, right, MOTTO, self._formats.bold)
        self._sheet.write_string(2, 0, document.number_line, self._formats.centre)
        self._sheet.write_string(2, right, document.place_and_day, self._formats.italic)
        self._sheet.write_string(4, 0, f"{document.kind} {document.subject}", self._formats.title)
        self._sheet.write_string(5, 0, document.period)
        self._sheet.write_string(6, 0, self._table.title)

    def _rows(self) -> int:
        for index, column in enumerate(self._table.columns):
            self._sheet.set_column(index, index, column.width or _WIDTHS[column.kind])
            self._sheet.write_string(_HEADER_ROW, index, column.heading, self._formats.header)
        parts = [
            _HEADER_ROW + 1 + number
            for number, row in enumerate(self._table.rows)
            if row.level == 1
        ]
        for number, row in enumerate(self._table.rows):
            self._row(_HEADER_ROW + 1 + number, row, parts)
        return _HEADER_ROW + len(self._table.rows)

    def _row(self, place: int, row: Row, parts: Sequence[int]) -> None:
        for index, (column, cell) in enumerate(zip(self._table.columns, row.cells, strict=True)):
            look = self._formats.cell(column.kind, row.level, cell)
            if cell is None:
                self._sheet.write_blank(place, index, None, look)
            elif isinstance(cell, str):
                self._sheet.write_string(place, index, cell, look)
            elif isinstance(cell, date):
                self._sheet.write_datetime(place, index, datetime.combine(cell, time()), look)
            elif row.sums_parts and isinstance(cell, int):
                names = ",".join(xl_rowcol_to_cell(part, index) for part in parts)
                self._sheet.write_formula(place, index, f"=SUM({names})", look, cell)
            else:
                self._sheet.write_number(place, index, cell, look)

    def _signature(self, row: int) -> None:
        signature = self._document.signature
        lines = (signature.authority or "", signature.position, "", "", signature.signer or "")
        for number, line in enumerate(lines):
            self._sheet.write_string(row + number, self._last_column, line, self._formats.bold)
        for number, line in enumerate(("Nơi nhận:", *self._document.recipients)):
            self._sheet.write_string(row + number, 0, line, self._formats.note)
