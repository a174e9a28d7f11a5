"""Chapter 1: the list comes in, people are registered, checked, placed; deaths become known."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

OF_COLUMN = {"sex": "sex", "birth_date": "birth_date", "village": "village"}
"""Columns that the office takes as they stand, even where they contradict the number."""


def planned_person(person: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """What the registry must know of a person: the truth, as far as the row tells it."""
    truth, dirt = person["truth"], row["dirt"] or {"code": None}
    told = {
        name: truth[name]
        for name in ("full_name", "birth_date", "sex", "personal_id", "village", "phone")
    }
    told |= {"former_number": truth["cmnd"], "death_date": truth["death_date"]}
    told |= {"commune_code": "25000", "former_commune": dirt.get("former_commune")}
    told["birth_precision"] = "year" if dirt["code"] == "birth_year_only" else "day"
    if dirt.get("column") in OF_COLUMN:
        told[OF_COLUMN[dirt["column"]]] = dirt["read_as"]
    if dirt["code"] == "id_cmnd":
        told["personal_id"] = None
    return told


def test_every_person_of_the_list_is_registered_with_what_the_row_says(story: Any) -> None:
    planned = {story.person_id(row): planned_person(person, row) for person, row in story.accepted}
    known = {
        person_id: {name: person[name] for name in planned[person_id]}
        for person_id, person in story.people.items()
        if person_id in planned
    }
    assert known == planned
    others = {story.applicant["person_id"], *story.strangers}
    assert story.people.keys() - planned.keys() == others


def test_carers_are_registered_with_what_name_and_number_tell(story: Any) -> None:
    carers = {carer["key"]: carer["truth"] for carer in story.plan["carers"]}
    assert carers
    for key, truth in carers.items():
        known = story.people[story.carers[key]]
        assert known["full_name"] == truth["full_name"]
        assert known["sex"] == truth["sex"]
        assert (known["birth_date"], known["birth_precision"]) == (
            f"{truth['birth_date'][:4]}-01-01",
            "year",
        )


def test_the_dirt_of_each_row_is_reported_and_nothing_else(story: Any) -> None:
    planned = {
        (code, row)
        for code, kind in story.plan["dirt"].items()
        if kind["seen_by"] in {"intake", "deaths"}
        for row in kind["rows"]
    }
    reported = {
        (finding["code"], number)
        for number, row in story.rows.items()
        for finding in row["findings"]
    }
    assert reported == planned
    told = story.imports["beneficiary_list"]
    assert [finding["code"] for finding in told["file_findings"]] == ["title_rows"]
    assert told["header_row"] == story.plan["file"]["header_row"]


def test_each_row_has_the_planned_outcome_and_a_refused_row_has_no_person(story: Any) -> None:
    planned = {row["row"]: row["outcome"] for p in story.plan["people"] for row in p["rows"]}
    refused = {number for number, row in story.rows.items() if row["outcome"] == "refused"}
    assert story.rows.keys() == planned.keys()
    assert refused == {number for number, outcome in planned.items() if outcome == "refused"}
    assert all(story.rows[number]["person_id"] is None for number in refused)
    counts = story.imports["beneficiary_list"]["counts"]
    assert counts["created"] == len(story.people) - 1 - len(story.strangers)
    assert counts["refused"] == story.plan["summary"]["rows_refused"]


def test_a_bad_row_says_row_column_masked_value_code_and_a_sentence(story: Any) -> None:
    columns = {"personal_id": "identity", "birth_date": "birth"}
    seen = 0
    for person in story.plan["people"]:
        for row in person["rows"]:
            if row["outcome"] == "accepted":
                continue
            (finding,) = story.rows[row["row"]]["findings"]
            dirt = row["dirt"]
            assert finding["code"] == dirt["code"]
            assert finding["severity"] == "error"
            assert len(finding["message"]) > 8
            if dirt["column"] is not None:
                assert finding["column"] == columns.get(dirt["column"], dirt["column"])
            digits = person["truth"]["personal_id"]
            assert person["truth"]["full_name"] not in str(finding)
            assert digits not in str(finding)
            if dirt["column"] == "personal_id":
                assert str(dirt["cell"]) not in str(finding)
                assert finding["value_masked"].endswith(str(dirt["cell"])[-3:])
            seen += 1
    assert seen == story.plan["summary"]["rows_refused"] > 3


def test_the_check_against_the_population_database_finds_what_was_planned(story: Any) -> None:
    planned = {
        story.person_id(row): (person["verification"]["expected"], person["verification"]["fields"])
        for person, row in story.accepted
    }
    planned |= dict.fromkeys(story.strangers, ("verified", []))
    tasks = {
        task["person_id"]: task["mismatches"]
        for task in story.client.pages(
            "can_bo", "/registry/v1/verifications", commune_code="25000", status="mismatch"
        )
    }
    found = {
        person_id: (story.people[person_id]["verification"], tasks.get(person_id, []))
        for person_id in planned
    }
    assert found == planned


def test_deaths_are_known_of_those_who_died_and_of_no_namesake(story: Any) -> None:
    planned = {
        story.person_id(row): person["truth"]["death_date"]
        for person, row in story.accepted
        if person["truth"]["death_date"]
    }
    known = {
        person_id: person["death_date"]
        for person_id, person in story.people.items()
        if person["death_date"]
    }
    assert known == planned
    notices = story.imports["death_notices"]
    listed = len(story.case.deaths.read_text(encoding="utf-8").splitlines()) - 1
    assert notices["counts"]["updated"] == len(planned) > 0
    assert notices["findings"] == {"notice_without_person": listed - len(planned)}


def test_households_have_the_class_that_the_list_states(story: Any) -> None:
    planned = {
        story.person_id(row): person["truth"]["poverty_class"]
        for person, row in story.accepted
        if row["provision"].startswith("pension_70")
    }
    known = {person_id: story.people[person_id]["poverty_class"] for person_id in planned}
    assert known == planned
    assert set(planned.values()) == {"poor", "near_poor"}
    assert all(story.people[person_id]["household_id"] for person_id in planned)
