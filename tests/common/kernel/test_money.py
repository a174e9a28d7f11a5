"""Whole đồng and exact coefficients."""

from __future__ import annotations

from common.kernel.money import format_dong


def test_amounts_are_written_with_dots() -> None:
    assert format_dong(1_250_000) == "1.250.000 đồng"
