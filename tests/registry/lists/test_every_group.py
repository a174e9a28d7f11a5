"""Rows of every group: what their words state, who is paid for whom, what stays sealed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from common.sealing import unseal
from registry.lists.domain.statements import read_carer, read_children, read_income
from registry.lists.gateway.vocabulary import vocabulary

TakeIn = Callable[..., Awaitable[dict[str, Any]]]
MORE = ("Con đang nuôi", "Người nhận chăm sóc, nuôi dưỡng", "Số định danh người nhận chăm sóc")
ORPHAN = {"kind": "care_source", "father": "dead", "mother": "dead"}


@pytest.mark.parametrize(
    ("text", "code", "benefit", "fact"),
    [
        ("Trẻ em mồ côi cả cha lẫn mẹ", "5.1", "social_allowance", ORPHAN),
        (
            "Trẻ mồ côi cha, mẹ mất tích",
            "5.1",
            "social_allowance",
            {"kind": "care_source", "father": "dead", "mother": "missing"},
        ),
        (
            "TE bị bỏ rơi",
            "5.1",
            "social_allowance",
            {"kind": "care_source", "abandoned": True},
        ),
        (
            "Người từ đủ 16 tuổi đang học, mồ côi cha mẹ",
            "5.2",
            "social_allowance",
            {"kind": "study", "level": "general", "continuous": True},
        ),
        (
            "Người đơn thân hộ nghèo, chồng đã chết, nuôi 2 con",
            "5.4",
            "single_parent_allowance",
            {"kind": "marital", "status": "widowed"},
        ),
        (
            "NCT cô đơn hộ nghèo",
            "5.5a",
            "social_allowance",
            {"kind": "support", "support": "none"},
        ),
        (
            "Người cao tuổi nghèo không có người phụng dưỡng, có người nhận nuôi dưỡng",
            "5.5d",
            "social_allowance",
            {"kind": "care_need", "cannot_live_in_community": True, "taken_in": True},
        ),
        ("TE dưới 36 tháng hộ cận nghèo vùng ĐBKK", "5.7", "social_allowance", None),
        (
            "NKT ĐBN đang mang thai",
            "C2a",
            "disabled_parent_support",
            {"kind": "pregnancy", "pregnant": True},
        ),
        (
            "Hộ gia đình nhận chăm sóc NKT đặc biệt nặng",
            "C2d",
            "care_support",
            {"kind": "care", "care": "taken_in", "carer_qualifies": True},
        ),
        (
            "Gia đình chăm sóc người khuyết tật đặc biệt nặng",
            "C2c",
            "care_support",
            {"kind": "care", "care": "own_family", "carer_qualifies": True},
        ),
        ("Gia đình nhận nuôi dưỡng trẻ em mồ côi cha mẹ", "C1", "care_support", ORPHAN),
        (
            "Trẻ mồ côi cha mẹ nuôi dưỡng tại trung tâm bảo trợ",
            "facility",
            "facility_allowance",
            {"kind": "facility", "resident": True},
        ),
        ("Người cao tuổi từ 75 đến 80 tuổi, hộ nghèo", "pension_converted_5_5b", "social_pension", None),
        ("Người khuyết tật nặng, mồ côi cha mẹ", "5.6_severe", "disability_allowance", None),
    ],
)  # fmt: skip
def test_the_words_of_a_list_name_the_benefit_and_state_facts(
    text: str, code: str, benefit: str, fact: dict[str, Any] | None
) -> None:
    category = vocabulary().category(text)
    assert category is not None
    assert (category.code, category.benefit) == (code, benefit)
    assert not category.sealed
    if fact is not None:
        assert fact in category.facts
    kinds = [one["kind"] for one in category.facts]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize(
    "text",
    [
        "Trẻ em nhiễm HIV hộ nghèo",
        "Người nhiễm HIV/AIDS thuộc hộ nghèo",
        "Khoản 3 Điều 5 (hộ nghèo)",
        "Đối tượng khoản 8 Điều 5",
    ],
)
def test_words_that_reveal_are_sealed(text: str) -> None:
    category = vocabulary().category(text)
    assert category is not None
    assert (category.sealed, category.benefit) == (True, "social_allowance")


def test_children_are_read_with_their_birthdays_and_whether_they_study() -> None:
    told = read_children(
        "Nguyễn Văn An 05/3/2015; Nguyễn Thị Hoa 12-09-2008 (đang học)\n31/02/2019"
    )
    assert [(one["child_key"], one["birth_date"], one["studying"]) for one in told] == [
        ("20150305-1", "2015-03-05", False),
        ("20080912-1", "2008-09-12", True),
    ]
    twins = read_children("01/01/2024; 01/01/2024")
    assert [one["child_key"] for one in twins] == ["20240101-1", "20240101-2"]
    assert read_children("2 con") == []


def test_a_carer_has_a_name_and_twelve_digits() -> None:
    carer = read_carer("003 075 000017", "Lê Thị Nhận")
    assert carer is not None
    assert (carer.personal_id, carer.birth_year) == ("003075000017", 1975)
    assert read_carer("003075000017", "") is None
    assert read_carer("990000001", "Lê Thị Nhận") is None
    assert read_income("300.000") == {
        "kind": "pension_income",
        "monthly_amount": 300_000,
        "income_kind": "pension",
    }
    assert read_income("không") is None


def orphan(at: int, /, **changed: Any) -> dict[str, Any]:
    return {
        "stt": at,
        "name": "Lò Văn Mồ",
        "birth": date(2018, 5, 4),
        "sex": "Nam",
        "number": f"00321800{at:04d}",
        "village": "Thôn 3",
        "category": "Trẻ em mồ côi cả cha và mẹ",
        "coefficient": 1.5,
        "amount": 750000,
        "decision": "7/QĐ-UBND",
        "decided": date(2024, 3, 4),
        "method": "Tiền mặt",
        **changed,
    }


CARE = {
    "category": "Hộ nhận chăm sóc, nuôi dưỡng trẻ em mồ côi cả cha và mẹ",
    "method": "Chuyển khoản",
    "account": "9912345678901",
    "bank": "Agribank",
    "Người nhận chăm sóc, nuôi dưỡng": "Lê Thị Nhận",
    "Số định danh người nhận chăm sóc": "003175000018",
}


@pytest.mark.law("D047")
async def test_care_support_names_the_carer_as_payee_and_seals_the_carers_account(
    take_in: TakeIn, registry: Any
) -> None:
    state = await take_in([orphan(1), orphan(1, **CARE)], more=MORE)
    assert state["counts"]["refused"] == 0, state
    carer = (await registry.get("/persons/003175000018")).json()
    assert (carer["full_name"], carer["sex"], carer["birth_precision"]) == (
        "Lê Thị Nhận",
        "female",
        "year",
    )
    own, care = (e["data"] for e in await registry.events() if "benefit" in e["data"])
    assert own["benefit"]["payee_person_id"] is None
    assert own["payment"]["method"] == "cash"
    assert own["person"]["person_id"] == care["person"]["person_id"] != carer["person_id"]
    assert care["benefit"]["benefit"] == "care_support"
    assert care["benefit"]["payee_person_id"] == carer["person_id"]
    opened = json.loads(unseal(registry.private_key, care["payment"]["account_sealed"]))
    assert opened == {
        "account": "9912345678901",
        "holder": "Lê Thị Nhận",
        "person_id": carer["person_id"],
    }
    facts = (await registry.get(f"/persons/{orphan(1)['number']}/circumstances")).json()
    stated = {fact["kind"]: fact for fact in facts}
    assert stated.keys() == {"care_source", "care"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Số định danh người nhận chăm sóc": None}, "carer_missing"),
        ({"Người nhận chăm sóc, nuôi dưỡng": None}, "carer_missing"),
        ({"Số định danh người nhận chăm sóc": "990000001"}, "carer_missing"),
        ({"Số định danh người nhận chăm sóc": "003218000001"}, "carer_is_person"),
    ],
)
async def test_without_a_carer_nobody_is_paid_for_care(
    take_in: TakeIn, registry: Any, changed: dict[str, Any], code: str
) -> None:
    name = {"Người nhận chăm sóc, nuôi dưỡng": "Lò Văn Mồ"} if code == "carer_is_person" else {}
    state = await take_in([orphan(1, **CARE | name | changed)], more=MORE)
    (row,) = await registry.rows_of(state["import_id"])
    assert row["outcome"] == "refused"
    assert code in {finding["code"] for finding in row["findings"]}
    assert [e for e in await registry.events() if "benefit" in e["data"]] == []


async def test_a_single_parents_children_are_facts_of_their_own(
    take_in: TakeIn, registry: Any
) -> None:
    parent = orphan(
        2,
        name="Lê Thị Đơn",
        birth=date(1985, 2, 3),
        sex="Nữ",
        number="003185000002",
        category="Người đơn thân hộ nghèo chưa có chồng đang nuôi con",
        coefficient=2,
        amount=1_000_000,
    )
    children = {"Con đang nuôi": "Lê Văn Con 05/3/2015; Lê Thị Con 12/9/2018"}
    state = await take_in([parent | children], more=MORE)
    assert state["findings"] == {"title_rows": 1}
    facts = (await registry.get("/persons/003185000002/circumstances")).json()
    assert sorted(fact["kind"] for fact in facts) == ["child", "child", "marital"]
    again = await take_in([parent | children | {"phone": "0600000009"}], more=MORE)
    assert again["counts"]["updated"] == 1
    assert (await registry.get("/persons/003185000002/circumstances")).json() == facts
    missing = await take_in([parent | {"number": "003185000003"}], more=MORE)
    assert missing["findings"]["children_missing"] == 1


@pytest.mark.law("D046")
async def test_a_sealed_group_leaves_as_the_neutral_code_alone(
    take_in: TakeIn, registry: Any
) -> None:
    await take_in([orphan(3, category="Trẻ em nhiễm HIV hộ nghèo DAUVET", coefficient=2)])
    events = await registry.events()
    (accepted,) = (e["data"] for e in events if "benefit" in e["data"])
    assert accepted["benefit"]["stated_category"] == "Q7K2MD"
    facts = [e["data"]["fact"] for e in events if "fact" in e["data"]]
    assert facts == [{"kind": "neutral", "code": "Q7K2MD"}]
    everything = await registry.everything()
    assert "DAUVET" not in everything
    assert " hiv" not in everything.lower()
