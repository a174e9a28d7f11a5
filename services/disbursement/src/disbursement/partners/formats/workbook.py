"""Lists as XLSX, for banks that take a sheet: the columns of the partner's profile, all as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from disbursement.partners.domain import FileHeader, FileLine
from disbursement.partners.formats.adapter import Adapter, FileNotPayable
from disbursement.partners.formats.delimited import cells_of, columns_of, trailer_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render(header: FileHeader, lines: Sequence[FileLine], profile: Mapping[str, Any]) -> bytes:
    """Write the file. It carries the list's own day, so the same list gives the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    )  # fmt: skip
    book.set_properties({"created": datetime.fromisoformat(header.created_on)})
    sheet = book.add_worksheet("danh sach")
    columns = columns_of(profile)
    fields = [field for field, _ in columns]
    rows: list[Sequence[str | int]] = [[text for _, text in columns]]
    rows += [cells_of(line, fields, profile) for line in lines]
    if profile.get("trailer", True):
        rows.append(trailer_of(header, fields))
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(number, place, cell)
            else:
                sheet.write_string(number, place, cell)
    book.close()
    return target.getvalue()


def check(content: bytes) -> None:
    """Refuse what is not a whole workbook.

    Raises:
        FileNotPayable: the archive is damaged or has no sheet.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        damaged = archive.testzip()
        if damaged is not None or "xl/worksheets/sheet1.xml" not in archive.namelist():
            raise FileNotPayable("Tệp bảng tính bị hỏng.", problem="workbook_damaged")


ADAPTER = Adapter("xlsx", MEDIA_TYPE, "xlsx", False, render, check)
