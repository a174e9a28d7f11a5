"""Runs the cases of one-off benefits that a lawyer can read: cases/*.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from eligibility.law.domain.one_off.explain import KINDS, explain_claim
from eligibility.law.domain.one_off.grounds import period_of
from eligibility.law.store import load_law

CASES = Path(__file__).parent / "cases"
DOCUMENTS = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(CASES.glob("*.yaml"))]
ALL = [
    pytest.param(document["benefit"], case, id=f"{document['title']}: {case['name']}")
    for document in DOCUMENTS
    for case in document["cases"]
]


@pytest.mark.law(
    "20/2021 Art 4.3",
    "20/2021 Art 9",
    "20/2021 Art 10",
    "20/2021 Art 11.1",
    "20/2021 Art 11.2",
    "20/2021 Art 12.1",
    "20/2021 Art 12.2",
    "20/2021 Art 13.1",
    "20/2021 Art 13.2",
    "20/2021 Art 14.1",
    "20/2021 Art 14.2",
    "20/2021 Art 15.1",
    "20/2021 Art 15.2",
    "20/2021 Art 15.3",
    "20/2021 Art 16",
    "20/2021 Art 17.1",
    "20/2021 Art 18.2",
    "20/2021 Art 18.3",
    "20/2021 Art 25.3",
    "02/2021 Art 3.1",
    "76/2024 Art 1",
    "96/2018 Art 3",
    "176/2025 Art 5.1",
    "335/2026 Art 2.2",
    "335/2026 Art 4.3",
    "335/2026 Art 10",
    "335/2026 Art 11.1",
    "335/2026 Art 11.2",
    "335/2026 Art 12.1",
    "335/2026 Art 12.2",
    "335/2026 Art 12.3",
    "335/2026 Art 12.4",
    "335/2026 Art 15.2",
    "335/2026 Art 16.1",
    "335/2026 Art 16.2",
    "335/2026 Art 18.2",
    "335/2026 Art 31.3",
    "335/2026 Art 32.3",
)
@pytest.mark.parametrize(("benefit", "case"), ALL)
def test_the_law_gives(benefit: str, case: Mapping[str, Any]) -> None:
    kind = KINDS[benefit]
    claim = {name: case["claim"].get(name) for name in kind.schema}
    assert set(case["claim"]) <= set(kind.schema)
    (row,) = kind.judge(pl.DataFrame([claim], schema=dict(kind.schema)), load_law()).to_dicts()
    assert {name: row[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize(("benefit", "case"), ALL)
def test_every_answer_says_why(benefit: str, case: Mapping[str, Any]) -> None:
    found = explain_claim(benefit, case["claim"], load_law())
    assert found.text
    assert found.conditions
    assert all(item.text and item.value for item in found.conditions)
    assert all(item.article for item in found.conditions)
    if found.eligible:
        assert found.article
        assert all(item.outcome for item in found.conditions)
    elif found.eligible is None:
        assert any(item.outcome is None for item in found.conditions)
        assert "còn thiếu thông tin" in found.text[0]
    else:
        assert any(item.outcome is False for item in found.conditions)


def test_every_benefit_and_every_ground_has_a_case() -> None:
    assert {document["benefit"] for document in DOCUMENTS} == set(KINDS)
    judged = {
        (document["benefit"], case["expect"].get("provision"))
        for document in DOCUMENTS
        for case in document["cases"]
    }
    law = load_law()
    for code in ("funeral", "emergency"):
        kind = KINDS[code]
        grounds = {
            ground.code
            for day in (date(2025, 3, 1), date(2026, 3, 1), date(2026, 11, 1))
            for ground in kind.build(period_of(law, kind.codes, day)).grounds
        }
        assert grounds <= {provision for benefit, provision in judged if benefit == code}
