"""Every provision, monthly or one-off, has a case that grants it in its own period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.eligibility.law.case_sheet import sheet, sheets, view_of

from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.one_off.explain import KINDS, Kind
from eligibility.law.domain.one_off.grounds import Period
from eligibility.law.domain.provisions import Registered, provisions
from eligibility.law.store import load_law

LAW = load_law()
ONE_OFF = Path(__file__).parents[1] / "law_one_off/cases"
NO_DATA = {"A0/local_allowance/local": "no province's file has a group of its own before 10/2024"}
BY_PROVINCE = {"cremation": "no province's file has a resolution: see law_one_off/test_properties"}


@cache
def granted() -> frozenset[str]:
    """Name what some case expects to be paid: regime, benefit, provision."""
    found = set()
    for key, lines in sheets().items():
        regimes = evaluate(sheet(key).frame, view_of(LAW, key))["regime"].to_list()
        for line, regime in zip(lines, regimes, strict=True):
            said = line.expected
            if said.get("provision") and said.get("payable", True) and said.get("amount", 1):
                found.add(f"{regime}/{line.benefit}/{said['provision']}")
    return frozenset(found)


@pytest.mark.parametrize(
    "provision", [pytest.param(item, id=item.key) for item in provisions(LAW.latest)]
)
def test_a_monthly_provision_has_a_case_in_its_regime(provision: Registered) -> None:
    assert (provision.key in granted()) is (provision.key not in NO_DATA)
    assert provision.provision.article
    assert all(condition.article for condition in provision.conditions)


def one_off() -> Iterator[Any]:
    for kind in KINDS.values():
        if kind.code in BY_PROVINCE:
            continue
        days = {value.valid_from for code in kind.codes for value in LAW.parameters[code].values}
        for ground in sorted({ground for day in days for ground in _grounds(kind, day)}):
            yield pytest.param(kind.code, ground, id=f"{kind.code}-{ground}")


def _grounds(kind: Kind, day: date) -> set[str]:
    return {ground.code for ground in kind.build(Period(LAW, day, day)).grounds}


@pytest.mark.parametrize(("benefit", "ground"), list(one_off()))
def test_a_ground_of_a_one_off_benefit_has_a_case(benefit: str, ground: str) -> None:
    cases = [
        case
        for path in ONE_OFF.glob("*.yaml")
        for document in [yaml.safe_load(path.read_text("utf-8"))]
        if document["benefit"] == benefit
        for case in document["cases"]
    ]
    named = {case["expect"].get("provision") for case in cases}
    # A benefit with one way into it need not name it.
    alone = ground == benefit and any(_given(case["expect"]) for case in cases)
    assert ground in named or alone


def _given(expected: dict[str, Any]) -> bool:
    return bool(expected.get("eligible"))
