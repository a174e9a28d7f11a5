"""What other rooms and the API ask the law: evaluate, explain, deadlines, papers, parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from common.kernel.months import Month, months_between
from eligibility.law.domain.evaluate import FACTS, evaluate
from eligibility.law.domain.explain import Explained, explain
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue, Parameter
from eligibility.law.store import load_law

__all__ = ["current_law", "evaluate_person", "papers_of", "parameters_on", "person_rows"]


def current_law() -> Law:
    """Give the law of this installation."""
    return load_law()


def person_rows(
    facts: Mapping[str, Any], first: Month, last: Month, *, as_of: date | None = None
) -> list[dict[str, Any]]:
    """Evaluate one person for each month from `first` to `last`.

    Args:
        facts: values by the names of `FACTS` without `month`; what is absent is unknown.
        first: first month.
        last: last month, included.
        as_of: the day of the decision, which knows only levels in force by then; None: the law as
            loaded.

    Raises:
        LawPeriodUnsupported: a month lies before the known period.
    """
    law = load_law()
    view = law.latest if as_of is None else law.as_of(as_of)
    rows = [
        {**{name: facts.get(name) for name in FACTS}, "month": month.ordinal}
        for month in months_between(first, last)
    ]
    return evaluate(pl.DataFrame(rows, schema=FACTS), view).to_dicts()


def evaluate_person(
    facts: Mapping[str, Any], first: Month, last: Month, *, as_of: date | None = None
) -> Explained:
    """Evaluate one person over some months and explain the result. Arguments as `person_rows`."""
    law = load_law()
    view = law.latest if as_of is None else law.as_of(as_of)
    return explain(person_rows(facts, first, last, as_of=as_of), view)


def papers_of(procedure: str, received_on: date) -> tuple[dict[str, Any], ...]:
    """Give the papers that a procedure asks for; the day of receipt selects the list."""
    law = load_law()
    found = law.as_of(received_on).value(f"papers_{procedure}", received_on)
    papers: tuple[dict[str, Any], ...] = found.value
    return papers


def parameters_on(day: date) -> Sequence[tuple[Parameter, DatedValue]]:
    """Give each parameter with the value that counts on a day, as known with everything loaded."""
    law = load_law()
    law.as_of(day)
    return [
        (parameter, parameter.at(day, law.latest.day))
        for parameter in law.parameters.values()
        if parameter.values[0].valid_from <= day
    ]
