"""The catalogue of benefits, and what may be said of a line outside the sealed scope."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from common.contracts.benefits import (
    CATALOGUE,
    KnownBenefit,
    payee_text,
    told_benefits,
    told_line,
)

SEALED = [item for item in CATALOGUE.groups.values() if item.sealed]
BENEFITS = st.sampled_from(CATALOGUE.order)
GROUPS = st.sampled_from([*CATALOGUE.groups, "NHOM07", "ABC123"])
PROVISIONS = st.sampled_from(["5.1_under_4", "5.3_from_4", "5.8", "NHOM07", "5.6_severe_adult"])


def test_every_benefit_has_words_and_a_label() -> None:
    for code, item in CATALOGUE.benefits.items():
        assert item.title
        assert payee_text(code)
        assert CATALOGUE.label_of(code).title


def test_there_are_sealed_groups_and_each_shares_its_label_with_others() -> None:
    assert SEALED
    for group in SEALED:
        label = CATALOGUE.label_of(group.benefit)
        assert label.shared
        assert group.benefit in told_benefits(group.benefit)
        open_groups = [
            item
            for item in CATALOGUE.groups.values()
            if not item.sealed and CATALOGUE.label_of(item.benefit) == label
        ]
        assert len(open_groups) >= 2


@given(BENEFITS, GROUPS, PROVISIONS, GROUPS, PROVISIONS)
def test_outside_the_sealed_scope_lines_of_one_label_cannot_be_told_apart(
    benefit: str, group: str, provision: str, other: str, others: str
) -> None:
    if not CATALOGUE.label_of(benefit).shared:
        return
    told = told_line(benefit, group, provision)
    assert told == told_line(benefit, other, others)
    assert {told_line(code, group, provision) for code in told_benefits(benefit)} == {told}
    assert not {group, provision} & set(asdict(told).values())


@given(BENEFITS, GROUPS, PROVISIONS)
def test_inside_the_sealed_scope_a_line_is_told_as_it_is(
    benefit: str, group: str, provision: str
) -> None:
    told = told_line(benefit, group, provision, sealed_scope=True)
    assert (told.benefit, told.group, told.provision) == (benefit, group, provision)


def test_a_group_without_sealed_neighbours_keeps_its_name() -> None:
    assert told_line("care_support", "C2d", "C2d1").provision == "C2d1"
    assert told_line("social_pension", "social_pension", "pension_75").group == "social_pension"


def test_a_request_names_a_known_benefit_or_hears_the_known_ones() -> None:
    known = TypeAdapter(KnownBenefit)
    assert known.validate_python("social_pension") == "social_pension"
    with pytest.raises(ValidationError, match="social_pension"):
        known.validate_python("social_pensoin")
    assert known.json_schema()["enum"] == list(CATALOGUE.order)


def test_a_later_decree_adds_and_replaces_entries() -> None:
    entry = {
        "code": "winter_allowance",
        "title": "Trợ cấp mùa đông",
        "payee_text": "Trợ cấp mùa đông",
        "label": "local",
        "group": "local",
        "paid": "apart",
    }
    later = CATALOGUE.with_entries({"benefit": [entry]})
    assert later.order == (*CATALOGUE.order, "winter_allowance")
    assert "winter_allowance" in later.paid("apart")
    assert "winter_allowance" not in CATALOGUE.benefits


def test_an_entry_that_names_no_label_is_refused() -> None:
    entry = {**CATALOGUE.entries("benefit")[0], "label": "nowhere"}
    with pytest.raises(ValueError, match="nowhere"):
        CATALOGUE.with_entries({"benefit": [entry]})
