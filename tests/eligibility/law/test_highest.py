"""Only the highest (chỉ được hưởng một mức cao nhất): one rule, in two shapes, against plain words.

The oracle tries every set of benefits that may be received together and takes the most valuable.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.eligibility.law.test_properties import LAW, frame, months, people

from common.kernel.months import Month
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.explain import Award, sentences
from eligibility.law.domain.highest import highest_of, stands_beside
from eligibility.law.domain.installed import LocalLaw, install, installed
from eligibility.law.domain.provincial import LocalLevel
from eligibility.law.service import lower_benefits

APART = {"care_support", "disabled_parent_support"}
BESIDE = ("5.5", "5.6", "5.8", "Q7K2MD")
GROUPS = st.sampled_from(["5.1", "5.2", "5.5", "5.6", "5.7", "5.8", "Q7K2MD", "social_pension"])
ITEMS = st.dictionaries(
    st.sampled_from(ORDER), st.tuples(st.integers(1, 6), GROUPS, st.booleans()), min_size=1
)


def together(codes: tuple[str, ...], items: dict[str, Any]) -> bool:
    """Tell whether the benefits of a set may be received together."""
    merged = [code for code in codes if code not in APART]
    if len(merged) <= 1:
        return True
    return (
        len(merged) == 2
        and "single_parent_allowance" in merged
        and "facility_allowance" not in merged
        and all(items[code][1] in BESIDE for code in merged if code != "single_parent_allowance")
    )


def best(items: dict[str, Any]) -> set[str]:
    """Give the most valuable set: facility first; of equal ones what is received, then the order."""

    def worth(codes: tuple[str, ...]) -> tuple[Any, ...]:
        merged = [code for code in codes if code not in APART]
        lead = [code for code in merged if code != "single_parent_allowance"] or merged
        tie = [(items[code][2], -ORDER.index(code)) for code in lead]
        return (
            len(codes) - len(merged),
            "facility_allowance" in codes,
            sum(items[code][0] for code in merged),
            tie,
        )

    sets = [
        found
        for size in range(1, len(items) + 1)
        for found in combinations(items, size)
        if together(found, items)
    ]
    return set(max(((worth(found), found) for found in sets), key=lambda item: item[0])[1])


def rows_of(items: dict[str, Any], person: str = "a") -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "person_id": person,
                "benefit": code,
                "amount": amount,
                "group": group,
                "received": has,
            }
            for code, (amount, group, has) in items.items()
        ]
    ).with_columns(stands_beside(pl.col("group")).alias("beside"))


@pytest.mark.law("335/2026 Art 6.2", "20/2021 Art 6.2")
@settings(max_examples=25, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=25))
def test_of_what_people_have_the_most_valuable_lawful_set_is_paid(everyone: list[Any]) -> None:
    rows = [rows_of(items, str(place)) for place, items in enumerate(everyone)]
    found = highest_of(pl.concat(rows))
    paid = found.filter("paid").group_by("person_id").agg("benefit")
    assert {place: set(codes) for place, codes in paid.iter_rows()} == {
        str(place): best(items) for place, items in enumerate(everyone)
    }
    assert found.filter(~pl.col("paid"))["excluded_by"].is_not_null().all()
    assert found.filter("paid")["excluded_by"].is_null().all()


@settings(max_examples=20, deadline=None)
@given(st.lists(people, min_size=1, max_size=20), months)
def test_rows_of_benefits_and_evaluated_rows_answer_alike(everyone: list[Any], month: int) -> None:
    rows = evaluate(frame([{**person, "month": month} for person in everyone]), LAW).to_dicts()
    for row in rows:
        given_ = {
            code: (row[f"{code}.amount"], row[f"{code}.provision"], False)
            for code in ORDER
            if row[f"{code}.eligible"] and row[f"{code}.amount"]
        }
        if not given_ or any(row[f"{code}.payable"] is None for code in ORDER):
            continue
        found = highest_of(rows_of(given_))
        paid = {code for code in ORDER if row[f"{code}.payable"]}
        assert set(found.filter("paid")["benefit"]) == paid
        assert dict(found.select("benefit", "excluded_by").iter_rows()) == {
            code: row[f"{code}.excluded_by"] for code in given_
        }


@pytest.mark.law("335/2026 Art 6.2", "335/2026 Art 4.3")
@pytest.mark.parametrize(
    ("day", "lower"), [(date(2026, 11, 20), "disability"), (date(2026, 10, 20), "pension")]
)
def test_what_people_have_is_compared_at_the_levels_of_the_province_and_day(
    day: date, lower: str
) -> None:
    """From 11/2026 the province pays pensions at 900.000: above 1,5 times the national level."""
    level = LocalLevel(
        province_code="68",
        benefits=("social_pension",),
        settings=("community",),
        kind="standard",
        amount=900_000,
        valid_from=date(2026, 11, 1),
        valid_to=None,
        known_from=date(2026, 10, 10),
        resolution="12/2026/NQ-HĐND",
        source="Công báo",
        confidence="text seen",
    )
    signed = pl.DataFrame(
        {
            "entitlement_id": ["pension", "disability"],
            "person_id": ["a", "a"],
            "benefit": ["social_pension", "disability_allowance"],
            "group_code": ["social_pension", "5.6"],
            "listed_amount": [540_000, 810_000],
            "coefficient": [100, 150],
            "province_code": ["68", "68"],
        }
    )
    before = installed()
    install(LocalLaw("68", version=1, levels=(level,)))
    try:
        assert lower_benefits(signed, day) == [lower]
    finally:
        install(before)


@pytest.mark.law("335/2026 Art 31.1")
@pytest.mark.parametrize(
    ("amount", "words"), [(810_000, "mức cao hơn"), (540_000, "chế độ được chi: Trợ cấp xã hội")]
)
def test_a_higher_amount_is_named_only_where_it_is_higher(amount: int, words: str) -> None:
    month = Month(2026, 12)
    award = Award(
        benefit="social_pension", title="Trợ cấp hưu trí xã hội", provision="pension_75",
        article="Điều 31", month=month, coefficient="1.0", standard_amount=540_000, amount=540_000,
        payable=False, excluded_by="disability_allowance", rule="khoản 1 Điều 31", payable_amount=0,
        payee="person", standard_basis="",
    )  # fmt: skip
    other = replace(
        award,
        benefit="disability_allowance",
        title="Trợ cấp xã hội",
        amount=amount,
        excluded_by=None,
        payable=True,
        rule=None,
    )
    (text, _) = sentences([], [award, other])
    assert words in text
