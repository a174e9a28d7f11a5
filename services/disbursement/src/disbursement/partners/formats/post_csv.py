"""The post office's CSV: UTF-8 with BOM, one line per payee, one trailer line with the totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from disbursement.partners.domain import FileHeader, FileLine

CODE = "vnpost.csv"
MEDIA_TYPE = "text/csv; charset=utf-8"
EXTENSION = "csv"
COLUMNS = (
    "stt", "ma_doi_chieu", "ho_ten", "so_dinh_danh", "dia_ban", "so_tien", "noi_dung",
)  # fmt: skip
TRAILER = "TONG"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(header: FileHeader, lines: Sequence[FileLine]) -> str:
    """Write the file; the trailer repeats count and sum."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(
            [
                line.position,
                line.end_to_end_id,
                plain(line.name),
                line.personal_id,
                plain(line.place),
                line.amount,
                plain(line.text),
            ]
        )
    writer.writerow([TRAILER, header.lines, "", "", "", header.total, ""])
    return target.getvalue()


def plain(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
