"""Money: a whole number of đồng, and exact coefficients.

An amount (`Dong`) is an `int`; a coefficient (hệ số) is a `Decimal`. Rounding happens once, by name.
"""

from __future__ import annotations

from typing import NewType

Dong = NewType("Dong", int)
"""A whole number of Vietnamese đồng (VND has no minor unit)."""


def format_dong(amount: int) -> str:
    """Write an amount as Vietnamese readers expect it: `1.250.000 đồng`."""
    return f"{amount:,}".replace(",", ".") + " đồng"
