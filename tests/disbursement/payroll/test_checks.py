"""Checks before approval, the calendar of the law, and the slip that a person reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.disbursement.months import in_the_month_before, post, refused, work_month
from tests.disbursement.payroll.test_contradictions import BASE
from tests.disbursement.payroll.test_one_offs import grant, seal_once

from common.contracts.eligibility import OneOffPayee

LEVEL = 540_000


async def people_of_a_commune(house: Any, new_person: Any, count: int) -> list[Any]:
    people = [new_person() for _ in range(count)]
    for person in people:
        await house.intake(person, paid=("2026-11", "2026-11"), amount=LEVEL, confirm=False)
        await house.entitle(person, ("2026-11", None, LEVEL), confirm=False)
    return people


async def put_limit(house: Any, subject: str, amount: int, day: str = "2026-11-01") -> Any:
    return await house.client.put(
        f"{BASE}/approver-limits/{subject}",
        json={"amount": amount, "valid_from": day},
        headers=house.headers("partners:write", subject="so_a", communes=["*"]),
    )


async def test_a_list_above_the_approvers_limit_waits_for_a_higher_one(
    house: Any, new_person: Any
) -> None:
    await people_of_a_commune(house, new_person, 2)
    built = (await house.build()).json()
    assert (await put_limit(house, "kiem", LEVEL)).status_code == 200
    assert (await put_limit(house, "kiem", 10 * LEVEL)).json()["code"] == "approver_limit_exists"
    confirm, day = "/approver-limits/kiem/confirm", {"valid_from": "2026-11-01"}

    def by(subject: str) -> Any:
        return house.headers("partners:confirm", subject=subject, communes=["*"])

    for subject in ("so_a", "kiem"):  # neither who entered it, nor whom it is about
        assert await refused(house, confirm, day, by(subject)) == "approver_limit_exists"
    unconfirmed = await house.approve(built)
    voided = {"reason": "thử"}
    await post(house, f"/payment-lists/{built['list_id']}/void-approval", voided, house.checker)
    await post(house, confirm, day, by("so_b"))
    limited = await house.approve(built)
    other = await house.client.post(
        f"{BASE}/payment-lists/{built['list_id']}/approve",
        json={"content_hash": built["content_hash"], "reason": "Đã kiểm tra"},
        headers=house.headers("disbursement:read", "lists:approve", subject="chu_tich"),
    )

    assert unconfirmed.status_code == 200, unconfirmed.text
    assert (limited.status_code, limited.json()["code"]) == (403, "approver_limit_exceeded")
    assert other.status_code == 200, other.text


async def test_a_jump_of_the_total_is_approved_only_with_a_second_person(
    house: Any, new_person: Any
) -> None:
    people = await people_of_a_commune(house, new_person, 50)
    await work_month(house, "2026-12")
    for person in people[:15]:  # exactly 30 of 100: not above what the province chose
        await house.entitle(person, ("2026-11", "2026-12", LEVEL), status="stopped",
                            reason="moved", confirm=False)  # fmt: skip
    in_the_month_before(house, "2027-01")
    at_the_limit = await house.approve((await house.build("2027-01")).json())
    await house.entitle(people[15], ("2026-11", "2026-12", LEVEL), status="stopped",
                        reason="moved", confirm=False)  # fmt: skip
    built = (await house.build("2027-01")).json()
    jumped = await house.approve(built)
    path, why = (
        f"/payment-lists/{built['list_id']}/overrides",
        {"code": "total_jumped", "reason": "x"},
    )
    own = house.headers("lists:approve", subject="ke_toan")
    same = await refused(house, path, why, own)
    await post(house, path, why, house.checker)

    assert at_the_limit.status_code == 200, at_the_limit.text
    assert (jumped.status_code, jumped.json()["code"], same) == (
        409, "total_jumped", "override_by_maker",
    )  # fmt: skip
    assert jumped.json()["previous"] == 50 * LEVEL
    assert (await house.approve(built)).status_code == 200


async def test_the_slip_says_everything_a_person_gets_and_why_it_changed(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(person, paid=("2026-11", "2026-11"), amount=500_000)
    await house.entitle(person, ("2026-11", None, 500_000))
    await work_month(house, "2026-12")
    await house.entitle(person, ("2026-11", "2026-11", 500_000), ("2026-12", None, LEVEL))
    payee = OneOffPayee(person_id=person.person_id, full_name=person.name)
    await house.tell(grant(person, payee, benefit="emergency", amount=5_400_000))
    in_the_month_before(house, "2027-01")
    early = await house.get("/payment-calendar", month="2027-01")
    await house.build("2027-01")
    house.clock.set("2026-12-25T08:00")
    late = await house.get("/payment-calendar", month="2027-01")
    await house.sealed("2027-01")
    await seal_once(house, "2027-01")
    slip = await house.get(f"/persons/{person.person_id}/slip", month="2027-01")
    none = await house.client.get(
        f"{BASE}/persons/{person.person_id}/slip", params={"month": "2027-02"}, headers=house.maker
    )

    assert (early["list_before"], early["settle_before"]) == ("2026-12-25", "2027-01-20")
    assert early["list_rule"]["basis"] == "khoản 4 Điều 28 Nghị định 335/2026/NĐ-CP"
    assert (early["lists"], [item["late"] for item in late["lists"]]) == ([], [True])
    assert slip["total"] == LEVEL + 40_000 + 5_400_000
    assert [line["text"] for line in slip["lines"]] == [
        (
            "Trợ cấp hưu trí xã hội: 540.000 đồng; truy lĩnh 1 tháng: 40.000 đồng. "
            "Tăng 40.000 đồng so với tháng trước theo Quyết định 77/QĐ-UBND."
        ),
        "Trợ giúp xã hội khẩn cấp: 5.400.000 đồng.",
    ]
    assert (none.status_code, none.json()["code"]) == (404, "slip_not_found")
    assert date.fromisoformat(slip["month"] + "-01") == date(2027, 1, 1)
