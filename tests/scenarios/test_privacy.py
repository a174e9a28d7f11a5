"""After the story: nobody's name, number or account in a log; accounts nowhere in clear."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

SERVICES = ("registry", "eligibility", "disbursement", "reporting")


def everybody(story: Any) -> list[dict[str, Any]]:
    """The people of the list and those who are paid for them."""
    return [*story.plan["people"], *story.plan["carers"]]


def accounts(story: Any) -> set[str]:
    listed = {one["truth"]["account"] for one in everybody(story)}
    return (listed | {story.applicant["account"]}) - {None}


def numbers(story: Any) -> set[str]:
    found = {story.applicant["personal_id"]}
    for person in everybody(story):
        found |= {person["truth"]["personal_id"], person["truth"]["cmnd"]}
    return found - {None}


def spellings(name: str) -> set[str]:
    """A text as it stands, and as JSON writes it with escapes."""
    return {name, json.dumps(name)[1:-1]}


def found_in(text: str, wanted: set[str]) -> list[str]:
    return [one for one in sorted(wanted) if one in text]


def in_any_spelling(values: set[str]) -> set[str]:
    """Each value as text and as the hexadecimal digits that a byte column shows."""
    return values | {value.encode().hex() for value in values}


def test_no_log_holds_a_name_a_number_or_an_account(story: Any, settle: Any) -> None:
    settle()
    names = {person["truth"]["full_name"] for person in everybody(story)}
    wanted = accounts(story) | numbers(story)
    for name in names | {story.applicant["full_name"]}:
        wanted |= spellings(name)
    logs = sorted(story.stage.home.logs.glob("*.log"))
    texts = {log.name: log.read_text(encoding="utf-8", errors="replace") for log in logs}
    assert {f"{service}.log" for service in ("registry", "disbursement")} <= texts.keys()
    assert "request_answered" in texts["registry.log"]
    assert {name: found_in(text, wanted) for name, text in texts.items()} == {
        name: [] for name in texts
    }


@pytest.mark.parametrize("service", SERVICES)
def test_no_metric_names_a_person(story: Any, service: str) -> None:
    text = story.client.http.get(f"{getattr(story.client.addresses, service)}/metrics").text
    assert "outbox_pending" in text
    assert found_in(text, accounts(story) | numbers(story)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_table_holds_an_account_number_in_clear(story: Any, settle: Any, service: str) -> None:
    settle()
    text = story.stage.contents(service)
    # The search can find what is there: person numbers are.
    assert found_in(text, numbers(story)) or service == "reporting"
    assert len(text) > 100_000
    assert found_in(text, in_any_spelling(accounts(story))) == []


def test_disbursement_keeps_each_account_encrypted(story: Any) -> None:
    listed = {
        story.person_id(row): person["truth"]["account"]
        for person, row in story.accepted
        if person["paid_by"] == "account"
    }
    assert len(listed) > 100
    rows = story.stage.query(
        "disbursement",
        "SELECT person_id, number_encrypted, number_index FROM account WHERE superseded_at IS NULL",
    )
    kept = {str(row["person_id"]): row for row in rows}
    own = story.applicant["person_id"]
    assert kept.keys() & {*listed, own} == {*listed, own}
    for person_id, account in listed.items():
        for name in ("number_encrypted", "number_index"):
            assert account.encode() not in kept[person_id][name]
    sealed = {bytes(row["number_encrypted"]) for row in rows}
    assert len(sealed) == len(rows)


def test_no_stored_message_holds_an_account_number(story: Any, settle: Any) -> None:
    settle()
    files = [file for file in Path(story.stage.home.nats).rglob("*") if file.is_file()]
    content = b"\n".join(file.read_bytes() for file in files)
    assert any(number.encode() in content for number in numbers(story))
    assert [one for one in sorted(accounts(story)) if one.encode() in content] == []
