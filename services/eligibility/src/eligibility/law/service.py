"""What other rooms and the API ask the law: evaluate, explain, deadlines, papers, parameters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl

from common.kernel.months import Month, months_between
from eligibility.law.domain.changes import missing_facts as unknown_facts
from eligibility.law.domain.difference import difference as compare
from eligibility.law.domain.evaluate import FACTS, evaluate
from eligibility.law.domain.explain import Explained, condition_set, explain, set_key
from eligibility.law.domain.highest import highest_of, stands_beside
from eligibility.law.domain.highest_only import Judgement, judge
from eligibility.law.domain.impossible import check_facts, check_months, check_names, check_period
from eligibility.law.domain.installed import LocalLaw
from eligibility.law.domain.law import Law, LawAsOf
from eligibility.law.domain.level_review import (
    Review,
    correct_levels,
    counting_month,
    review_levels,
)
from eligibility.law.domain.levels import signed_amounts
from eligibility.law.domain.parameters import DatedValue, Parameter
from eligibility.law.domain.plan import plan_of, sealed_codes
from eligibility.law.domain.procedures import Procedure, due_on, procedure_on
from eligibility.law.domain.sealed import EVERYTHING, Reader, code_for
from eligibility.law.store import law_with as stored_with
from eligibility.law.store import load_law

__all__ = [
    "FACT_COLUMNS",
    "Judgement",
    "check",
    "check_names",
    "correct",
    "counting_day",
    "current_law",
    "deadline",
    "difference",
    "evaluate_person",
    "evaluate_together",
    "fact_values",
    "inside",
    "judge_request",
    "law_with",
    "lower_benefits",
    "missing_facts",
    "named_explanation",
    "outside",
    "parameters_on",
    "person_rows",
    "procedure",
    "review",
    "told_provision",
    "unconfirmed_years",
    "with_values",
]


def current_law() -> Law:
    """Give the law of this installation."""
    return load_law()


def law_with(local: LocalLaw) -> Law:
    """Give the law as it would be with another local law; nothing decides by it."""
    return stored_with(local)


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
    return evaluate(_months_of(facts, first, last), view).to_dicts()


def evaluate_person(
    facts: Mapping[str, Any],
    first: Month,
    last: Month,
    *,
    as_of: date | None = None,
    reader: Reader = EVERYTHING,
) -> Explained:
    """Evaluate one person over some months and explain the result to a reader.

    Arguments as `person_rows`.
    """
    law = load_law()
    view = law.latest if as_of is None else law.as_of(as_of)
    return explain(person_rows(facts, first, last, as_of=as_of), view, reader)


async def evaluate_together(
    facts: Mapping[str, Any], first: Month, last: Month, *, reader: Reader = EVERYTHING
) -> Explained:
    """Evaluate one person as `evaluate_person`; who asks at the same time shares one frame.

    A frame of several people costs hardly more than one of a single person.
    """
    view = load_law().latest
    loop = asyncio.get_running_loop()
    together = _TOGETHER.setdefault(loop, _Together())
    rows = await together.rows(view, _months_of(facts, first, last))
    return explain(rows, view, reader)


class _Together:
    """Evaluations of one event loop: while one runs, those that arrive wait and go as one."""

    _MOST = 64

    def __init__(self) -> None:
        self._waiting: list[_Asked] = []
        self._work: asyncio.Task[None] | None = None

    async def rows(self, view: LawAsOf, frame: pl.DataFrame) -> list[dict[str, Any]]:
        asked = _Asked(view, frame, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer())
        return await asked.answer

    async def _answer(self) -> None:
        while self._waiting:
            view = self._waiting[0].view
            alike = [item for item in self._waiting if item.view is view][: self._MOST]
            self._waiting = [item for item in self._waiting if item not in alike]
            if not await self._evaluated(alike):
                # One of them cannot be evaluated: each gets its own answer.
                for item in alike:
                    await self._evaluated([item])

    async def _evaluated(self, asked: Sequence[_Asked]) -> bool:
        whole = pl.concat([item.frame for item in asked])
        (result,) = await asyncio.gather(
            asyncio.to_thread(evaluate, whole, asked[0].view), return_exceptions=True
        )
        if isinstance(result, BaseException):
            if len(asked) > 1:
                return False
            _give(asked[0].answer, result)
            return True
        start = 0
        for item in asked:
            _give(item.answer, result.slice(start, item.frame.height).to_dicts())
            start += item.frame.height
        return True


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    view: LawAsOf
    frame: pl.DataFrame
    answer: asyncio.Future[list[dict[str, Any]]]


def _give(
    answer: asyncio.Future[list[dict[str, Any]]], given: list[dict[str, Any]] | BaseException
) -> None:
    """Answer, unless whoever asked has gone away."""
    if answer.done():
        return
    if isinstance(given, BaseException):
        answer.set_exception(given)
    else:
        answer.set_result(given)


_TOGETHER: WeakKeyDictionary[asyncio.AbstractEventLoop, _Together] = WeakKeyDictionary()


def difference(
    person_facts: Mapping[str, Any],
    months: tuple[Month, Month],
    known_before: date,
    known_now: date,
    *,
    facts_before: Mapping[str, Any] | None = None,
) -> pl.DataFrame:
    """Give what a person's months are owed more (arrears) or less (recovery), never netted.

    Args:
        person_facts: the facts as they are known now, names of `FACTS`.
        months: first and last month.
        known_before: the day whose law was applied before.
        known_now: the day whose law is applied now.
        facts_before: the facts as they were known before, when they differ.

    Returns:
        One row per month and benefit that differs, columns `difference.DIFFERENCE`.
    """
    law = load_law()
    now = _months_of(person_facts, *months)
    before = now if facts_before is None else _months_of(facts_before, *months)
    return compare(before, now, law.as_of(known_before), law.as_of(known_now))


def _months_of(facts: Mapping[str, Any], first: Month, last: Month) -> pl.DataFrame:
    known = {name: facts.get(name) for name in FACTS}
    rows = [{**known, "month": month.ordinal} for month in months_between(first, last)]
    return pl.DataFrame(rows, schema=FACTS)


def check(facts: Mapping[str, Any], first: Month, last: Month, pointers: tuple[str, str]) -> None:
    """Refuse impossible facts and months outside the known law.

    Raises:
        LawPeriodUnsupported: a month lies outside the known law.
        FactsImpossible: facts contradict each other.
    """
    law = load_law()
    check_months(first, last, law, pointers)
    check_facts(facts, first, law)
    check_period(facts, last)


def procedure(code: str, received_on: date, unit_code: str = "") -> Procedure:
    """Give a procedure by its national code as it stood on the day of receipt; see `procedure_on`."""
    return procedure_on(load_law(), code, received_on, unit_code)


def deadline(found: Procedure, received_on: date, counted_from: date | None = None) -> date:
    """Give the last day to answer a dossier; see `due_on`."""
    return due_on(load_law(), found, received_on, counted_from or received_on)


def parameters_on(day: date) -> Sequence[tuple[Parameter, DatedValue]]:
    """Give each parameter with the value that counts on a day, as known with everything loaded."""
    law = load_law()
    law.as_of(day)
    return [
        (parameter, parameter.at(day, law.latest.day))
        for parameter in law.parameters.values()
        if parameter.values[0].valid_from <= day
    ]


def unconfirmed_years() -> list[int]:
    """Give the years whose days off were not seen in an official notice."""
    return [item.year for item in load_law().years if not item.confirmed]


def judge_request(
    row: Mapping[str, Any], benefit: str, received: Mapping[str, int], *, as_of: date
) -> Judgement:
    """Judge a request for one benefit beside what is already received; see `judge`."""
    return judge(row, load_law().as_of(as_of), benefit, received)


def named_explanation(
    row: Mapping[str, Any], benefit: str, judgement: Judgement, *, as_of: date, neutral_code: str
) -> tuple[str, Mapping[str, Any]]:
    """Give the explanation of a judged request, without personal values, and its key."""
    body = {
        **condition_set(row, load_law().as_of(as_of), benefit, outside(neutral_code)),
        "excluded_by": judgement.excluded_by,
        "notes": list(judgement.notes),
    }
    return set_key(body), body


def lower_benefits(signed: pl.DataFrame, as_of: date) -> list[str]:
    """Give the entitlements that give way to their person's highest; see `highest_of`.

    Args:
        signed: `entitlement_id`, `person_id`, `benefit`, `group_code`, and the columns of
            `signed_amounts` without `month`.
        as_of: the day whose law and levels are compared.
    """
    month = pl.lit(Month.of(as_of).ordinal, dtype=pl.Int32).alias("month")
    view = load_law().as_of(as_of)
    items = signed.with_columns(month).with_columns(
        stands_beside(pl.col("group_code")).alias("beside")
    )
    decided = highest_of(items.with_columns(signed_amounts(items, view)))
    return decided.filter(pl.col("excluded_by").is_not_null())["entitlement_id"].to_list()


def missing_facts(row: Mapping[str, Any], benefit: str, *, as_of: date) -> list[dict[str, str]]:
    """Name the conditions of a benefit that cannot be judged from an evaluated row."""
    plan = plan_of(load_law().as_of(as_of), row["regime"])
    articles = {item.code: item for item in plan.benefit(benefit).conditions}
    return [
        {
            "code": change.code,
            "text": articles[change.code].text,
            "article": articles[change.code].article,
        }
        for change in unknown_facts(row, plan, (benefit,))
    ]


def fact_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that an explanation shows beside its conditions."""
    return {name: row[name] for name in FACT_COLUMNS if name in row}


FACT_COLUMNS = tuple(name for name in FACTS if name != "month")
"""Values that are kept with a line of a decision."""


def with_values(body: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Put a person's values, as kept with the decision, beside the conditions they met."""
    law = load_law()
    plan = plan_of(law.latest, body["regime"])
    describe = {item.code: item.describe for item in plan.conditions}
    values = {name: _as_date(name, value) for name, value in facts.items()}
    conditions = [
        {**item, "value": describe[item["code"]](values) if item["code"] in describe else ""}
        for item in body["conditions"]
    ]
    return {**body, "conditions": conditions}


def _as_date(name: str, value: Any) -> Any:
    is_day = FACTS.get(name) == pl.Date()
    return date.fromisoformat(value) if is_day and isinstance(value, str) else value


def counting_day(as_of: date) -> date:
    """Give the day from which the newest level known on a day counts."""
    return counting_month(load_law().as_of(as_of)).first_day


def review(
    entitlements: pl.DataFrame,
    facts: pl.DataFrame,
    *,
    as_of: date,
    pay_month: Month,
    neutral_code: str,
) -> Review:
    """Compute the new levels of current beneficiaries; see `level_review.review_levels`.

    What leaves names a sealed group by the neutral code only.
    """
    reader = outside(neutral_code)
    return review_levels(entitlements, facts, load_law().as_of(as_of), pay_month, reader)


def correct(
    entitlements: pl.DataFrame,
    facts: pl.DataFrame,
    *,
    as_of: date,
    last: Month,
    neutral_code: str,
) -> Review:
    """Compute what the law gives people whose signed level differs; see `correct_levels`."""
    view = load_law().as_of(as_of)
    return correct_levels(
        entitlements,
        facts,
        view,
        present=Month.of(as_of),
        last=last,
        reader=outside(neutral_code),
    )


def outside(neutral_code: str) -> Reader:
    """Give the reader without sealed groups, for what is stored or sent."""
    return Reader(may_know=False, code=neutral_code or Reader().code)


def inside(neutral_code: str) -> Reader:
    """Give the reader who may know which groups are sealed."""
    return Reader(may_know=True, code=neutral_code or Reader().code)


def told_provision(code: str | None, neutral_code: str) -> str | None:
    """Give a provision's code as it may be stored or sent."""
    return code_for(code, sealed_codes(load_law().latest), outside(neutral_code))
