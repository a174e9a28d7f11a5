"""Chapter 4: December's list, its arrears, what is held back, what must come back."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest

from common.contracts.benefits import told_line

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

Key = tuple[str, str]


def planned_lines(story: Any) -> dict[Key, dict[str, Any]]:
    """What the plan puts on December's list, by person and benefit."""
    planned: dict[Key, dict[str, Any]] = {}
    for _, row in story.accepted:
        money = row["money"]
        if money["held"] or not (money["december"] or money["arrears"]):
            continue
        planned[story.person_id(row), row["benefit"]] = {
            "group": story.group(row["group"]),
            "method": row["paid_by"],
            "regular": money["december"],
            "arrears": money["arrears"],
        }
    expected = story.applicant["expected"]
    planned[story.applicant["person_id"], "social_pension"] = {
        "group": "social_pension",
        "method": "account",
        "regular": expected["december"],
        "arrears": expected["arrears"],
    }
    return planned


@pytest.mark.law("335/2026 Art 32.3", "335/2026 Art 32.4")
def test_each_line_has_the_regular_amount_and_the_arrears_of_each_month(story: Any) -> None:
    found = {
        (line["person_id"], line["benefit"]): {
            "group": line["group"],
            "method": line["method"],
            "regular": sum(m["amount"] for m in line["months"] if m["month"] == "2026-12"),
            "arrears": {m["month"]: m["amount"] for m in line["months"] if m["month"] != "2026-12"},
        }
        for line in story.lines
    }
    assert len(found) == len(story.lines)
    assert found == planned_lines(story)


def test_sums_of_lines_header_and_plan_are_one(story: Any) -> None:
    for line in story.lines:
        arrears = [m["amount"] for m in line["months"] if m["kind"] == "arrears"]
        assert line["arrears"] == sum(arrears)
        assert line["arrears_months"] == len(arrears)
        assert line["total"] == line["regular"] + line["arrears"] + line["carried"]
    planned = story.plan["summary"]["december"]["with_demo_dossier"]
    header = story.payment_list
    assert header["lines"] == len(story.lines) == planned["lines"]
    for name in ("regular", "arrears", "total"):
        assert header[name] == sum(line[name] for line in story.lines) == planned[name]
    for delivery in header["deliveries"]:
        own = [line for line in story.lines if line["partner"] == delivery["partner"]]
        assert delivery["lines"] == len(own)
        assert delivery["total"] == sum(line["total"] for line in own)


@pytest.mark.law("335/2026 Art 4.2", "335/2026 Art 32.3")
def test_five_months_at_the_old_level_are_the_amounts_that_an_officer_expects(story: Any) -> None:
    full = [
        line
        for line in story.lines
        if line["arrears_months"] == 5 and len({m["amount"] for m in line["months"][:5]}) == 1
    ]
    seen = {(line["regular"], line["arrears"]) for line in full}
    assert {
        (540_000, 200_000),
        (810_000, 300_000),
        (1_080_000, 400_000),
        (1_350_000, 500_000),
    } <= seen


def test_what_is_not_paid_is_an_exception_with_amount_and_months(story: Any) -> None:
    planned: dict[tuple[str, str, str], tuple[int, int]] = {}
    for _, row in story.accepted:
        person_id, money = story.person_id(row), row["money"]
        if money["held"] and money["arrears"]:
            held = sum(money["arrears"].values()), len(money["arrears"])
            planned["deceased", person_id, row["benefit"]] = held
        if money["recovery"]:
            over = sum(money["recovery"].values()), len(money["recovery"])
            planned["overpaid", person_id, row["benefit"]] = over
    found = {
        (one["code"], one["person_id"], one["benefit"]): (one["amount"], one["months"])
        for one in story.of_list("exceptions")
    }
    assert found == planned
    assert {code for code, _, _ in found} == {"deceased", "overpaid"}


def recoveries(story: Any) -> dict[Key, dict[str, Any]]:
    path = "/disbursement/v1/recoveries"
    pages = story.client.pages("ke_toan", path, commune_code="25000")
    found = story.with_true_benefits(pages, "recovery_case", "recovery_id")
    keyed = {(one["person_id"], one["benefit"]): one for one in found}
    assert len(keyed) == len(found)
    return keyed


@pytest.mark.law("335/2026 Art 6.2", "335/2026 Art 31.2", "176/2025 Art 3.1")
def test_recovery_cases_are_those_of_the_plan_month_by_month(story: Any) -> None:
    planned, reasons = {}, {}
    for person, row in story.accepted:
        if row["money"]["recovery"]:
            key = story.person_id(row), row["benefit"]
            planned[key] = row["money"]["recovery"]
            dead = person["truth"]["death_date"] is not None
            reasons[key] = "deceased" if dead else "level_lowered"
    found = recoveries(story)
    assert {
        key: {month["month"]: month["amount"] for month in one["months"]}
        for key, one in found.items()
    } == planned
    assert {key: one["reason"] for key, one in found.items()} == reasons
    assert all(one["state"] == "open" for one in found.values())
    assert story.plan["summary"]["recoveries"]["by_reason"].keys() >= {
        "age_change",
        "deceased",
        "two_benefits",
    }


def test_overpaid_months_are_never_set_off_against_arrears(story: Any) -> None:
    lines = {(line["person_id"], line["benefit"]): line for line in story.lines}
    both = 0
    for key, case in recoveries(story).items():
        if key in lines and lines[key]["arrears"]:
            paid = {m["month"] for m in lines[key]["months"] if m["kind"] == "arrears"}
            assert paid.isdisjoint(month["month"] for month in case["months"])
            assert all(month["amount"] > 0 for month in lines[key]["months"])
            both += 1
    assert both > 0


def test_the_comparison_with_last_month_names_every_line(story: Any) -> None:
    planned: dict[Key, tuple[str, int | None, int | None]] = {}
    lines = planned_lines(story)
    for _, row in story.accepted:
        key = story.person_id(row), row["benefit"]
        before, now = row["money"]["paid"]["2026-11"], row["money"]["december"]
        # Who has nothing but arrears left is on the list once more, and gone from the months on.
        gone = key not in lines or not now
        change = "gone" if gone else "same" if before == now else "changed"
        planned[key] = change, before, None if gone else now
    own = story.applicant["person_id"], "social_pension"
    planned[own] = "new", None, story.applicant["expected"]["december"]
    found = Counter(
        (one["person_id"], one["benefit"], one["change"], one["previous"], one["current"])
        for one in story.of_list("compare")
    )
    assert found == Counter(
        (person_id, told_line(benefit).benefit, *amounts)
        for (person_id, benefit), amounts in planned.items()
    )
    counted = Counter(change for change, _, _ in planned.values())
    path = f"/disbursement/v1/payment-lists/{story.payment_list['list_id']}/compare"
    assert story.client.get("ke_toan", path)["counts"] == counted


def test_the_hash_of_the_list_can_be_made_again_from_its_lines(story: Any) -> None:
    texts = []
    carers = {
        story.person_id(row): story.people[story.carers[row["payee"]]]
        for _, row in story.accepted
        if row["payee"]
    }
    for line in story.lines:
        person = story.people[line["person_id"]]
        who = line["personal_id"] or f"{person['former_number']}/{person['birth_date']}"
        items = sorted(
            f"{m['month']}:{m['kind']}:{m['role']}:{m['amount']}" for m in line["months"]
        )
        facts = ["25000", "2026-12", who, line["full_name"], line["benefit"], line["group"]]
        account = " ".join(filter(None, [line["bank_code"] or "", line["account_masked"]]))
        facts += [line["method"], line["partner"], account]
        facts += [str(line[name]) for name in ("regular", "arrears", "arrears_months")]
        facts += [str(line["carried"]), str(line["total"]), ",".join(items)]
        if line["benefit"] == "care_support":
            carer = carers[line["person_id"]]
            facts.append(f"{carer['full_name']}/{carer['personal_id']}")
        texts.append("|".join(facts).encode())
    digest = hashlib.sha256(b"\n".join(sorted(texts))).hexdigest()
    assert story.payment_list["content_hash"] == digest == story.figures["content_hash"]


def test_another_person_than_the_maker_approved_what_was_sealed(story: Any) -> None:
    told = story.payment_list
    assert (told["maker"], told["approval"]["checker"]) == ("ke_toan", "kiem_soat")
    assert told["approval"]["content_hash"] == told["content_hash"]
    assert told["sealed_on"] == "2026-11-20"
