"""What must hold whatever the person, the month and the order of the rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from common.kernel.months import Month
from eligibility.law import service
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.evaluate import FACTS, evaluate, plan_of
from eligibility.law.domain.explain import explain
from eligibility.law.domain.facts import CODES
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.level_review import ENTITLEMENTS
from eligibility.law.domain.parameters import hundredths
from eligibility.law.store import build_law, read_documents

LAW = service.current_law().latest
FIRST, LAST = Month(2021, 7), Month(2027, 12)
BENEFITS = ("social_pension", "disability_allowance")
MERGED = tuple(code for code in ORDER if code not in {"care_support", "disabled_parent_support"})

days = st.dates(date(1920, 1, 1), date(2026, 12, 31))
some_day = st.dates(date(2019, 1, 1), date(2027, 12, 31))
flags = st.sampled_from([None, False, True])
child = st.fixed_dictionaries(
    {
        "birth_date": st.dates(date(2001, 1, 1), date(2027, 6, 1)),
        "studying": st.sampled_from([None, False, True]),
    }
)
people = st.fixed_dictionaries(
    {
        "birth_date": days,
        "birth_precision": st.sampled_from(["day", "day", "month", "year"]),
        "death_date": st.none() | some_day,
        "missing_since": st.none() | st.none() | some_day,
        "detained_since": st.none() | st.none() | some_day,
        "imprisoned_since": st.none() | st.none() | some_day,
        "setting": st.sampled_from([None, "community", "community", "facility"]),
        "signed_on": st.none() | st.dates(date(2019, 1, 1), date(2027, 1, 1)),
        "certificate_date": st.none() | st.dates(date(2010, 1, 1), date(2027, 1, 1)),
        "pension_income": st.none() | st.sampled_from([0, 0, 300_000, 500_000, 540_000, 2_000_000]),
        "wage_income": st.sampled_from([None, 0, 0, 5_000_000]),
        "children": st.none() | st.lists(child, max_size=3),
        **{
            name: st.sampled_from([None, *codes])
            for name, codes in CODES.items()
            if name not in {"birth_precision", "setting", "hardship_class"}
        },
        **{name: flags for name, kind in FACTS.items() if kind == pl.Boolean()},
    }
)
months = st.integers(FIRST.ordinal, LAST.ordinal)


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=FACTS)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(people, months), min_size=1, max_size=6), st.randoms())
def test_one_person_and_a_batch_give_the_same_in_any_order(drawn: Any, random: Any) -> None:
    rows = [{**person, "month": month} for person, month in drawn]
    together = evaluate(frame(rows), LAW).to_dicts()
    assert together == [evaluate(frame([row]), LAW).to_dicts()[0] for row in rows]
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = evaluate(frame([rows[place] for place in order]), LAW).to_dicts()
    assert shuffled == [together[place] for place in order]


@settings(max_examples=25, deadline=None)
@given(people)
def test_a_range_is_the_sum_of_its_months(person: dict[str, Any]) -> None:
    whole = service.person_rows(person, FIRST, LAST)
    assert [row["month"] for row in whole] == list(range(FIRST.ordinal, LAST.ordinal + 1))
    single = [
        service.person_rows(person, Month.of(day), Month.of(day))[0]
        for day in (
            FIRST.first_day,
            date(2024, 7, 1),
            date(2025, 6, 1),
            date(2026, 9, 1),
            date(2026, 10, 1),
            LAST.first_day,
        )
    ]
    by_month = {row["month"]: row for row in whole}
    assert single == [by_month[row["month"]] for row in single]


@settings(max_examples=100, deadline=None)
@given(people, months)
def test_the_highest_alone_is_payable_but_for_the_single_parent(person: Any, month: int) -> None:
    row = evaluate(frame([{**person, "month": month}]), LAW).to_dicts()[0]
    payable = [benefit for benefit in MERGED if row[f"{benefit}.payable"]]
    if len(payable) > 1:
        allowance, single = payable
        assert single == "single_parent_allowance"
        assert row[f"{allowance}.provision"].startswith(("5.5", "5.6", "5.8"))
    paid = sum(row[f"{benefit}.payable"] for benefit in payable)
    for benefit in MERGED:
        assert row[f"{benefit}.payable"] in {None, 0, row[f"{benefit}.amount"]}
        if row[f"{benefit}.eligible"] and payable and "facility_allowance" not in payable:
            assert row[f"{benefit}.amount"] <= paid
        if row[f"{benefit}.excluded_by"] is not None:
            assert row[f"{benefit}.payable"] == 0
    if None not in [row[f"{benefit}.eligible"] for benefit in MERGED]:
        assert bool(payable) == any(row[f"{benefit}.eligible"] for benefit in MERGED)
        assert None not in [row[f"{benefit}.payable"] for benefit in MERGED]


@settings(max_examples=60, deadline=None)
@given(people, months)
def test_unknown_facts_never_turn_into_a_certain_answer_that_knowledge_contradicts(
    person: Any, month: int
) -> None:
    assume(person["pension_income"] is not None)
    known = evaluate(frame([{**person, "month": month}]), LAW).to_dicts()[0]
    unknown = evaluate(frame([{**person, "pension_income": None, "month": month}]), LAW)
    for benefit in BENEFITS:
        guessed = unknown.to_dicts()[0][f"{benefit}.payable"]
        assert guessed is None or guessed == known[f"{benefit}.payable"]


def raised(code: str, coefficient: str) -> LawAsOf:
    documents = read_documents()
    for value in documents["coefficients.yaml"]["parameters"][code]["values"]:
        value["value"] = coefficient
    return build_law(documents).latest


@settings(max_examples=30, deadline=None)
@given(
    people,
    months,
    st.sampled_from(["severe", "severe_child", "very_severe", "very_severe_elderly"]),
    st.decimals("0.01", "5", places=2),
)
def test_nothing_falls_when_a_coefficient_rises(
    person: Any, month: int, name: str, rise: Decimal
) -> None:
    code = f"coefficient_5.6_{name}"
    before = evaluate(frame([{**person, "month": month}]), LAW).to_dicts()[0]
    old = LAW.history(code)[-1].value
    after = evaluate(frame([{**person, "month": month}]), raised(code, str(old + rise)))
    row = after.to_dicts()[0]
    for benefit in BENEFITS:
        assert row[f"{benefit}.amount"] >= before[f"{benefit}.amount"]
    total = sum(row[f"{benefit}.amount"] for benefit in BENEFITS if row[f"{benefit}.payable"])
    assert total >= sum(
        before[f"{benefit}.amount"] for benefit in BENEFITS if before[f"{benefit}.payable"]
    )


@settings(max_examples=60, deadline=None)
@given(people, months)
def test_every_condition_is_explained_with_its_article(person: Any, month: int) -> None:
    rows = evaluate(frame([{**person, "month": month}]), LAW).to_dicts()
    explained = explain(rows, LAW)
    plan = plan_of(LAW, rows[0]["regime"])
    told = {item.code: item for item in explained.conditions}
    assert len(told) == len(explained.conditions)
    unsaid = {item.code for item in plan.conditions} - told.keys()
    assert all(code.startswith("no_care_") and rows[0][f"c.{code}"] is False for code in unsaid)
    assert all(item.article and item.value for item in explained.conditions)
    missing = [change for change in explained.changes_next if change.kind == "missing_fact"]
    hanging = {benefit for change in missing for benefit in change.benefits}
    assert hanging == {code for code in ORDER if rows[0][f"{code}.eligible"] is None}
    assert all(told[change.code].outcome is None for change in missing)
    for change in explained.changes_next:
        assert change.on is None or change.on > Month(month // 12, month % 12 + 1).last_day


listed = st.fixed_dictionaries(
    {
        "benefit": st.sampled_from(BENEFITS),
        "coefficient": st.sampled_from(["1.0", "1.5", "2.0", "2.5"]),
        "paid_from": st.integers(Month(2026, 1).ordinal, Month(2026, 12).ordinal),
        "died": st.none() | st.dates(date(2026, 5, 1), date(2027, 1, 31)),
        "born": days,
        "degree": st.sampled_from(["severe", "very_severe", None]),
        "offset": st.sampled_from([0, 0, -50_000, 30_000]),
    }
)


def review_of(drawn: list[dict[str, Any]]) -> Any:
    entitlements, facts = [], []
    for place, one in enumerate(drawn):
        scaled = hundredths(Decimal(one["coefficient"]))
        entitlements.append(
            {
                "entitlement_id": f"e{place:03d}",
                "person_id": f"p{place:03d}",
                "benefit": one["benefit"],
                "stated_category": "listed",
                "status_reason": None,
                "listed_amount": 5_000 * scaled + one["offset"],
                "listed_coefficient": scaled,
                "paid_from": one["paid_from"],
                "old_decision_date": date(2020, 1, 1) + timedelta(days=place),
                "version": 1,
            }
        )
        facts += [
            {
                **dict.fromkeys(FACTS),
                "person_id": f"p{place:03d}",
                "month": month,
                "birth_date": one["born"],
                "birth_precision": "day",
                "death_date": one["died"],
                "disability_degree": one["degree"],
            }
            for month in range(Month(2026, 7).ordinal, Month(2026, 12).ordinal + 1)
        ]
    kept = {name: kind for name, kind in FACTS.items() if name not in {"request", "signed_on"}}
    for fact in facts:
        del fact["request"], fact["signed_on"]
    return service.review(
        pl.DataFrame(entitlements, schema=ENTITLEMENTS),
        pl.DataFrame(facts, schema={"person_id": pl.String(), **kept}),
        as_of=date(2026, 11, 19),
        pay_month=Month(2026, 12),
        neutral_code="Q7K2MD",
    )


@settings(max_examples=12, deadline=None)
@given(st.lists(listed, min_size=1, max_size=5))
def test_a_review_gives_each_the_same_alone_and_together(drawn: list[dict[str, Any]]) -> None:
    together = review_of(drawn)
    for place in range(len(drawn)):
        alone = review_of(drawn[: place + 1])
        name = f"e{place:03d}"
        for part in ("lines", "levels", "reasons"):
            whole = getattr(together, part).filter(pl.col("entitlement_id") == name)
            assert whole.equals(getattr(alone, part).filter(pl.col("entitlement_id") == name))


@settings(max_examples=80, deadline=None)
@given(listed)
def test_levels_of_a_review_never_overlap_nor_outlive_the_person(one: dict[str, Any]) -> None:
    review = review_of([one])
    until = -1
    for level in review.levels.to_dicts():
        assert level["from_month"] > until
        assert level["amount"] > 0
        until = 10**9 if level["to_month"] is None else level["to_month"]
        assert until >= level["from_month"]
    if one["died"] is not None and review.levels.height:
        # What was paid before the counting month is a matter of the month of death too.
        assert until <= max(Month.of(one["died"]).ordinal, Month(2026, 6).ordinal)
    (line,) = review.lines.to_dicts()
    assert line["owed"] >= line["pay_amount"] >= 0
    if one["died"] is None:
        assert line["pay_amount"] > 0
