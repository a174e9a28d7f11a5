"""Chapter 3 and 5 for the other groups: carers are paid for whom they care for, parents by child."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
Key = tuple[str, str]


def planned_rows(story: Any, *benefits: str) -> dict[Key, tuple[dict[str, Any], dict[str, Any]]]:
    """People and rows of the plan, by the registry's person and benefit."""
    return {
        (story.person_id(row), row["benefit"]): (person, row)
        for person, row in story.accepted
        if row["benefit"] in benefits
    }


def entitlements(story: Any) -> dict[Key, dict[str, Any]]:
    found = story.client.pages("can_bo", "/eligibility/v1/entitlements", commune_code="25000")
    keyed: dict[Key, dict[str, Any]] = story.by_true_benefit(found)
    return keyed


def transfers(story: Any) -> Iterator[tuple[str, str, str]]:
    """Each payment of the bank's file: its line, the account, the name of who is paid."""
    tree = etree.fromstring((story.output / "ngan-hang-2026-12.pain.001.xml").read_bytes())
    for paid in tree.iterfind(".//p:CdtTrfTxInf", PAIN):
        reference = str(paid.findtext(".//p:EndToEndId", namespaces=PAIN))
        account = str(paid.findtext("p:CdtrAcct//p:Id/p:Othr/p:Id", namespaces=PAIN))
        yield reference[1:33].lower(), account, str(paid.findtext("p:Cdtr/p:Nm", namespaces=PAIN))


def payees(story: Any) -> dict[str, str]:
    """Who is paid for each line: the account at the bank, the person's number at the post."""
    paid = {line: account for line, account, _ in transfers(story)}
    text = (story.output / "buu-dien-2026-12.csv").read_text(encoding="utf-8-sig")
    for row in csv.DictReader(io.StringIO(text)):
        if row["ma_doi_chieu"]:
            paid[row["ma_doi_chieu"][1:33].lower()] = row["so_dinh_danh"]
    return paid


@pytest.mark.law("335/2026 Art 17.1", "335/2026 Art 17.2")
def test_care_support_is_owed_for_the_person_and_paid_to_the_carer(story: Any) -> None:
    planned = planned_rows(story, "care_support")
    kinds = Counter(row["group"] for _, row in planned.values())
    assert kinds.keys() == {"C1", "C2c", "C2d"}
    known = {one["key"]: one["truth"] for one in [*story.plan["people"], *story.plan["carers"]]}
    found, paid = entitlements(story), payees(story)
    lines = {(line["person_id"], line["benefit"]): line for line in story.lines}
    for key, (_, row) in planned.items():
        carer = known[row["payee"]]
        assert found[key]["payee_person_id"] == story.carers[row["payee"]] != key[0]
        assert found[key]["group"] == row["group"]
        line = lines[key]
        assert line["method"] == row["paid_by"]
        to = carer["account"] if row["paid_by"] == "account" else carer["personal_id"]
        assert paid[line["line_id"].replace("-", "")] == to


def test_the_allowance_of_the_person_cared_for_stays_the_persons_own(story: Any) -> None:
    known = {one["key"]: one["truth"] for one in story.plan["people"]}
    paid = payees(story)
    lines = {(line["person_id"], line["benefit"]): line for line in story.lines}
    seen = 0
    for person_id, _ in planned_rows(story, "care_support"):
        for benefit in ("social_allowance", "disability_allowance"):
            person, row = planned_rows(story, benefit).get((person_id, benefit), (None, None))
            if person is None or row is None:
                continue
            truth, line = known[person["key"]], lines[person_id, benefit]
            own = truth["account"] if row["paid_by"] == "account" else truth["personal_id"]
            assert paid[line["line_id"].replace("-", "")] == own
            seen += 1
    assert seen == len(planned_rows(story, "care_support"))


def test_carers_receive_nothing_in_their_own_name(story: Any) -> None:
    owners = {person_id for person_id, _ in entitlements(story)}
    assert story.strangers
    assert owners.isdisjoint(story.strangers)


@pytest.mark.law("335/2026 Art 5.4", "335/2026 Art 6.1.d")
def test_a_single_parent_is_owed_one_standard_amount_for_each_child(story: Any) -> None:
    planned, found = planned_rows(story, "single_parent_allowance"), entitlements(story)
    counts = set()
    for key, (person, row) in planned.items():
        children = person["truth"]["life"]["children"]
        counting = [c for c in children if c["studying"] or c["birth_date"] > "2010-12-01"]
        if not row["money"]["december"]:
            continue
        level = found[key]["levels"][-1]
        assert level["amount"] == 540_000 * len(counting) == row["money"]["december"]
        assert level["coefficient"] == f"{len(counting)}.0"
        counts.add(len(counting))
    assert len(counts) > 1


def test_the_child_of_16_who_does_not_study_counts_until_the_month_of_the_birthday(
    story: Any,
) -> None:
    (key,) = (
        (story.person_id(row), row["benefit"])
        for person, row in story.accepted
        if "child_turns_16" in person["situations"]
    )
    levels = entitlements(story)[key]["levels"]
    assert [(one["from_month"], one["to_month"], one["amount"]) for one in levels] == [
        ("2026-07", "2026-08", 1_080_000),
        ("2026-09", None, 540_000),
    ]


@pytest.mark.law("335/2026 Art 6.2")
def test_a_disabled_single_parent_is_paid_both_and_everybody_else_the_highest(story: Any) -> None:
    lines = {(line["person_id"], line["benefit"]): line for line in story.lines}
    both = [p for p, _ in story.accepted if "both_paid" in p["situations"]]
    assert both
    for person in both:
        rows = [row for row in person["rows"] if row["outcome"] == "accepted"]
        assert len(rows) == 2
        for row in rows:
            assert lines[story.person_id(row), row["benefit"]]["regular"] > 0


@pytest.mark.law("335/2026 Art 8.4", "335/2026 Art 6.1.a")
def test_an_orphan_and_its_carers_change_in_the_same_month(story: Any) -> None:
    found = entitlements(story)
    changed = 0
    for person, row in story.accepted:
        if "crosses_4" not in person["situations"]:
            continue
        levels = found[story.person_id(row), row["benefit"]]["levels"]
        month = "2026-10" if person["truth"]["birth_date"] == "2022-10-15" else "2026-09"
        assert [(one["amount"], one["from_month"]) for one in levels] == [
            (1_350_000, "2026-07"),
            (810_000, month),
        ]
        changed += 1
    assert changed >= 2
