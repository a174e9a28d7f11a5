"""The list as a commune's own workbook: titles above the header, groups, totals, signatures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sandbox.sample import months
from sandbox.sample.groups import PROFILES
from sandbox.sample.plan import COLUMNS, Cell, Plan, cells

SHEET = "Danh sách chi trả"
_CREATED = datetime(2026, 11, 5, 8, 0, tzinfo=UTC).replace(tzinfo=None)
_LAST = len(COLUMNS) - 1
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
_AMOUNT = [key for key, _, _ in COLUMNS].index("amount")


def write_workbook(plan: Plan, path: Path) -> None:
    """Write the workbook; the same plan gives the same bytes in every part of it."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"title": "Danh sách chi trả", "created": _CREATED})
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
        bold.set_text_wrap()
        formats = {
            "amount": book.add_format({"num_format": "#,##0"}),
            "coefficient": book.add_format({"num_format": "0.0"}),
            "text": book.add_format({"num_format": "@"}),
        }
        for column, (_, _, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
        _titles(sheet, plan, bold)
        _header(sheet, plan, bold)
        _rows(sheet, plan, bold, formats)
        _tail(sheet, plan, bold, formats["amount"])


def _titles(sheet: Worksheet, plan: Plan, bold: Format) -> None:
    place = f"{plan.commune.kind} {plan.commune.name}".upper()
    year, month = months.write(plan.list_month).split("-")
    sheet.merge_range(0, 0, 0, 4, f"ỦY BAN NHÂN DÂN {place}", bold)
    sheet.merge_range(0, 8, 0, _LAST, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold)
    sheet.merge_range(1, 0, 1, 4, "PHÒNG VĂN HÓA - XÃ HỘI", bold)
    sheet.merge_range(1, 8, 1, _LAST, "Độc lập - Tự do - Hạnh phúc", bold)
    title = "DANH SÁCH CHI TRẢ TRỢ CẤP HƯU TRÍ XÃ HỘI, TRỢ CẤP XÃ HỘI HẰNG THÁNG"
    sheet.merge_range(2, 0, 2, _LAST, title, bold)
    sheet.merge_range(3, 0, 3, _LAST, f"THÁNG {int(month)} NĂM {year}", bold)
    sheet.merge_range(4, 0, 4, _LAST, "Đơn vị tính: đồng", bold)


def _header(sheet: Worksheet, plan: Plan, bold: Format) -> None:
    row = plan.layout.header_row - 1
    sheet.write_row(row, 0, [heading for _, heading, _ in COLUMNS], bold)
    if plan.layout.numbering_row:
        sheet.write_row(row + 1, 0, [f"({n})" for n in range(1, len(COLUMNS) + 1)], bold)


def _rows(sheet: Worksheet, plan: Plan, bold: Format, formats: dict[str, Format]) -> None:
    rows = plan.rows
    groups = {profile.group: [e for _, e in rows if e.profile is profile] for profile in PROFILES}
    shown = [(profile, groups[profile.group]) for profile in PROFILES if groups[profile.group]]
    for numeral, (profile, mine) in zip(_NUMERALS, shown, strict=False):
        title = f"{numeral}. {profile.heading} ({len(mine)} lượt người)"
        sheet.merge_range(mine[0].row - 2, 0, mine[0].row - 2, _LAST, title, bold)
    for person, entry in rows:
        for column, (key, value) in enumerate(cells(person, entry).items()):
            _write(sheet, entry.row - 1, column, value, formats.get(key, formats["text"]))


def _write(sheet: Worksheet, row: int, column: int, value: Cell, form: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, form)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day))  # noqa: DTZ001 - a cell has no zone
    elif isinstance(value, Decimal) or (isinstance(value, int) and column == _AMOUNT):
        sheet.write_number(row, column, float(value), form)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)


def _tail(sheet: Worksheet, plan: Plan, bold: Format, money: Format) -> None:
    row = plan.layout.last_data_row
    sheet.merge_range(row, 0, row, _AMOUNT - 1, f"Tổng cộng: {len(plan.rows)} lượt người", bold)
    sheet.write_number(row, _AMOUNT, plan.layout.printed_total, money)
    year, month = months.write(plan.list_month).split("-")
    day = f"{plan.commune.name}, ngày 05 tháng {month} năm {year}"
    sheet.merge_range(row + 2, 9, row + 2, _LAST, day, bold)
    for column, who, name in (
        (1, "NGƯỜI LẬP BIỂU", "Người lập mẫu"),
        (6, "KẾ TOÁN", "Kế toán mẫu"),
        (11, "CHỦ TỊCH", "Chủ tịch mẫu"),
    ):
        sheet.write_string(row + 3, column, who, bold)
        sheet.write_string(row + 8, column, name, bold)
