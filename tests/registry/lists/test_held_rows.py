"""Rows that contradict the law, or may be a second record of somebody, are held; nobody is paid twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

TakeIn = Callable[..., Awaitable[dict[str, Any]]]


def listed(**changed: Any) -> dict[str, Any]:
    return {
        "stt": 1,
        "name": "Trần Thị Lan",
        "birth": date(1945, 3, 12),
        "sex": "Nữ",
        "number": "003145000017",
        "village": "Thôn 3",
        "category": "Hưu trí xã hội",
        "coefficient": 1,
        "amount": 540000,
        "decision": "123/QĐ-UBND",
        "decided": date(2025, 7, 10),
        "method": "Tiền mặt",
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": 8100000}, "amount_not_lawful"),
        ({"village": "Thôn 3;=1+1;x"}, "text_unsafe"),
        ({"note": "đã chết 3/9/2026"}, "row_says_dead"),
        ({"note": "chuyển đi Đà Lạt"}, "row_says_moved"),
        ({"category": "Hưu trí xã hội (thôi hưởng)"}, "row_says_stopped"),
        ({"category": "Không thuộc diện hưu trí xã hội"}, "category_denied"),
        ({"birth": date(1996, 3, 12), "number": "003196000017"}, "age_contradicts_category"),
        ({"birth": date(1900, 3, 12), "number": "003100000017"}, "age_impossible"),
        ({"name": "Trần Thị Lan 2"}, "name_unreadable"),
        ({"number": "1.2E+13"}, "id_rounded"),
    ],
)
async def test_what_contradicts_holds_the_row(
    take_in: TakeIn, registry: Any, changed: dict[str, Any], code: str
) -> None:
    state = await take_in([listed(**changed)])
    (row,) = await registry.rows_of(state["import_id"])
    assert row["outcome"] == "refused"
    assert code in {finding["code"] for finding in row["findings"]}
    assert await registry.events() == []


async def test_a_number_that_arrives_later_leads_to_the_person_who_is_there(
    take_in: TakeIn, registry: Any
) -> None:
    first = await take_in([listed(number="990000001")], list_month="2026-10")
    second = await take_in([listed()], list_month="2026-11")
    (before,) = await registry.rows_of(first["import_id"])
    (after,) = await registry.rows_of(second["import_id"])
    assert (after["outcome"], after["person_id"]) == ("updated", before["person_id"])
    person = (await registry.get("/persons/003145000017")).json()
    assert person["person_id"] == before["person_id"]
    kinds = [event["type"].split(".")[2] for event in await registry.events(before["person_id"])]
    assert kinds.count("registered") == 1
    assert "rekeyed" in kinds


async def test_what_may_be_a_second_record_of_one_human_is_held(
    take_in: TakeIn, registry: Any
) -> None:
    await take_in([listed()], list_month="2026-10")
    state = await take_in([listed(number="003145000018")], list_month="2026-11")
    (row,) = await registry.rows_of(state["import_id"])
    assert row["outcome"] == "refused"
    assert {finding["code"] for finding in row["findings"]} == {"possible_same_person"}
    namesake = await take_in([listed(number="003145004711")], list_month="2026-11")
    assert namesake["counts"]["created"] == 1


async def test_another_persons_number_with_the_right_year_overwrites_no_name(
    take_in: TakeIn, registry: Any
) -> None:
    await take_in([listed()], list_month="2026-10")
    state = await take_in([listed(name="Lê Thị Bình", birth=1945)], list_month="2026-11")
    (row,) = await registry.rows_of(state["import_id"])
    assert row["outcome"] == "refused"
    assert "id_of_other_person" in {finding["code"] for finding in row["findings"]}
    assert (await registry.get("/persons/003145000017")).json()["full_name"] == "Trần Thị Lan"


async def test_the_branch_of_a_bank_is_kept(take_in: TakeIn, registry: Any) -> None:
    paid = {"method": "CK", "account": "9912345678901", "bank": "Chi nhánh NN&PTNT Di Linh"}
    await take_in([listed(**paid)])
    (event,) = [e for e in await registry.events() if "payment" in e["data"]]
    payment = event["data"]["payment"]
    assert (payment["bank_code"], payment["bank_branch"]) == ("970405", "Di Linh")
