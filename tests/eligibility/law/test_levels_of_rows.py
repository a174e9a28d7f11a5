"""A row's level hangs on its own province, whoever else is in the frame."""

from __future__ import annotations

import polars as pl
import pytest

from common.kernel.months import Month
from eligibility.law.domain.evaluate import FACTS, evaluate
from eligibility.law.store import load_law


@pytest.mark.law("20/2021 Art 4.2", "20/2021 Art 4.3")
@pytest.mark.parametrize(
    ("provinces", "amounts"),
    [
        (["22", None], [675_000, 540_000]),
        ([None, "22"], [540_000, 675_000]),
        (["22", "68", None], [675_000, 540_000, 540_000]),
        (["22", "22"], [675_000, 675_000]),
        ([None, None], [540_000, 540_000]),
    ],
)
def test_who_has_no_province_on_record_has_the_national_level(
    provinces: list[str | None], amounts: list[int]
) -> None:
    facts = {"disability_degree": "severe", "month": Month(2022, 1).ordinal}
    rows = [{**dict.fromkeys(FACTS), **facts, "province_code": code} for code in provinces]
    judged = evaluate(pl.DataFrame(rows, schema=FACTS), load_law().latest)
    assert judged["disability_allowance.amount"].to_list() == amounts
