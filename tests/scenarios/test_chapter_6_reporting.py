"""Chapter 6: reporting counts the same people and đồng; the page, the workbook and the files agree."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
APPLICANT_GROUP, APPLICANT_METHOD = "social_pension", "account"


def with_applicant(story: Any, planned: dict[str, Any], code: str, own: str) -> dict[str, Any]:
    """Add the demo's dossier to a planned sum that it belongs to."""
    planned = figures_of(planned)
    if code != own:
        return planned
    expected = story.applicant["expected"]
    arrears = sum(expected["arrears"].values())
    more = {"people": 1, "regular": expected["december"], "arrears": arrears}
    more["total"] = expected["december"] + arrears
    return {name: planned[name] + more[name] for name in more}


def figures_of(part: dict[str, Any]) -> dict[str, int]:
    return {name: part[name] for name in ("people", "regular", "arrears", "total")}


SHARED = "5"
"""The label that several groups share: who has two benefits under it is one person."""


def people_under(story: Any, label: str) -> set[str]:
    return {
        person["key"]
        for person, row in story.accepted
        if story.group(row["group"]) == label
        and not row["money"]["held"]
        and (row["money"]["december"] or row["money"]["arrears"])
    }


def dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def test_people_and_money_by_group_and_method_are_the_sums_of_the_plan(story: Any) -> None:
    december = story.plan["summary"]["december"]
    assert figures_of(story.indicators["total"]) == figures_of(december["with_demo_dossier"])
    for part, own in (("by_group", APPLICANT_GROUP), ("by_method", APPLICANT_METHOD)):
        found = {one["code"]: figures_of(one) for one in story.indicators[part]}
        planned: dict[str, Counter[str]] = {}
        for code, amounts in december[part].items():
            label = story.group(code) if part == "by_group" else code
            own_amounts = with_applicant(story, amounts, code, own)
            planned.setdefault(label, Counter()).update(own_amounts)
        if part == "by_group":
            planned[SHARED]["people"] = len(people_under(story, SHARED))
        assert found == {code: dict(amounts) for code, amounts in planned.items()}


def test_every_provision_has_words_and_its_own_sum(story: Any) -> None:
    for group in story.indicators["by_group"]:
        parts = group["provisions"]
        assert all(part["label"] != part["code"] for part in parts)
        for name in ("people", "regular", "arrears", "total", "paid_amount"):
            assert sum(part[name] for part in parts) == group[name]


def test_arrears_are_counted_by_the_number_of_months(story: Any) -> None:
    people: Counter[int] = Counter()
    money: Counter[int] = Counter()
    # Somebody with two benefits of as many months is one person.
    seen = set()
    for person, row in story.accepted:
        if not row["money"]["held"] and row["money"]["arrears"]:
            seen.add((person["key"], len(row["money"]["arrears"])))
            money[len(row["money"]["arrears"])] += sum(row["money"]["arrears"].values())
    people.update(months for _, months in seen)
    people[1] += 1
    money[1] += story.applicant["expected"]["arrears"]["2026-11"]
    told = story.indicators["arrears"]
    assert {one["months"]: one["people"] for one in told["by_months"]} == people
    assert {one["months"]: one["amount"] for one in told["by_months"]} == money
    assert told["amount"] == sum(money.values())


def test_results_recoveries_deaths_and_verification_are_counted_alike(story: Any) -> None:
    told, plan = story.indicators, story.plan["summary"]
    for name, state in (("failed", "failed"), ("carried", "uncollected")):
        own = [line for line in story.lines if line["state"] == state]
        assert told[name]["people"] == len({line["person_id"] for line in own})
        assert told[name]["amount"] == sum(line["total"] for line in own)
        assert {one["code"]: one["lines"] for one in told[name]["reasons"]} == Counter(
            line["failure_reason"] for line in own
        )
    assert told["recoveries"]["cases"] == plan["recoveries"]["cases"]
    assert told["recoveries"]["amount"] == plan["recoveries"]["amount"]
    assert told["deaths"]["to_date"] == plan["dirt"]["person_deceased"]
    checked = {one["code"]: one["people"] for one in told["verification"]}
    planned = Counter(
        person["verification"]["expected"]
        for person in [*story.plan["people"], *story.plan["carers"]]
        if person["verification"]["expected"]
    )
    planned["verified"] += 1  # the applicant is checked when the registration is confirmed
    assert checked == planned


@pytest.mark.law("335/2026 Art 28.1")
def test_the_cashless_rate_is_people_paid_by_account_over_people_paid(story: Any) -> None:
    lines = [line for line in story.lines if line["state"] == "paid"]
    paid = {line["person_id"] for line in lines}
    by_account = len({line["person_id"] for line in lines if line["method"] == "account"})
    rate = story.indicators["cashless_rate"]
    assert (rate["people_by_account"], rate["people_paid"]) == (by_account, len(paid))
    assert rate["percent"] == f"{100 * by_account / len(paid):.2f}"


def test_the_page_shows_the_same_figures_to_those_with_a_token(story: Any) -> None:
    path, where = "/reporting/v1/dashboard", {"commune_code": "25000", "month": "2026-12"}
    page = story.client.call("ke_toan", "GET", path, params=where).text
    told = story.indicators
    for part in (told["total"], *told["by_group"], *told["by_group"][0]["provisions"]):
        for name in ("regular", "arrears", "total", "paid_amount"):
            if name == "regular" or part is not told["total"]:
                assert dong(part[name]) in page
    assert f"{told['cashless_rate']['percent'].replace('.', ',')} %" in page
    for name in ("failed", "carried", "recoveries"):
        assert dong(told[name]["amount"]) in page
    bare = story.client.http.get(story.client.addresses.of(path), params=where)
    assert bare.status_code == 401
    assert dong(told["total"]["total"]) not in bare.text


def test_the_workbook_shows_the_same_figures(story: Any) -> None:
    book = CalamineWorkbook.from_path(str(story.output / "bao-cao-chi-tra-2026-12.xlsx"))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    rows = {(number, str(row[0])): row for number, sheet in enumerate(sheets) for row in sheet}
    told = story.indicators
    total = rows[0, "Theo danh sách chi trả"]
    assert (total[1], total[2]) == (told["total"]["people"], told["total"]["total"])
    paid = rows[0, "Đã chi trả"]
    assert (paid[1], paid[2]) == (told["total"]["paid_people"], told["total"]["paid_amount"])
    # Parts of several groups have the same words: they stand below their own group.
    told_rows = iter(sheets[1])
    for group in told["by_group"]:
        for part in (group, *group["provisions"]):
            row = next(row for row in told_rows if str(row[0]) == part["label"])
            assert row[1] == part["people"]
            assert row[4:8] == [
                part["regular"],
                part["arrears"],
                part["carried_in"],
                part["total"],
            ]
    for name in ("failed", "carried"):
        for reason in told[name]["reasons"]:
            assert rows[2, reason["label"]][1:4] == [
                reason["people"],
                reason["lines"],
                reason["amount"],
            ]
    for side in told["reconciliations"]:
        assert rows[3, side["label"]][1:3] == [side["matched_lines"], side["matched_amount"]]


def test_the_banks_file_is_pain_001_and_sums_to_the_delivery(story: Any) -> None:
    content = (story.output / "ngan-hang-2026-12.pain.001.xml").read_bytes()
    tree = etree.fromstring(content)
    amounts = [int(str(node.text)) for node in tree.iterfind(".//p:InstdAmt", PAIN)]
    (sent,) = (d for d in story.payment_list["deliveries"] if d["partner"] == "agribank")
    assert (len(amounts), sum(amounts)) == (sent["lines"], sent["total"])
    assert hashlib.sha256(content).hexdigest() == sent["file_sha256"]
    for place in (".//p:GrpHdr", ".//p:PmtInf"):
        head = tree.find(place, PAIN)
        assert head is not None
        assert head.findtext("p:CtrlSum", namespaces=PAIN) == str(sum(amounts))
        assert head.findtext("p:NbOfTxs", namespaces=PAIN) == str(len(amounts))
    ids = [node.text for node in tree.iterfind(".//p:EndToEndId", PAIN)]
    assert len(set(ids)) == len(ids)
    accounts = {node.text for node in tree.iterfind(".//p:CdtrAcct//p:Id/p:Othr/p:Id", PAIN)}
    everybody = [*story.plan["people"], *story.plan["carers"]]
    planned = {p["truth"]["account"] for p in everybody if p["paid_by"] == "account"}
    assert accounts <= planned | {story.applicant["account"]}


def test_the_post_offices_file_and_the_list_sum_to_the_same_money(story: Any) -> None:
    text = (story.output / "buu-dien-2026-12.csv").read_text(encoding="utf-8-sig")
    *lines, last = csv.DictReader(io.StringIO(text))
    (sent,) = (d for d in story.payment_list["deliveries"] if d["partner"] == "vnpost")
    assert sum(int(line["so_tien"]) for line in lines) == sent["total"] == int(last["so_tien"])
    assert len(lines) == sent["lines"]
    listed = (story.output / "danh-sach-chi-tra-2026-12.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert [int(row["tong_cong"]) for row in rows] == [
        line["total"] for line in sorted(story.lines, key=lambda line: line["position"])
    ]
    assert sum(int(row["tong_cong"]) for row in rows) == story.payment_list["total"]
