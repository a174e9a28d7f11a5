"""Money: a whole number of đồng, and exact coefficients.

An amount (`Dong`) is an `int`; a coefficient (hệ số) is a `Decimal`. Rounding happens once, by name.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

Dong = NewType("Dong", int)
"""A whole number of Vietnamese đồng (VND has no minor unit)."""


def scale(amount: Dong, coefficient: Decimal) -> Dong:
    """Multiply an amount by a coefficient, rounded half up to a whole đồng.

    Thuật ngữ: mức trợ cấp = mức chuẩn x hệ số.
    """
    if amount < 0 or coefficient < 0:
        msg = "amounts and coefficients are never negative"
        raise ValueError(msg)
    return Dong(int((amount * coefficient).to_integral_value(rounding=ROUND_HALF_UP)))


def format_dong(amount: int) -> str:
    """Write an amount as Vietnamese readers expect it: `1.250.000 đồng`."""
    return f"{amount:,}".replace(",", ".") + " đồng"
