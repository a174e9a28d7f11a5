"""Evaluations that arrive together give what each gives alone."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from common.kernel.months import Month
from eligibility.law import service as law
from eligibility.law.domain.law import LawPeriodUnsupported

MONTH = Month(2026, 12)


def facts(born: date, **more: Any) -> dict[str, Any]:
    return {
        "birth_date": born,
        "pension_income": 0,
        "request": "written",
        "support": "able",
        **more,
    }


async def test_people_asked_about_together_get_their_own_answers() -> None:
    asked = [
        facts(date(1946, 3, 10)),
        facts(date(2018, 1, 1), disability_degree="severe"),
        facts(date(1980, 1, 1), disability_degree="very_severe"),
        facts(date(1985, 1, 1), disability_degree="severe", death_date=date(2026, 10, 1)),
    ] * 5
    ranges = [(MONTH, MONTH + place % 3) for place in range(len(asked))]
    found = await asyncio.gather(
        *(law.evaluate_together(item, *months) for item, months in zip(asked, ranges, strict=True))
    )
    alone = [law.evaluate_person(item, *months) for item, months in zip(asked, ranges, strict=True)]
    assert found == alone


async def test_one_that_cannot_be_evaluated_spoils_no_other() -> None:
    early = Month(2020, 1)
    good, bad = await asyncio.gather(
        law.evaluate_together(facts(date(1946, 3, 10)), MONTH, MONTH),
        law.evaluate_together(facts(date(1946, 3, 10)), early, early),
        return_exceptions=True,
    )
    assert isinstance(bad, LawPeriodUnsupported)
    assert not isinstance(good, BaseException)
    assert good.total == 540_000
    with pytest.raises(LawPeriodUnsupported):
        await law.evaluate_together(facts(date(1946, 3, 10)), early, early)
