"""A form written as an .xlsx workbook; the same form gives the same bytes."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from reporting.statutory.domain import Cell, Form, Kind, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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
_HEADER_ROW = 4
_PERCENT_FORMAT = "0.00"


def write_workbook(form: Form) -> bytes:
    """Write every sheet of a form; nothing in the file depends on when or where it is written."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties(
        {
            "title": form.title,
            "subject": form.subtitle,
            "author": "An Sinh",
            "created": datetime.combine(form.made_on, time()),
        }
    )
    styles = _Styles(workbook)
    for sheet in form.sheets:
        _write_sheet(workbook.add_worksheet(sheet.name), form, sheet, styles)
    workbook.close()
    return buffer.getvalue()


class _Styles:
    """Formats by kind and level, made once each: a workbook keeps every format it is given."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, int, bool], Any] = {}
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.note = workbook.add_format({"italic": True, "text_wrap": False})
        self.header = workbook.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )

    def cell(self, kind: Kind, level: int, *, text: bool, percent: bool) -> Any:
        number_format = _PERCENT_FORMAT if percent else _NUMBER_FORMATS[kind]
        key = (number_format, level, text)
        if key not in self._made:
            self._made[key] = self._workbook.add_format(
                {
                    "num_format": number_format,
                    "border": 1,
                    "bold": level == 0,
                    "indent": level if text else 0,
                }
            )
        return self._made[key]


def _write_sheet(worksheet: Any, form: Form, sheet: Sheet, styles: _Styles) -> None:
    worksheet.write_string(0, 0, form.title, styles.title)
    worksheet.write_string(1, 0, form.subtitle)
    worksheet.write_string(2, 0, f"{sheet.title} - Ngày lập: {form.made_on:%d/%m/%Y}")
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, _WIDTHS[column.kind])
        worksheet.write_string(_HEADER_ROW, index, column.heading, styles.header)
    row_number = _HEADER_ROW
    for row in sheet.rows:
        row_number += 1
        for index, (column, cell) in enumerate(zip(sheet.columns, row.cells, strict=True)):
            percent = isinstance(cell, Decimal) and column.kind == "count"
            style = styles.cell(column.kind, row.level, text=isinstance(cell, str), percent=percent)
            _write_cell(worksheet, (row_number, index), cell, style)
    for note in sheet.notes:
        row_number += 2
        worksheet.write_string(row_number, 0, note, styles.note)
    worksheet.freeze_panes(_HEADER_ROW + 1, 1)
    worksheet.repeat_rows(_HEADER_ROW)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)


def _write_cell(worksheet: Any, place: tuple[int, int], cell: Cell, style: Any) -> None:
    row, column = place
    if cell is None:
        worksheet.write_blank(row, column, None, style)
    elif isinstance(cell, str):
        worksheet.write_string(row, column, cell, style)
    elif isinstance(cell, date):
        worksheet.write_datetime(row, column, datetime.combine(cell, time()), style)
    else:
        worksheet.write_number(row, column, cell, style)
