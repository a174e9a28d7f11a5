"""Figures of a small month that several tests look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from common.kernel.months import Month
from reporting.indicators.domain.counting import assemble
from reporting.indicators.domain.figures import (
    Breakdown,
    Deaths,
    EntitlementCount,
    Figures,
    Lists,
    Reconciled,
    Scope,
    Standing,
    Tally,
)

DECEMBER = Month(2026, 12)


def a_breakdown(*keys: str | None, **sums: int) -> Breakdown:
    """Make sums under a key; what is not named is 0."""
    names = [
        "lines",
        "people",
        "male",
        "female",
        "regular",
        "arrears",
        "carried",
        "total",
        "paid_people",
        "paid_cashless",
        "paid_amount",
        "result_amount",
    ]
    return Breakdown(keys, *(sums.get(name, 0) for name in names))


@pytest.fixture
def breakdown() -> Callable[..., Breakdown]:
    return a_breakdown


@pytest.fixture
def standing() -> Standing:
    return Standing(
        lists=Lists(1, 3, 2_020_000, date(2026, 11, 20)),
        recoveries=(Tally("level_lowered", 1, 1, 340_000),),
        recovery_total=Tally("total", 1, 1, 340_000),
        deaths=Deaths(1, 2),
        entitlements=(
            EntitlementCount("active", None, 3, 3),
            EntitlementCount("held", "deceased", 1, 1),
        ),
        verification=(Tally("verified", 4, 0, 0),),
        reconciliations=(
            Reconciled("agribank", 2, 1_280_000, 0, 0, 1, 540_000, date(2026, 12, 18)),
        ),
        updated_at=datetime(2026, 12, 18, 2, 30, tzinfo=UTC),
    )


@pytest.fixture
def figures(standing: Standing) -> Figures:
    """Three people: two pensioners by account (one transfer failed), one disabled in cash."""
    two = a_breakdown(
        "social_pension", lines=2, people=2, male=1, female=1, regular=1_080_000, arrears=400_000,
        total=1_480_000, paid_people=1, paid_cashless=1, paid_amount=740_000,
    )  # fmt: skip
    one = a_breakdown(
        "5.6", lines=1, people=1, female=1, regular=540_000, total=540_000, paid_people=1,
        paid_amount=540_000,
    )  # fmt: skip
    total = a_breakdown(
        lines=3, people=3, male=1, female=2, regular=1_620_000, arrears=400_000, total=2_020_000,
        paid_people=2, paid_cashless=1, paid_amount=1_280_000,
    )  # fmt: skip
    failed = {"lines": 1, "people": 1, "result_amount": 740_000}
    lines = {
        "total": [total],
        "group": [one, two],
        "provision": [
            a_breakdown("5.6", None, lines=1, people=1, female=1, total=540_000),
            a_breakdown("social_pension", "pension_75", lines=2, people=2, total=1_480_000),
        ],
        "method": [
            a_breakdown("account", lines=2, people=2, total=1_480_000),
            a_breakdown("cash", lines=1, people=1, total=540_000),
        ],
        "partner": [a_breakdown("agribank", lines=2, people=2, total=1_480_000)],
        "outcome": [
            a_breakdown("failed", **failed),
            a_breakdown("paid", lines=2, people=2, result_amount=1_280_000),
        ],
        "reason": [a_breakdown("failed", "account_closed", **failed)],
        "arrears": [a_breakdown(lines=2, people=2, arrears=400_000)],
        "arrears_months": [a_breakdown("5", lines=2, people=2, arrears=400_000)],
    }
    return assemble(Scope(("25000",)), DECEMBER, lines, standing)
