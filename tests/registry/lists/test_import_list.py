"""A small list taken in by the running registry: every kind of dirt, events, secrets."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common.contracts.catalogue import EVENTS
from common.sealing import unseal

TakeIn = Callable[..., Awaitable[dict[str, Any]]]
DISABLED = {"category": "Người khuyết tật nặng", "coefficient": 1.5, "amount": 750000}
VERY_SEVERE = {"category": "NKT đặc biệt nặng", "coefficient": 2.5, "amount": 1250000}


def list_row(number: int, /, **changed: Any) -> dict[str, Any]:
    year = 30 + number % 20
    return {
        "stt": number,
        "name": f"Trần Thị {('Lan', 'Hoa', 'Mai', 'Cúc', 'Sen')[number % 5]}",
        "birth": date(1900 + year, 1 + number % 12, 1 + number % 28),
        "sex": "Nữ",
        "number": f"0031{year:02d}{number:06d}",
        "village": "Thôn 3",
        "category": "Hưu trí xã hội: đủ 75 tuổi trở lên",
        "coefficient": 1,
        "amount": 500000,
        "decision": "123/QĐ-UBND",
        "decided": date(2025, 7, 10),
        "method": "Tiền mặt",
        "phone": "0600000001",
        **changed,
    }


def codes_of(row: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in row["findings"]}


async def test_a_clean_list_goes_in_and_says_nothing(take_in: TakeIn, registry: Any) -> None:
    state = await take_in([list_row(n) for n in range(1, 6)], numbering=True, total=True)
    assert state["state"] == "succeeded"
    assert state["counts"] == {"created": 5, "updated": 0, "unchanged": 0, "refused": 0}
    assert state["findings"] == {"title_rows": 1}
    assert (state["rows"], state["header_row"], state["columns"]["full_name"]) == (5, 4, 2)
    rows = await registry.rows_of(state["import_id"])
    assert [row["row_number"] for row in rows] == [6, 7, 8, 9, 10]
    assert all(row["outcome"] == "created" and row["person_id"] for row in rows)


@pytest.mark.law("P013", "D032")
async def test_every_kind_of_dirt_is_told_once_and_by_its_name(
    take_in: TakeIn, registry: Any
) -> None:
    lan = list_row(1)
    dirt: list[tuple[dict[str, Any], set[str], str]] = [
        ({"number": int("003132000101")}, {"id_zero_lost"}, "created"),
        ({"number": "990000001"}, {"id_cmnd"}, "created"),
        ({"birth": "10/03/1934"}, {"birth_text"}, "created"),
        ({"birth": 12858}, {"birth_serial"}, "created"),
        ({"birth": 1936}, {"birth_year_only"}, "created"),
        (
            {"name": unicodedata.normalize("NFD", "Trần Thị Hồng")},
            {"text_decomposed"},
            "created",
        ),
        ({"name": "TrÇn ThÞ Hång"}, {"text_tcvn3"}, "created"),
        ({"name": "Traàn Thò Hoàng"}, {"text_vni"}, "created"),
        ({"village": "Thôn 3, xã Liên Đầm"}, {"old_commune_name"}, "created"),
        ({"sex": "Nam"}, {"sex_contradicts_id"}, "created"),
        ({"birth": date(1944, 1, 1)}, {"birth_year_contradicts_id"}, "created"),
        (
            {"number": lan["number"], "name": lan["name"], "birth": lan["birth"]},
            {"duplicate_in_file"},
            "refused",
        ),
        ({"name": None}, {"row_without_name"}, "refused"),
        ({"birth": "không rõ"}, {"birth_unreadable"}, "refused"),
        ({"number": "00313"}, {"id_invalid_length"}, "refused"),
        ({"number": None}, {"id_missing"}, "refused"),
        ({"category": "Đối tượng khác"}, {"category_unknown"}, "refused"),
        ({"amount": "năm trăm nghìn"}, {"amount_unreadable"}, "refused"),
        ({"decided": None}, {"decision_date_unreadable"}, "refused"),
        ({"decided": date(2026, 12, 1)}, {"decision_after_list"}, "refused"),
        ({"village": "Thôn 1, xã Hòa Ninh"}, {"commune_elsewhere"}, "refused"),
        ({"method": "Chuyển khoản"}, {"account_unusable"}, "created"),
        (
            {"method": "CK", "account": "9912345678901", "bank": "Ngân hàng Mặt Trăng"},
            {"bank_unknown"},
            "created",
        ),
        ({"amount": "540.000 đ"}, set(), "created"),
        ({"amount": "1.250.000 đ"}, {"amount_not_lawful"}, "refused"),
    ]
    rows = [lan] + [list_row(n, **changed) for n, (changed, _, _) in enumerate(dirt, 2)]
    state = await take_in(rows)
    assert state["state"] == "succeeded", state["problem"]
    told = (await registry.rows_of(state["import_id"]))[1:]
    assert [(codes_of(row), row["outcome"]) for row in told] == [
        (codes, outcome) for _, codes, outcome in dirt
    ]
    expected = Counter(code for _, codes, _ in dirt for code in codes) | {"title_rows": 1}
    assert state["findings"] == dict(sorted(expected.items()))
    by_code = {f["code"]: f for row in told for f in row["findings"]}
    assert "dòng 5" in by_code["duplicate_in_file"]["message"]
    assert by_code["id_zero_lost"]["value_masked"] == "*******101"
    assert all(
        f["message"] and f["severity"] in {"info", "warning", "error"} for f in by_code.values()
    )


async def test_what_was_read_is_what_is_registered(take_in: TakeIn, registry: Any) -> None:
    await take_in(
        [
            list_row(1, name="TrÇn ThÞ Hång", number=3131000001, village="Thôn 3, xã Gung Ré"),
            list_row(2, number="990000002", method="CK", account="9912345678901", bank="BIDV"),
            list_row(3, birth=1933, number="003133000003", note="hộ nghèo", **DISABLED),
        ]
    )
    person = (await registry.get("/persons/003131000001")).json()
    assert (person["full_name"], person["village"]) == ("Trần Thị Hồng", "Thôn 3")
    assert person["former_commune"] == "xã Gung Ré"
    (former,) = await registry.query("SELECT * FROM person WHERE personal_id IS NULL")
    assert (former["former_number"], former["verification"]) == ("990000002", "unverified")
    poor = (await registry.get("/persons/003133000003")).json()
    assert (poor["poverty_class"], poor["birth_precision"]) == ("poor", "year")
    facts = (await registry.get("/persons/003133000003/circumstances")).json()
    assert [(f["kind"], f["degree"], f["valid_from"]) for f in facts] == [
        ("disability", "severe", None)
    ]
    by_person = {e["subject"]: e for e in await registry.events() if "benefit" in e["data"]}
    paid = by_person[str(former["person_id"])]["data"]["payment"]
    nothing = {"bank_code": None, "bank_branch": None, "account_sealed": None}
    assert paid == {"method": "cash", **nothing}


async def test_events_of_a_row_come_in_order_and_count_up(take_in: TakeIn, registry: Any) -> None:
    state = await take_in([list_row(1, note="hộ cận nghèo", **DISABLED)])
    (row,) = await registry.rows_of(state["import_id"])
    events = await registry.events(row["person_id"])
    assert [event["type"].split(".")[2] for event in events] == [
        "registered",
        "reclassified",
        "circumstance_established",
        "intake_row_accepted",
    ]
    assert [event["sequence"] for event in events] == [1, 2, 3, 4]
    for event in events:
        EVENTS[event["type"]].model_validate(event["data"])
    accepted = events[-1]["data"]
    assert accepted["person"]["poverty_class"] == "near_poor"
    assert accepted["list_month"] == "2026-11"
    assert accepted["benefit"] == {
        "benefit": "disability_allowance",
        "stated_category": "5.6_severe",
        "coefficient": "1.5",
        "amount": 750000,
        "decision_number": "123/QĐ-UBND",
        "decision_date": "2025-07-10",
        "paid_from": "2026-07",
        "paid_to": "2026-11",
        "payee_person_id": None,
    }


@pytest.mark.parametrize(
    ("decided", "declared", "expected"),
    [
        (date(2025, 7, 10), {"paid_since": "2026-07"}, "2026-07"),
        (date(2026, 9, 3), {"paid_since": "2026-07"}, "2026-09"),
        (date(2025, 7, 10), {"paid_since": "2026-11"}, "2026-11"),
    ],
)
async def test_paid_months_begin_with_the_later_of_declaration_and_decision(
    take_in: TakeIn, registry: Any, decided: date, declared: dict[str, str], expected: str
) -> None:
    await take_in([list_row(1, decided=decided)], **declared)
    accepted = [e for e in await registry.events() if "benefit" in e["data"]]
    benefit = accepted[0]["data"]["benefit"]
    assert (benefit["paid_from"], benefit["paid_to"]) == (expected, "2026-11")


async def test_an_account_number_leaves_only_sealed_and_is_nowhere_in_clear(
    take_in: TakeIn, registry: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    account = "9912345678901"
    paid = {"method": "Chuyển khoản", "account": account, "bank": "Agribank"}
    state = await take_in([list_row(1, **paid), list_row(2)])
    (event,) = [e for e in await registry.events() if e["data"].get("payment", {}).get("bank_code")]
    sealed = event["data"]["payment"]["account_sealed"]
    assert event["data"]["payment"]["bank_code"] == "970405"
    opened = json.loads(unseal(registry.private_key, sealed))
    assert opened == {
        "account": account,
        "holder": "Trần Thị Hoa",
        "person_id": event["subject"],
    }
    assert account not in await registry.everything()
    answers = json.dumps(await registry.rows_of(state["import_id"]))
    assert account not in answers
    output = capfd.readouterr()
    assert account not in output.out + output.err


async def test_the_same_file_twice_is_the_same_import_without_a_second_effect(
    take_in: TakeIn, registry: Any, drain: Any, tmp_path: Path
) -> None:
    first = await take_in([list_row(1), list_row(2)])
    told = await registry.events()
    content = (tmp_path / "list-0.xlsx").read_bytes()
    again = await registry.upload(content)
    await drain()
    assert again.status_code == 202
    assert again.json()["import_id"] == first["import_id"]
    assert again.json()["state"] == "succeeded"
    assert await registry.events() == told
    other = await registry.upload(content, list_month="2026-10")
    assert (other.status_code, other.json()["code"]) == (409, "import_differs")


async def test_another_file_with_the_same_rows_changes_nothing(
    take_in: TakeIn, registry: Any
) -> None:
    rows = [
        list_row(1, note="hộ nghèo", **DISABLED),
        list_row(2, method="CK", account="9912345678901", bank="BIDV"),
    ]
    await take_in(rows)
    told = await registry.events()
    state = await take_in(rows, titles=5)
    assert state["counts"] == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert await registry.events() == told


async def test_next_months_list_updates_and_counts_on(take_in: TakeIn, registry: Any) -> None:
    await take_in([list_row(1), list_row(2, **DISABLED)], list_month="2026-10")
    state = await take_in(
        [
            list_row(1, village="Thôn 4"),
            list_row(2, **DISABLED | VERY_SEVERE),
        ],
        list_month="2026-11",
    )
    assert state["counts"]["updated"] == 2
    one, two = await registry.rows_of(state["import_id"])
    events = await registry.events(one["person_id"])
    assert [e["sequence"] for e in events] == [1, 2, 3, 4]
    assert events[2]["data"]["changed"] == ["village"]
    assert codes_of(two) == {"disability_changed"}
    facts = (await registry.get(f"/persons/{list_row(2)['number']}/circumstances")).json()
    assert [(f["degree"], f["valid_from"], f["valid_to"]) for f in facts] == [
        ("severe", None, "2026-11-01"),
        ("very_severe", "2026-11-01", None),
    ]


async def test_one_person_with_two_benefits_is_one_person(take_in: TakeIn, registry: Any) -> None:
    state = await take_in([list_row(1), list_row(1, stt=2, **DISABLED)])
    rows = await registry.rows_of(state["import_id"])
    assert [row["outcome"] for row in rows] == ["created", "updated"]
    assert rows[0]["person_id"] == rows[1]["person_id"]
    events = await registry.events(rows[0]["person_id"])
    assert [e["sequence"] for e in events] == list(range(1, len(events) + 1))
    benefits = [e["data"]["benefit"]["benefit"] for e in events if "benefit" in e["data"]]
    assert benefits == ["social_pension", "disability_allowance"]


async def test_a_number_of_somebody_else_is_not_taken_over(take_in: TakeIn, registry: Any) -> None:
    await take_in([list_row(1)])
    other = {"name": "Lê Văn Khác", "birth": date(1950, 5, 5), "sex": "Nam"}
    state = await take_in([list_row(1, **other), list_row(2)])
    rows = await registry.rows_of(state["import_id"])
    assert [row["outcome"] for row in rows] == ["refused", "created"]
    assert "id_of_other_person" in codes_of(rows[0])


async def test_contradictions_open_a_task_for_somebody(take_in: TakeIn, registry: Any) -> None:
    await take_in([list_row(1, sex="Nam"), list_row(2)])
    page = (await registry.get("/verifications?commune_code=25000&status=unverified")).json()
    assert {item["personal_id"]: item["reasons"] for item in page["items"]} == {
        list_row(1)["number"]: ["sex_contradicts_id"],
        list_row(2)["number"]: [],
    }
