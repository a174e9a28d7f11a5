"""A table as CSV that a Vietnamese Excel opens right: BOM, semicolons, no total row in the data.

Excel reads digits as a number and drops leading zeros; a tab before such a text keeps it a text.
"""

from __future__ import annotations

import csv
import io
from datetime import date

from common.documents.domain import Cell, Table
from common.documents.safe_text import safe_text

CSV_MEDIA_TYPE = "text/csv; charset=utf-8"
SEPARATOR = ";"
"""Where a comma is the decimal mark, Excel separates cells by semicolons."""


def write_csv(table: Table) -> bytes:
    """Write headings and rows; rows of level 0 are totals and stay out. Numbers have no grouping."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow([safe_text(column.heading) for column in table.columns])
    for row in table.rows:
        if row.level > 0:
            writer.writerow([_cell(cell) for cell in row.cells])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if not isinstance(cell, str):
        return str(cell).replace(".", ",")
    return f"\t{cell}" if cell[:1] == "0" and cell.isdigit() else safe_text(cell)
