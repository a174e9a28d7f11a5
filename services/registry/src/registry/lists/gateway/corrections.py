"""Writes the workbook of rows to be corrected, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from common.documents.safe_text import safe_text
from registry.lists.domain.mapping import ADDED_HEADINGS
from registry.lists.gateway.reading import Part, Table

_COLOURS = {"error": "#F8CBAD", "warning": "#FFE699"}
_NAME_MAX = 31
_CELL_MAX = 32_000
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a row: the field, how serious, and the Vietnamese explanation."""

    column: str | None
    severity: str
    message: str


def write_workbook(target: Path, table: Table, remarks: Mapping[int, Sequence[Remark]]) -> int:
    """Write the header and every row that has a remark, as it was sent; gives how many.

    Texts stay texts: what looks like a formula is never one. Each sheet of the list keeps its own.
    """
    # Rows go to disk as they are written; only the comments stay in memory.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    count = 0
    with xlsxwriter.Workbook(str(target), options) as book:
        styles = _styles(book)
        for number, part in enumerate(table.parts, 1):
            count += _write_part(book, styles, part, remarks, f"Danh sách {number}")
    return count


def _styles(book: xlsxwriter.Workbook) -> dict[tuple[str, bool], Any]:
    styles: dict[tuple[str, bool], Any] = {}
    for severity, colour in {**_COLOURS, "": None}.items():
        for is_date in (False, True):
            wanted: dict[str, Any] = {"bg_color": colour} if colour else {}
            if is_date:
                wanted["num_format"] = "dd/mm/yyyy"
            styles[severity, is_date] = book.add_format(wanted)
    styles["header", False] = book.add_format({"bold": True, "text_wrap": True, "border": 1})
    return styles


def _write_part(
    book: xlsxwriter.Workbook,
    styles: Mapping[tuple[str, bool], Any],
    part: Part,
    remarks: Mapping[int, Sequence[Remark]],
    name: str,
) -> int:
    sheet = book.add_worksheet((part.sheet or name).translate(_FORBIDDEN)[:_NAME_MAX])
    headings = part.found.headings
    width = len(headings)
    while width and headings[width - 1] in {"", *ADDED_HEADINGS}:
        width -= 1
    line = 0
    for cells in part.head():
        # Titles may say unit or month: the layout stays that of the list.
        _write_line(sheet, line, cells[:width], styles)
        line += 1
    for column, heading in enumerate((*headings[:width], *ADDED_HEADINGS)):
        sheet.write_string(line, column, safe_text(heading), styles["header", False])
    sheet.set_column(0, width - 1, 16)
    sheet.set_column(width, width, 60)
    count = 0
    above: list[Sequence[object]] = []
    for (number, section, _), (_, cells) in zip(part.walk(), part.raw(), strict=True):
        if section is not None:
            above.append(cells)
        found = remarks.get(number)
        if not found:
            continue
        for heading_cells in above:
            line += 1
            _write_line(sheet, line, heading_cells[:width], styles)
        above = []
        line, count = line + 1, count + 1
        _write_row(sheet, line, cells, width, found, part.found.columns, styles)
    return count


def _write_line(
    sheet: Any, line: int, cells: Sequence[object], styles: Mapping[tuple[str, bool], Any]
) -> None:
    for column, cell in enumerate(cells):
        _write_cell(sheet, (line, column), cell, "", styles)


def _write_row(
    sheet: Any,
    line: int,
    cells: Sequence[object],
    width: int,
    found: Sequence[Remark],
    columns: Mapping[str, int],
    styles: Mapping[tuple[str, bool], Any],
) -> None:
    by_column = _by_column(found, columns)
    for column in range(width):
        cell = cells[column] if column < len(cells) else None
        told = by_column.get(column, [])
        _write_cell(sheet, (line, column), cell, _worst(told), styles)
        if told:
            sheet.write_comment(line, column, "\n".join(r.message for r in told))
    sheet.write_string(line, width, "; ".join(r.message for r in found)[:_CELL_MAX])
    refused = any(remark.severity == "error" for remark in found)
    sheet.write_string(line, width + 1, "Chưa nhận" if refused else "Đã nhận")


def _by_column(found: Sequence[Remark], columns: Mapping[str, int]) -> dict[int, list[Remark]]:
    placed: dict[int, list[Remark]] = {}
    for remark in found:
        column = columns.get(remark.column or "")
        if column is not None:
            placed.setdefault(column, []).append(remark)
    return placed


def _worst(told: Sequence[Remark]) -> str:
    severities = {remark.severity for remark in told}
    return next((one for one in _COLOURS if one in severities), "")


def _write_cell(
    sheet: Any,
    place: tuple[int, int],
    cell: object,
    severity: str,
    styles: Mapping[tuple[str, bool], Any],
) -> None:
    plain, dated = styles[severity, False], styles[severity, True]
    if cell is None or cell == "":
        sheet.write_blank(*place, None, plain)
    elif isinstance(cell, bool):
        sheet.write_boolean(*place, cell, plain)
    elif isinstance(cell, int | float):
        sheet.write_number(*place, cell, plain)
    elif isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        sheet.write_datetime(*place, moment, dated)
    else:
        sheet.write_string(*place, safe_text(str(cell))[:_CELL_MAX], plain)
