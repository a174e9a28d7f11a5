"""How numbers and days are written in Vietnamese papers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from common.documents.domain import Cell, Kind

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def write_number(value: int | Decimal) -> str:
    """Write `1.234.567,8`: a dot for thousands, a comma for decimals."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def write_cell(cell: Cell, kind: Kind) -> str:
    """Write a cell as text; zero is written, absent is empty."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{write_number(cell)}%" if kind == "percent" else write_number(cell)
