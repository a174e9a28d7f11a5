"""Chapter 5: results and statements come back, are matched, and the ledger closes the month."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from common.contracts.benefits import told_line

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

REASONS = {
    "AC01": "account_unknown",
    "AC04": "account_closed",
    "AC06": "account_blocked",
    "BE01": "name_mismatch",
    "MS03": "not_collected",
    "": None,
}
"""The partners' codes in our words."""
UNPAID = ("failed", "uncollected")


def books(story: Any, desk: str) -> dict[str, Any]:
    told: dict[str, Any] = story.client.world(f"/{desk}/books")
    return told


@pytest.mark.parametrize("desk", ["bank", "post"])
def test_lines_have_the_outcomes_that_the_partner_has_in_its_books(story: Any, desk: str) -> None:
    told = books(story, desk)
    own = [line for line in story.lines if line["partner"] == told["partner"]]
    found: Counter[tuple[str, str | None]] = Counter()
    money: Counter[tuple[str, str | None]] = Counter()
    for line in own:
        found[line["state"], line["failure_reason"]] += 1
        money[line["state"], line["failure_reason"]] += line["total"]
    said = {(one["outcome"], REASONS[one["reason"]]): one for one in told["outcomes"]}
    assert found == {key: one["lines"] for key, one in said.items()}
    assert money == {key: one["total"] for key, one in said.items()}
    assert told["refusals"] == []
    assert told["messages_waiting"] == 0


def test_some_payments_failed_each_for_a_named_reason(story: Any) -> None:
    unpaid = [line for line in story.lines if line["state"] in UNPAID]
    assert len({line["failure_reason"] for line in unpaid}) >= 3
    assert all(line["failure_reason"] for line in unpaid)
    assert all(line["settled_on"] for line in story.lines if line["state"] == "paid")
    assert {line["state"] for line in story.lines} == {"paid", *UNPAID}


@pytest.mark.parametrize("desk", ["bank", "post"])
def test_each_partner_got_one_list_and_the_file_that_we_show(story: Any, desk: str) -> None:
    told = books(story, desk)
    (got,) = told["lists"]
    (sent,) = (d for d in story.payment_list["deliveries"] if d["partner"] == told["partner"])
    assert got["reference"] == sent["reference"]
    assert got["digest"] == sent["file_sha256"]
    assert (got["lines"], got["total"]) == (sent["lines"], sent["total"])


def test_the_reconciliation_matches_what_was_paid_and_carries_the_rest(story: Any) -> None:
    (found,) = story.client.get(
        "ke_toan", "/disbursement/v1/reconciliations", commune_code="25000", month="2026-12"
    )["items"]
    assert found["state"] == "closed"
    assert found["reconciled_on"] == "2026-12-18"
    assert len(found["partners"]) == 2
    for side in found["partners"]:
        own = [line for line in story.lines if line["partner"] == side["partner"]]
        paid = [line["total"] for line in own if line["state"] == "paid"]
        rest = [line["total"] for line in own if line["state"] in UNPAID]
        assert (side["matched_lines"], side["matched_amount"]) == (len(paid), sum(paid))
        assert (side["carried_lines"], side["carried_amount"]) == (len(rest), sum(rest))
        assert side["unexplained_lines"] == side["unexplained_amount"] == 0
    path = f"/disbursement/v1/reconciliations/{found['reconciliation_id']}/differences"
    differences = list(story.client.pages("ke_toan", path))
    assert {(one["person_id"], one["reason"]) for one in differences} == {
        (line["person_id"], line["failure_reason"])
        for line in story.lines
        if line["state"] in UNPAID
    }


def test_the_ledger_balances_and_each_account_says_what_the_lines_say(story: Any) -> None:
    check = story.client.get("ke_toan", "/disbursement/v1/ledger/check", month="2026-12")
    assert check["difference"] == 0
    assert check["debits"] == check["credits"] > 0
    accounts = story.client.get(
        "ke_toan", "/disbursement/v1/ledger/balances", month="2026-12", commune_code="25000"
    )["accounts"]
    balance = {account["code"]: account["balance"] for account in accounts}
    paid = sum(line["total"] for line in story.lines if line["state"] == "paid")
    rest = sum(line["total"] for line in story.lines if line["state"] in UNPAID)
    over = story.plan["summary"]["recoveries"]["amount"]
    assert balance["cash"] == -paid
    assert balance["payable"] == rest
    assert balance["receivable"] == over
    assert balance["expense"] == story.payment_list["total"] - over
    assert balance["clearing:agribank"] == balance["clearing:vnpost"] == balance["suspense"] == 0


def test_money_that_did_not_arrive_is_on_the_next_list_once(story: Any, january: Any) -> None:
    unpaid = {
        (line["person_id"], line["benefit"]): line["total"]
        for line in story.lines
        if line["state"] in UNPAID
    }
    lines = story.of_list("lines", january["list_id"])
    carried = {
        (one["person_id"], one["benefit"]): one["carried"] for one in lines if one["carried"]
    }
    excepted = {
        (one["person_id"], one["benefit"])
        for one in story.of_list("exceptions", january["list_id"])
    }
    assert {key: amount for key, amount in unpaid.items() if key not in excepted} == {
        key: amount for key, amount in carried.items() if key not in excepted
    }
    assert carried.keys() <= unpaid.keys()
    assert carried


def test_a_persons_payments_tell_the_whole_way_of_each_dong(story: Any) -> None:
    several = Counter(line["person_id"] for line in story.lines)
    alone = (line for line in story.lines if several[line["person_id"]] == 1)
    chosen = {line["state"]: line for line in alone}
    for state, line in chosen.items():
        told = story.client.get("ke_toan", f"/disbursement/v1/persons/{line['person_id']}/payments")
        benefit = told_line(line["benefit"]).benefit
        (payment,) = (p for p in told["payments"] if p["benefit"] == benefit)
        assert (payment["state"], payment["amount"]) == (state, line["total"])
        assert payment["reason"] == line["failure_reason"]
        mine = [one for one in told["obligations"] if one["benefit"] == benefit]
        owed = [one for one in mine if one["month"] <= "2026-12"]
        assert sum(one["amount"] for one in owed) == line["total"]
