"""Identity numbers, amounts, coefficients and account numbers as cells hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from common.kernel import personal_id

_MAX_LOST_ZEROS = 2
"""Province codes start with one or two zeros, never three: 10 digits or 11 may be restored."""
_THOUSANDS = re.compile(
    r"(\d{1,3}(?:\.\d{3})+)(?:,0{1,2})?\Z|(\d{1,3}(?:,\d{3})+)(?:\.0{1,2})?\Z"
    r"|(\d{1,3}(?:\s\d{3})+)(?:[.,]0{1,2})?\Z"
)
_PLAIN = re.compile(r"\d+(?:[.,]0+)?\Z")
_CURRENCY = re.compile(r"(?:đồng|đ|vnđ|vnd|₫)[./\w]{0,30}\Z")
_COEFFICIENT = re.compile(r"\d{1,2}(?:[.,]\d{1,2}0*)?\Z")
_MAX_AMOUNT = 10**12

IdentityProblem = Literal["id_missing", "id_invalid_length", "id_invalid_format", "id_rounded"]


@dataclass(frozen=True, slots=True)
class IdentityReading:
    """The 12 digits, or the former 9, or why neither could be read."""

    personal_id: str | None = None
    former_number: str | None = None
    zeros_restored: bool = False
    problem: IdentityProblem | None = None


def digits_of(cell: object) -> str:
    """Give a cell's text without separators; a number without its decimal part."""
    if isinstance(cell, bool) or cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == int(cell) and cell >= 0 else str(cell)
    text = personal_id.compact(str(cell))
    return text.removesuffix(",0")


def read_identity(cell: object) -> IdentityReading:
    """Read a number as 12 digits (zeros restored where a number cell lost them) or 9 (CMND)."""
    if is_rounded(cell):
        return IdentityReading(problem="id_rounded")
    digits = digits_of(cell)
    if not digits:
        return IdentityReading(problem="id_missing")
    if not (digits.isascii() and digits.isdigit()):
        return IdentityReading(problem="id_invalid_format")
    if len(digits) == personal_id.LENGTH:
        return IdentityReading(personal_id=digits)
    if len(digits) == personal_id.FORMER_LENGTH:
        return IdentityReading(former_number=digits)
    lost = personal_id.LENGTH - len(digits)
    if 0 < lost <= _MAX_LOST_ZEROS and not digits.startswith("0"):
        return IdentityReading(personal_id=digits.zfill(personal_id.LENGTH), zeros_restored=True)
    if isinstance(cell, int | float) and len(digits) == personal_id.FORMER_LENGTH - 1:
        return IdentityReading(
            former_number=digits.zfill(personal_id.FORMER_LENGTH), zeros_restored=True
        )
    return IdentityReading(problem="id_invalid_length")


def read_amount(cell: object) -> int | None:
    """Read đồng: `1.250.000`, `1,250,000 đ`, `1250000`; None when it is no whole amount."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return int(cell) if 0 <= cell <= _MAX_AMOUNT and cell == int(cell) else None
    text = " ".join(str(cell).replace("\u00a0", " ").lower().split())
    text = _CURRENCY.sub("", text).strip()
    if grouped := _THOUSANDS.match(text):
        amount = int(re.sub(r"\D", "", grouped[1] or grouped[2] or grouped[3]))
    elif _PLAIN.match(text):
        amount = int(re.split(r"[.,]", text)[0])
    else:
        return None
    return amount if amount <= _MAX_AMOUNT else None


def read_coefficient(cell: object) -> str | None:
    """Read a coefficient as exact text: `1,5` and 1.5 give `1.5`; None when it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    text = repr(cell) if isinstance(cell, int | float) else str(cell).strip()
    if not _COEFFICIENT.match(text):
        return None
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    normal = value.normalize()
    exponent = normal.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0:
        return f"{int(normal)}.0"
    return str(normal)


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """A telephone number of digits; a number cell loses the zero that each begins with."""

    number: str
    zero_restored: bool = False


_MOBILE = re.compile(r"[35789]\d{8}\Z")
_ROUND = re.compile(r"0{6}\Z")
_POWER = re.compile(r"\d(?:[.,]\d+)?e\+?\d+\Z", re.IGNORECASE)


def read_phone(cell: object) -> PhoneReading | None:
    """Read a telephone number; None when the cell holds other signs too."""
    digits = digits_of(cell)
    if not (digits.isascii() and digits.isdigit()):
        return None
    if _MOBILE.match(digits):
        return PhoneReading(f"0{digits}", zero_restored=True)
    return PhoneReading(digits)


def loses_zero(cell: object, zero_length: int | None) -> bool:
    """Say whether a number cell lost the zero with which accounts of this length begin."""
    if zero_length is None or isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return len(digits_of(cell)) == zero_length - 1


def is_rounded(cell: object) -> bool:
    """Say whether a number passed through the form 1.2E+13, which drops its last digits."""
    if isinstance(cell, str):
        return _POWER.match(cell.strip()) is not None
    return isinstance(cell, float) and cell >= 10**11 and bool(_ROUND.search(str(int(cell))))


def read_account(cell: object) -> str | None:
    """Read an account number (6 to 19 digits), kept as text; None when it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if is_rounded(cell) or (isinstance(cell, float) and cell >= 10**15):
        # Excel keeps 15 digits: what stands behind them is invented.
        return None
    digits = digits_of(cell)
    if digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 19:
        return digits
    return None
