"""Quorum, votes and degrees as the law has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.disability.domain import (
    Ability,
    ChairAbsent,
    Finding,
    Member,
    NotAMember,
    Opinion,
    OpinionsIncomplete,
    QuorumMissing,
    Role,
    check_session,
    conclude,
    form_for,
    from_loss,
    reassess_on,
    suggested,
)
from registry.disability.domain.assessment import DAILY
from registry.disability.gateway import calendar, rules_on

DAY = date(2026, 11, 10)
RULES = rules_on(DAY)
ROLES: tuple[Role, ...] = (
    "chair",
    "health_station",
    "labour_official",
    "fatherland_front",
    "women",
    "youth",
    "veterans",
)


def council(size: int = 7) -> list[Member]:
    return [
        Member(UUID(int=n + 1), "25000", f"Thành viên {n}", ROLES[n], date(2026, 7, 1))
        for n in range(size)
    ]


@pytest.mark.law("Circular 01/2019 council sessions")
@pytest.mark.parametrize(("size", "least"), [(7, 5), (6, 4), (3, 2)])
def test_two_thirds_of_the_council_must_be_there(size: int, least: int) -> None:
    members = council(size)
    ids = [one.appointment_id for one in members]
    assert check_session(members, ids[:least], DAY, RULES.quorum).role == "chair"
    with pytest.raises(QuorumMissing):
        check_session(members, ids[: least - 1], DAY, RULES.quorum)


def test_the_chair_leads_and_only_members_sit() -> None:
    members = council()
    ids = [one.appointment_id for one in members]
    with pytest.raises(ChairAbsent):
        check_session(members, ids[1:], DAY, RULES.quorum)
    with pytest.raises(NotAMember):
        check_session(members, [*ids, UUID(int=99)], DAY, RULES.quorum)
    with pytest.raises(NotAMember):
        check_session(members, ids, date(2026, 6, 30), RULES.quorum)


@pytest.mark.law("Circular 01/2019 council sessions")
@pytest.mark.parametrize(
    ("findings", "finding", "decided_by"),
    [
        (["severe", "severe", "severe", "mild", "mild"], "severe", "majority"),
        (["mild", "severe", "mild", "severe"], "mild", "chair"),
        (["refer", "severe", "severe", "mild", "mild"], None, "nobody"),
        (["severe", "severe", "mild", "mild", "refer"], "severe", "chair"),
        (["severe", "mild", "mild", "refer", "none"], None, "nobody"),
        (["refer"] * 5, "refer", "majority"),
    ],
)
def test_most_votes_decide_and_the_chair_when_they_draw(
    findings: list[Finding], finding: str | None, decided_by: str
) -> None:
    opinions = [Opinion(UUID(int=n + 1), one) for n, one in enumerate(findings)]
    ids = [one.appointment_id for one in opinions]
    conclusion = conclude(opinions, ids, ids[0])
    assert (conclusion.finding, conclusion.decided_by) == (finding, decided_by)
    assert sum(conclusion.votes.values()) == len(findings)


@given(st.lists(st.sampled_from(["severe", "very_severe", "mild", "none"]), min_size=1, max_size=9))
def test_a_conclusion_is_never_what_fewer_hold(findings: list[Finding]) -> None:
    opinions = [Opinion(UUID(int=n + 1), one) for n, one in enumerate(findings)]
    ids = [one.appointment_id for one in opinions]
    conclusion = conclude(opinions, ids, ids[0])
    if conclusion.finding is not None:
        assert findings.count(conclusion.finding) == max(map(findings.count, findings))
    # Who sits where does not matter, only what is held and who leads.
    assert conclude(opinions[::-1], ids, ids[0]) == conclusion


@pytest.mark.law("P035")
def test_everybody_there_votes_once() -> None:
    opinions = [Opinion(UUID(int=1), "severe"), Opinion(UUID(int=1), "severe")]
    with pytest.raises(OpinionsIncomplete):
        conclude(opinions, [UUID(int=1), UUID(int=2)], UUID(int=1))
    with pytest.raises(OpinionsIncomplete):
        conclude(opinions[:1], [UUID(int=1), UUID(int=2)], UUID(int=1))


def test_kinds_are_those_that_most_of_the_deciding_votes_name() -> None:
    opinions = [
        Opinion(UUID(int=1), "severe", ("movement",)),
        Opinion(UUID(int=2), "severe", ("movement", "sight")),
        Opinion(UUID(int=3), "severe", ("movement",)),
        Opinion(UUID(int=4), "mild", ("mental",)),
    ]
    ids = [one.appointment_id for one in opinions]
    assert conclude(opinions, ids, ids[0]).kinds == ("movement",)


@pytest.mark.law("28/2012 Art 4.3")
@pytest.mark.parametrize(
    ("percent", "degree"),
    [
        ("81", "very_severe"),
        ("80.99", "severe"),
        ("61", "severe"),
        ("60.99", "mild"),
        ("0", "mild"),
    ],
)
def test_the_loss_of_ability_gives_the_degree(percent: str, degree: str) -> None:
    assert from_loss(Decimal(percent), RULES) == degree


@pytest.mark.law("28/2012 Art 3")
def test_the_answers_point_to_a_degree() -> None:
    unable: dict[str, Ability] = dict.fromkeys(DAILY, "unable")
    able: dict[str, Ability] = dict.fromkeys(DAILY, "able")
    assert suggested(unable) == "very_severe"
    assert suggested(able | {"moving": "with_help"}) == "severe"
    assert suggested(able) == "mild"
    assert suggested({"moving": "unable"}) is None


@pytest.mark.law("Circular 01/2019 assessment sheets")
def test_the_form_and_the_new_assessment_follow_the_sixth_birthday() -> None:
    born = date(2020, 11, 11)
    assert form_for(born, date(2026, 11, 10), RULES) == "under_6"
    assert form_for(born, date(2026, 11, 11), RULES) == "from_6"
    assert reassess_on(born, date(2026, 1, 5), RULES, exempt=False) == date(2026, 11, 11)
    assert reassess_on(born, date(2026, 1, 5), RULES, exempt=True) is None
    assert reassess_on(born, date(2026, 11, 11), RULES, exempt=False) is None
    assert form_for(date(2020, 2, 29), date(2026, 2, 28), RULES) == "under_6"


def test_the_calendar_knows_the_day_of_culture() -> None:
    assert not calendar().is_workday(date(2026, 11, 24))
    assert calendar().is_workday(date(2026, 8, 22))
