"""Runs the cases that a lawyer can read: tests/eligibility/law/cases/*.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pytest
import yaml
from tests.eligibility.law.case_sheet import FIELDS, Key, Line, Sheet, by_case, view_of

from common.kernel.arrears import difference
from common.kernel.months import Month, months_between
from eligibility.law import service
from eligibility.law.domain.evaluate import FACTS, evaluate, month_of
from eligibility.law.domain.level_review import ENTITLEMENTS, counting_month
from eligibility.law.domain.parameters import hundredths
from eligibility.law.store import load_law

CASES = Path(__file__).parent / "cases"


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted(CASES.glob("*.yaml")):
        yield yaml.safe_load(file.read_text(encoding="utf-8"))


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(document, case, id=f"{document['title']}: {case['name']}")
        for document in documents()
        for case in document.get(kind, ())
    ]


@pytest.mark.law(
    "20/2021 Art 4.2",
    "20/2021 Art 4.3",
    "20/2021 Art 5.1",
    "20/2021 Art 5.2",
    "20/2021 Art 5.3",
    "20/2021 Art 5.4",
    "20/2021 Art 5.5",
    "20/2021 Art 5.7",
    "20/2021 Art 5.8",
    "20/2021 Art 6.1.a",
    "20/2021 Art 6.1.b",
    "20/2021 Art 6.1.c",
    "20/2021 Art 6.1.d",
    "20/2021 Art 6.1.đ",
    "20/2021 Art 6.1.g",
    "20/2021 Art 8.1.đ",
    "20/2021 Art 20",
    "20/2021 Art 25.5",
    "02/2021 Art 2.1.c",
    "02/2021 Art 2.2",
    "147/2025 Art 5.2.b",
    "176/2025 Art 3.2",
    "335/2026 Art 4.3",
    "335/2026 Art 5.1",
    "335/2026 Art 5.2",
    "335/2026 Art 5.3",
    "335/2026 Art 5.4",
    "335/2026 Art 5.5",
    "335/2026 Art 5.7",
    "335/2026 Art 5.8",
    "335/2026 Art 6.1.a",
    "335/2026 Art 6.1.b",
    "335/2026 Art 6.1.c",
    "335/2026 Art 6.1.d",
    "335/2026 Art 6.1.đ",
    "335/2026 Art 6.1.g",
    "335/2026 Art 17.1",
    "335/2026 Art 17.2",
    "335/2026 Art 22.1",
    "20/2021 Art 5.6",
    "20/2021 Art 6.1.e",
    "20/2021 Art 6.2",
    "147/2025 Art 5.2.d",
    "176/2025 Art 2.1",
    "176/2025 Art 2.2",
    "176/2025 Art 3.1",
    "176/2025 Art 4.1.b",
    "176/2025 Art 4.3",
    "176/2025 Art 7.1",
    "335/2026 Art 4.2",
    "335/2026 Art 5.6",
    "335/2026 Art 6.1.e",
    "335/2026 Art 6.2",
    "335/2026 Art 8.4",
    "335/2026 Art 31.1",
)
@pytest.mark.parametrize(
    ("key", "lines"), [pytest.param(*item, id=name) for name, item in by_case().items()]
)
def test_the_law_gives(key: Key, lines: Sequence[Line]) -> None:
    view = view_of(load_law(), key)
    for line in lines:
        row = evaluate(Sheet([line]).frame, view).to_dicts()[0]
        if line.benefit is None:
            assert row["total"] == line.expected["total"]
            continue
        found = {field: row[f"{line.benefit}.{field}"] for field in FIELDS}
        found["payable"] = None if found["payable"] is None else found["payable"] > 0
        assert (line.month, {name: found[name] for name in line.expected}) == (
            line.month,
            line.expected,
        )


@pytest.mark.law("335/2026 Art 32.3", "176/2025 Art 4.3")
@pytest.mark.parametrize(("document", "case"), cases("differences"))
def test_the_months_computed_again_give(
    document: Mapping[str, Any], case: Mapping[str, Any]
) -> None:
    facts = {"birth_precision": "day", **case["facts"]}
    first, last = (Month.parse(month) for month in case["months"])
    gap = service.difference(
        facts, (first, last), *case["known"], facts_before={**facts, **case.get("before", {})}
    )
    assert gap["certain"].all()
    assert (gap["arrears"].sum(), gap["recovery"].sum()) == (case["arrears"], case["recovery"])
    assert gap.filter((pl.col("arrears") > 0) & (pl.col("recovery") > 0)).is_empty()


@pytest.mark.law(
    "147/2025 Art 5.2.b", "176/2025 Art 4.1.b", "335/2026 Art 8.2", "335/2026 Art 33.2"
)
@pytest.mark.parametrize(("document", "case"), cases("deadlines"))
def test_the_deadline_is(document: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    procedure = service.procedure("1.001776", case["received_on"])
    assert service.deadline(procedure, case["received_on"]) == case["due_on"]


@pytest.mark.law("335/2026 Art 32.3", "335/2026 Art 32.4")
@pytest.mark.parametrize(("document", "case"), cases("reviews"))
def test_the_review_gives(document: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    pay_month = Month.parse(document["pay_month"])
    listed, person = case["listed"], str(uuid4())
    paid_from = Month.parse(listed["paid_from"])
    entitlement = {
        "entitlement_id": str(uuid4()),
        "person_id": person,
        "benefit": listed["benefit"],
        "stated_category": listed["category"],
        "status_reason": listed.get("status_reason"),
        "listed_amount": listed["amount"],
        "listed_coefficient": hundredths(Decimal(listed["coefficient"])),
        "paid_from": paid_from.ordinal,
        "old_decision_date": listed["signed_on"],
        "version": 1,
    }
    review = service.review(
        pl.DataFrame([entitlement], schema=ENTITLEMENTS),
        known(person, case["facts"], document["as_of"], pay_month),
        as_of=document["as_of"],
        pay_month=pay_month,
        neutral_code="Q7K2MD",
    )
    (line,) = review.lines.to_dicts()
    assert line["outcome"] == case["outcome"]
    levels = [
        (month_of(row["from_month"]), row["to_month"] and month_of(row["to_month"]), row["amount"])
        for row in review.levels.to_dicts()
    ]
    assert levels == [
        (Month.parse(first), last and Month.parse(last), amount)
        for first, last, amount in case["levels"]
    ]
    if "law_amount" in case:
        assert line["law_amount"] == case["law_amount"]
    if "december" in case:
        assert line["pay_amount"] == case["december"]
    until = Month.parse(case.get("to", listed["paid_to"]))
    owed = {
        month: amount
        for first, last, amount in levels
        for month in months_between(first, min(last or until, until))
    }
    paid = dict.fromkeys(
        months_between(paid_from, Month.parse(listed["paid_to"])), int(listed["amount"])
    )
    gap = difference(owed, paid)
    assert sum(gap.arrears.values()) == case["arrears"]
    assert sum(gap.overpaid.values()) == case.get("overpaid", 0)


def known(person: str, facts: Mapping[str, Any] | None, day: date, last: Month) -> pl.DataFrame:
    names = {name: kind for name, kind in FACTS.items() if name not in {"request", "signed_on"}}
    first = counting_month(service.current_law().as_of(day))
    rows = [
        {
            **dict.fromkeys(names),
            "birth_precision": "day",
            **facts,
            "person_id": person,
            "month": month.ordinal,
        }
        for month in months_between(first, last)
        if facts is not None
    ]
    return pl.DataFrame(rows, schema={"person_id": pl.String(), **names})
