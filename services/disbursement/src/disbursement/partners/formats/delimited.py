"""Lists as CSV: a row per payee and a trailer with the totals, as the partner's profile says."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from disbursement.partners.domain import FileHeader, FileLine
from disbursement.partners.formats.adapter import Adapter, FileNotPayable, written

COLUMNS = (
    ("position", "stt"),
    ("end_to_end_id", "ma_doi_chieu"),
    ("name", "ho_ten"),
    ("personal_id", "so_dinh_danh"),
    ("place", "dia_ban"),
    ("amount", "so_tien"),
    ("text", "noi_dung"),
    ("beneficiary", "nguoi_huong"),
)
"""The list that is carried to people: who collects (`ho_ten`), and for whom (`nguoi_huong`)."""
TRAILER = "TONG"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns_of(profile: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the columns (field, header) that a partner wants, in its order."""
    chosen = [(column["field"], column["header"]) for column in profile.get("columns", ())]
    return chosen or list(COLUMNS)


def cells_of(line: FileLine, fields: Sequence[str], profile: Mapping[str, Any]) -> list[str | int]:
    """Give the cells of one line; texts cannot be formulas."""
    cells: list[str | int] = []
    for field in fields:
        value = getattr(line, field)
        cells.append(value if isinstance(value, int) else plain(written(value, profile)))
    return cells


def trailer_of(header: FileHeader, fields: Sequence[str]) -> list[str | int]:
    """Give the last line: its word, the count, and the sum under the amounts."""
    cells: list[str | int] = ["" for _ in fields]
    cells[0] = TRAILER
    if len(cells) > 1:
        cells[1] = header.lines
    if "amount" in fields:
        cells[fields.index("amount")] = header.total
    return cells


def render(header: FileHeader, lines: Sequence[FileLine], profile: Mapping[str, Any]) -> bytes:
    """Write the file; the trailer repeats count and sum."""
    target = io.StringIO()
    if profile.get("byte_order_mark", True):
        target.write("\ufeff")
    columns = columns_of(profile)
    fields = [field for field, _ in columns]
    writer = csv.writer(target, delimiter=profile.get("separator", ","), lineterminator="\r\n")
    writer.writerow([header_text for _, header_text in columns])
    writer.writerows(cells_of(line, fields, profile) for line in lines)
    if profile.get("trailer", True):
        writer.writerow(trailer_of(header, fields))
    return target.getvalue().encode()


def check(content: bytes) -> None:
    """Refuse a file whose rows are not all of one width.

    Raises:
        FileNotPayable: the table is ragged or empty.
    """
    text = content.decode("utf-8-sig")
    separator = max(",;\t|", key=text.split("\r\n", 1)[0].count)
    widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)}
    if len(widths) != 1:
        raise FileNotPayable("Bảng có dòng thừa hoặc thiếu cột.", problem="table_ragged")


def plain(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


ADAPTER = Adapter("csv", "text/csv; charset=utf-8", "csv", False, render, check)
