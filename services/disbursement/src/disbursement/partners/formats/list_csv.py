"""The whole list of a commune as CSV for the office: no account numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from disbursement.partners.formats.delimited import plain

MEDIA_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "stt", "ho_ten", "so_dinh_danh", "ngay_sinh", "dia_ban", "loai_tro_cap", "nhom",
    "hinh_thuc", "don_vi_chi_tra", "thang_nay", "truy_linh", "so_thang_truy_linh",
    "chuyen_ky_truoc", "tong_cong",
)  # fmt: skip


def render(rows: Iterable[Sequence[str | int]]) -> str:
    """Write rows of `COLUMNS`, with a BOM so that spreadsheets read the accents."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([plain(value) if isinstance(value, str) else value for value in row])
    return target.getvalue()
