"""The poor single parent's allowance is paid beside groups 5.5, 5.6 and 5.8, and beside no other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


@pytest.mark.law("335/2026 Art 6.2", "20/2021 Art 6.2")
@pytest.mark.parametrize(
    ("benefit", "category", "beside"),
    [
        ("disability_allowance", "5.6_severe", True),
        ("social_allowance", "5.5a", True),
        ("social_allowance", "Q7K2MD", True),
        ("social_allowance", "5.2", False),
        ("social_pension", "pension_75", False),
    ],
)
async def test_two_allowances_are_paid_together_only_where_the_law_says(
    office: Any, registry: Any, benefit: str, category: str, *, beside: bool
) -> None:
    person = await registry.register(date(1985, 1, 1))
    rows = ((benefit, category, "1.5"), ("single_parent_allowance", "5.4", "1.0"))
    for code, stated, coefficient in rows:
        await registry.list_row(
            person,
            benefit=code,
            stated_category=stated,
            coefficient=coefficient,
            amount=500_000,
            decision_number=f"{code}/QĐ-UBND",
        )
    await office.drain()
    found = await office.rows(
        "SELECT benefit, status, status_reason FROM entitlement ORDER BY benefit = 'single_parent_allowance'"
    )
    assert found[0]["status"] == "active"
    expected = ("active", None) if beside else ("held", "highest_only")
    assert (found[1]["status"], found[1]["status_reason"]) == expected
