"""Nobody is paid after death or before the decision; a higher coefficient lowers nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.eligibility.law.test_properties import LAW, frame, months, people

from common.kernel.months import Month
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.evaluate import evaluate, month_of

OWN_START = ("5.5b", "5.5c", "5.6")
"""Until 30/6/2025 these began with the age or the certificate, whenever they were signed."""
COEFFICIENTS = sorted(code for code in LAW.law.parameters if code.startswith("coefficient_"))


@settings(max_examples=100, deadline=None)
@given(people, months, st.integers(1, 40))
def test_nobody_is_paid_after_the_month_of_death(person: Any, month: int, before: int) -> None:
    died = month_of(month + -before).last_day
    row = evaluate(frame([{**person, "death_date": died, "month": month}]), LAW).to_dicts()[0]
    assert [row[f"{benefit}.payable"] for benefit in ORDER] == [0] * len(ORDER)
    assert row["total"] == 0


@settings(max_examples=100, deadline=None)
@given(people, months, st.integers(1, 40))
def test_nobody_is_paid_before_the_month_of_the_signature(
    person: Any, month: int, after: int
) -> None:
    signed = month_of(month + after).first_day
    row = evaluate(frame([{**person, "signed_on": signed, "month": month}]), LAW).to_dicts()[0]
    for benefit in ORDER:
        own = (row[f"{benefit}.provision"] or "").startswith(OWN_START)
        early = own and month < Month(2025, 7).ordinal and signed < date(2025, 7, 1)
        assert early or row[f"{benefit}.payable"] == 0


@settings(max_examples=60, deadline=None)
@given(people, months, st.sampled_from(COEFFICIENTS), st.decimals("0.01", "5", places=2))
def test_no_amount_and_no_total_falls_when_any_coefficient_rises(
    person: Any, month: int, code: str, rise: Decimal
) -> None:
    parameter = LAW.law.parameters[code]
    raised = tuple(replace(item, value=item.value + rise) for item in parameter.values)
    parameters = {**LAW.law.parameters, code: replace(parameter, values=raised)}
    rows = frame([{**person, "month": month}])
    before = evaluate(rows, LAW).to_dicts()[0]
    after = evaluate(rows, replace(LAW.law, parameters=parameters).latest).to_dicts()[0]
    assert all(after[f"{benefit}.amount"] >= before[f"{benefit}.amount"] for benefit in ORDER)
    assume(before["total"] is not None and after["total"] is not None)
    known = all(before[f"{benefit}.payable"] is not None for benefit in ORDER)
    assert not known or after["total"] >= before["total"]
