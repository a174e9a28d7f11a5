"""Query parameters that several rooms share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from common.contracts.fields import MONTH_PATTERN
from common.kernel.months import Month

MonthQuery = Annotated[
    str | None,
    Query(
        pattern=MONTH_PATTERN,
        description="Tháng chi trả, YYYY-MM",
        examples=["2026-12"],
    ),
]


def month_of(text: str | None) -> Month | None:
    """Read a month that the pattern has let through."""
    return Month.parse(text) if text else None
