"""Each dated value and each condition, changed once, must break a case that a lawyer can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from eligibility.law.domain.conditions import Condition
from eligibility.law.domain.deadlines import time_limit
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off import funeral
from eligibility.law.domain.one_off.explain import KINDS, Kind
from eligibility.law.domain.one_off.grounds import OneOff, Period, judge
from eligibility.law.domain.parameters import DatedValue
from eligibility.law.store import load_law

HERE = Path(__file__).parent
DOCUMENTS = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(HERE.glob("cases/*.yaml"))]
DEADLINES = yaml.safe_load((HERE.parent / "procedures/cases/deadlines.yaml").read_text("utf-8"))
LAW = load_law()
FILES = Path("services/eligibility/src/eligibility/law/parameters")
NOT_JUDGED = {
    "longevity_refreshment": "money for those who attend, no gift of a person",
    "health_card_period": "how often lists are made: see test_seeds",
    "emergency_essentials": "in kind: a word that is shown, not judged by",
    "emergency_child_alone": "where the case leads: a word that is shown",
}


def parameters_of(name: str) -> list[str]:
    root = Path(__file__).resolve().parents[3]
    return list(yaml.safe_load((root / FILES / name).read_text("utf-8"))["parameters"])


def frame_of(kind: Kind, document: dict[str, Any]) -> pl.DataFrame:
    rows = [{name: case["claim"].get(name) for name in kind.schema} for case in document["cases"]]
    return pl.DataFrame(rows, schema=dict(kind.schema))


def breaks(document: dict[str, Any], judged: pl.DataFrame) -> bool:
    return any(
        row.get(name) != value
        for case, row in zip(document["cases"], judged.to_dicts(), strict=True)
        for name, value in case["expect"].items()
    )


def changed(value: DatedValue) -> Any:
    content = value.value
    if isinstance(content, int):
        return content + 1
    if content in {"yes", "no"}:
        return "no" if content == "yes" else "yes"
    if "," in content:
        return content.split(",", 1)[1]
    return {
        "stated_at_residence": "treated",
        "treated": "stated_at_residence",
        "other_rules": "not_seen",
        "not_seen": "other_rules",
        "BT": "HN",
        "unknown": "BT",
    }[content]


def with_value(code: str, number: int) -> Law:
    parameter = LAW.parameters[code]
    values = list(parameter.values)
    values[number] = replace(values[number], value=changed(values[number]))
    return replace(
        LAW, parameters={**LAW.parameters, code: replace(parameter, values=tuple(values))}
    )


def mutations() -> Iterator[Any]:
    for code in parameters_of("one_off.yaml"):
        if code in NOT_JUDGED:
            continue
        for number in range(len(LAW.parameters[code].values)):
            yield pytest.param(code, number, id=f"{code}[{number}]")


@pytest.mark.parametrize(("code", "number"), list(mutations()))
def test_a_changed_value_breaks_a_case(code: str, number: int) -> None:
    law = with_value(code, number)
    assert any(
        breaks(document, kind.judge(frame_of(kind, document), law))
        for document in DOCUMENTS
        for kind in [KINDS[document["benefit"]]]
        if code in kind.codes
    )


def limits() -> Iterator[Any]:
    for code in parameters_of("time_limits.yaml"):
        for number, value in enumerate(LAW.parameters[code].values):
            for step, item in enumerate(value.value):
                if item.get("inside"):
                    continue  # shown by its start: test_the_posting_lies_inside_the_review
                yield pytest.param(code, number, step, id=f"{code}[{number}].{step}")


@pytest.mark.parametrize(("code", "number", "step"), list(limits()))
def test_a_changed_step_breaks_a_case(code: str, number: int, step: int) -> None:
    parameter = LAW.parameters[code]
    values = list(parameter.values)
    steps = [dict(item) for item in values[number].value]
    steps[step]["count"] += 1
    values[number] = replace(values[number], value=tuple(steps))
    law = replace(
        LAW, parameters={**LAW.parameters, code: replace(parameter, values=tuple(values))}
    )
    assert any(
        time_limit(
            law, case["procedure"], case["received_on"], happened=case.get("happened", ())
        ).due_on
        != case["due_on"]
        for case in DEADLINES["deadlines"]
        if f"time_limit_{case['procedure']}" == code
    )


def always(plan: OneOff, code: str) -> OneOff:
    def force(item: Condition) -> Condition:
        return replace(item, outcome=pl.lit(value=True)) if item.code == code else item

    grounds = tuple(
        replace(ground, conditions=tuple(force(item) for item in ground.conditions))
        for ground in plan.grounds
    )
    return replace(plan, grounds=grounds)


def condition_codes() -> Iterator[Any]:
    for kind in KINDS.values():
        if kind.code == "cremation":
            continue  # no province's file has a resolution: see test_properties
        seen: set[str] = set()
        for day in {start for code in kind.codes for start in _starts(code)}:
            plan = kind.build(Period(LAW, day, day))
            seen |= {item.code for item in plan.conditions}
        for code in sorted(seen):
            yield pytest.param(kind.code, code, id=f"{kind.code}.{code}")


def _starts(code: str) -> set[Any]:
    return {value.valid_from for value in LAW.parameters[code].values}


@pytest.mark.parametrize(("benefit", "code"), list(condition_codes()))
def test_a_condition_that_always_holds_breaks_a_case(benefit: str, code: str) -> None:
    kind = KINDS[benefit]
    document = next(item for item in DOCUMENTS if item["benefit"] == benefit)

    def build(period: Period) -> OneOff:
        return always(kind.build(period), code)

    claims = _prepared(kind, document)
    judged = judge(claims, LAW, on=kind.on, codes=kind.codes, build=build)
    if benefit == "funeral":
        judged = funeral.settle(judged, LAW)
    assert breaks(document, judged)


def _prepared(kind: Kind, document: dict[str, Any]) -> pl.DataFrame:
    module = __import__(kind.build.__module__, fromlist=["prepare"])
    prepared: pl.DataFrame = module.prepare(frame_of(kind, document), LAW)
    return prepared
