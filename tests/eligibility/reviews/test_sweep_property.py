"""Proposals are the difference of single evaluations, whoever the people are."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from common.kernel.months import Month
from eligibility.law import service as law
from eligibility.law.domain.facts import FACTS, with_all_facts
from eligibility.reviews.service.sweep.finding import Slice, find
from eligibility.reviews.store.sweeps import RECEIPTS

MONTHS = (Month(2026, 12), Month(2027, 1))
AGES = (3, 4, 6, 16, 22, 60, 70, 75, 80)

near_a_line = st.builds(
    lambda years, days: date(2027 - years, 1, 1) + timedelta(days=days),
    st.sampled_from(AGES),
    st.integers(-70, 70),
)
people = st.lists(
    st.fixed_dictionaries(
        {
            "birth_date": near_a_line,
            "poverty_class": st.sampled_from(["poor", "near_poor", "none", None]),
            "disability_degree": st.sampled_from([None, "severe", "very_severe"]),
            "pension_income": st.sampled_from([0, 5_000_000]),
            "support": st.sampled_from(["none", "able", None]),
            "abandoned": st.booleans(),
            "paid": st.sampled_from([None, 540_000, 810_000, 1_080_000, 1_350_000]),
            "benefit": st.sampled_from(
                ["social_pension", "disability_allowance", "social_allowance"]
            ),
        }
    ),
    min_size=1,
    max_size=12,
)


def ident(kind: int, number: int) -> str:
    return f"{kind}0000000-0000-7000-8000-{number:012d}"


def facts_of(person: dict[str, Any]) -> dict[str, Any]:
    receives = person["paid"] is not None
    values = {name: person[name] for name in person if name in FACTS}
    return {
        **values,
        "commune_code": "25000",
        "marital_status": "single",
        "father_status": "able",
        "mother_status": "able",
        "neutral_group": False,
        "request": "decided" if receives and person["benefit"] == "social_pension" else None,
    }


def slice_of(found: list[dict[str, Any]]) -> Slice:
    rows = [
        {
            "person_id": ident(1, number), "village": "Thôn 1", "kinds": "disability,care_source",
            "neutral_code": None, **facts_of(person),
        }
        for number, person in enumerate(found)
    ]  # fmt: skip
    kinds: dict[str, Any] = {
        **{name: kind for name, kind in FACTS.items() if name != "month"},
        "person_id": pl.String, "village": pl.String, "kinds": pl.String, "neutral_code": pl.String,
    }  # fmt: skip
    schema = {name: kinds[name] for name in rows[0]}
    frame = with_all_facts(pl.DataFrame(rows, schema=schema).with_columns(month=pl.lit(None)))
    receipts = [
        (
            ident(2, number), ident(1, number), person["benefit"], "active", None, "25000", "x",
            "5.6", person["paid"], 150, date(2026, 7, 1),
            json.dumps([{"from_month": "2026-07-01", "to_month": None, "amount": person["paid"]}]),
        )
        for number, person in enumerate(found)
        if person["paid"] is not None
    ]  # fmt: skip
    return Slice(
        MONTHS,
        [frame.with_columns(month=pl.lit(m.ordinal, dtype=pl.Int32)) for m in MONTHS],
        pl.DataFrame(receipts, schema=RECEIPTS, orient="row"),
        pl.DataFrame(schema={"person_id": pl.String, "paper": pl.String, "ends_on": pl.Date}),
        pl.DataFrame(schema={"person_id": pl.String, "root": pl.String}),
    )


def expected(found: list[dict[str, Any]]) -> set[tuple[str, str, str, str, int]]:
    """What is received against what one person's own evaluation gives, month by month."""
    answer: set[tuple[str, str, str, str, int]] = set()
    for number, person in enumerate(found):
        if person["paid"] is None:
            continue
        before: set[tuple[str, int]] = set()
        stopped = False
        for month in MONTHS:
            (row,) = law.person_rows(facts_of(person), month, month, as_of=date(2026, 11, 19))
            code = person["benefit"]
            eligible, amount = row[f"{code}.eligible"], row[f"{code}.amount"]
            if stopped:
                continue
            if eligible is False:
                change = ("stop", 0)
                stopped = True
            elif eligible is None:
                change = ("paper_needed", amount)
            elif amount != person["paid"] and row[f"{code}.excluded_by"] is None:
                change = ("adjust", amount)
            else:
                continue
            if change not in before:
                answer.add((ident(1, number), code, change[0], str(month), change[1]))
            before.add(change)
    return answer


@settings(max_examples=40, deadline=None)
@given(people)
def test_proposals_are_the_difference_of_single_evaluations(found: list[dict[str, Any]]) -> None:
    view = law.current_law().as_of(date(2026, 11, 19))
    result = find(slice_of(found), view, law.outside("Q7K2MD"))
    received = result.rows.filter(pl.col("entitlement_id").is_not_null())
    assert {
        (row["person_id"], row["benefit"], row["kind"], str(Month.of(row["month"])),
         row["law_amount"])
        for row in received.to_dicts()
    } == expected(found)  # fmt: skip
    assert set(result.rows["explanation"]) <= result.explanations.keys()
    everyone = {ident(1, number) for number in range(len(found))}
    assert set(result.rows["person_id"]) <= everyone
