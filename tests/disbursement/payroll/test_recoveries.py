"""Uncollected months are told and go back to the budget; claims are paid back, written off, set off."""

from __future__ import annotations

import json
from typing import Any

from tests.disbursement.payroll.test_contradictions import BASE

MONTHS = ("2026-12", "2027-01", "2027-02", "2027-03", "2027-04")


async def post(house: Any, path: str, body: Any, headers: Any) -> Any:
    answer = await house.client.post(f"{BASE}{path}", json=body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def refused(house: Any, path: str, body: Any, headers: Any) -> str:
    answer = await house.client.post(f"{BASE}{path}", json=body, headers=headers)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


async def month(house: Any, text: str, outcome: str = "uncollected", **other: str) -> Any:
    """Seal a month and let the post office say what became of each line."""
    year, number = int(text[:4]), int(text[5:])
    house.clock.set(f"{year if number > 1 else year - 1}-{(number + 10) % 12 + 1:02d}-20T08:00")
    sealed = await house.sealed(text)
    entries = [
        {
            "end_to_end_id": ref, "outcome": other.get(str(person), outcome), "amount": amount,
            "reason_code": None, "settled_on": f"{text}-05",
        }
        for person, (ref, amount) in (await house.references(sealed["list_id"], "vnpost")).items()
    ]  # fmt: skip
    for kind in ("results", "statement"):
        told = [e for e in entries if kind == "results" or e["outcome"] == "paid"]
        body = {
            "message_id": f"{text}-{kind}", "kind": kind, "entries": told,
            "list_reference": f"AS-25000-{text}-vnpost",
        }  # fmt: skip
        if told:
            assert (await house.say("vnpost", body)).json()["exceptions"] == 0
    made = await post(
        house, "/reconciliations", {"commune_code": "25000", "month": text}, house.maker
    )
    assert made["state"] == "closed"
    return sealed


async def test_three_uncollected_months_are_told_once_and_go_back_when_suspended(
    house: Any, new_person: Any
) -> None:
    absent, present = new_person(), new_person()
    for person in (absent, present):
        await house.intake(person, paid=("2026-11", "2026-11"), amount=540_000)
        await house.entitle(person, ("2026-11", None, 540_000))
    paid = {str(present.person_id): "paid"}
    for text in MONTHS[:4]:
        await month(house, text, **paid)
    told = await house.fetch(
        "SELECT payload FROM outbox WHERE subject LIKE '%uncollected_three_months%'"
    )
    too_early = await refused(
        house, "/budget-returns",
        {"commune_code": "25000", "through_month": "2027-03", "reason": "Hết năm"}, house.maker,
    )  # fmt: skip
    await house.entitle(
        absent, ("2026-11", "2027-02", 540_000), status="suspended", reason="uncollected"
    )
    back = await post(
        house, "/budget-returns",
        {"commune_code": "25000", "through_month": "2027-03", "reason": "Đã tạm dừng"}, house.maker,
    )  # fmt: skip
    path, slip = (
        f"/budget-returns/{back['return_id']}/confirm",
        {"treasury_slip": "C2-05a/1", "budget_year": 2026},
    )
    own = await refused(house, path, slip, house.headers("lists:approve", subject="ke_toan"))
    done = await post(house, path, slip, house.checker)
    suspended = await month(house, MONTHS[4], **paid)
    await house.entitle(absent, ("2026-11", None, 540_000))
    resumed = (await house.build("2027-05")).json()
    line = {x["person_id"]: x for x in await house.lines(resumed["list_id"])}[str(absent.person_id)]

    events = [json.loads(row["payload"])["data"] for row in told]
    assert [(e["person_id"], e["months"], e["amount"]) for e in events] == [
        (str(absent.person_id), ["2026-12", "2027-01", "2027-02"], 1_620_000)
    ]
    assert too_early == "nothing_to_return"
    assert (back["amount"], back["people"], own) == (4 * 540_000, 1, "recovery_proposer_decides")
    assert (done["state"], done["treasury_slip"]) == ("confirmed", "C2-05a/1")
    assert suspended["lines"] == 1
    # Resumed from the suspension date: every month that went back is owed anew, once.
    assert (line["regular"], line["arrears"], line["carried"]) == (540_000, 5 * 540_000, 0)
    assert await house.broken() == {}


async def claim_of(house: Any, person: Any) -> Any:
    page = await house.get("/recoveries", person_id=str(person.person_id))
    return page["items"][0]


async def pay_back_in_parts(house: Any, path: str) -> None:
    """Notice, plan, receipt and slip of a claim of 80,000 đồng; 20,000 are left."""
    notice = await post(house, f"{path}/notice", {}, house.maker)
    plan = {"parts": [{"due_on": "2027-03-10", "amount": 50_000},
                      {"due_on": "2027-04-10", "amount": 30_000}]}  # fmt: skip
    wrong = {"parts": [*plan["parts"], {"due_on": "2027-05-10", "amount": 1}]}
    assert await refused(house, f"{path}/instalments", wrong, house.maker) == "instalments_differ"
    await post(house, f"{path}/instalments", plan, house.maker)
    receipt = {"amount": 60_000, "received_on": "2027-02-04", "paper": "PT 01"}
    ahead = {**receipt, "received_on": "2027-09-01"}
    too_much = {**receipt, "amount": 80_001}
    slip = {"amount": 60_001, "paid_on": "2027-02-05", "number": "C2-05a/2",
            "budget_year": 2026, "year_settled": True}  # fmt: skip
    codes = [
        await refused(house, f"{path}/receipts", ahead, house.maker),
        await refused(house, f"{path}/receipts", too_much, house.maker),
    ]
    detail = await post(house, f"{path}/receipts", receipt, house.maker)
    codes.append(await refused(house, f"{path}/treasury-slips", slip, house.maker))
    slip["amount"] = 60_000
    detail = await post(house, f"{path}/treasury-slips", slip, house.maker)

    assert "80.000 đồng" in (await house.fetch("SELECT text FROM citizen_notice"))[-1]["text"]
    assert notice["noticed_on"] == "2027-02-05"
    assert codes == ["recovery_day_ahead", "more_than_claimed", "more_than_claimed"]
    assert [(p["amount"], p["covered"]) for p in detail["instalments"]] == [
        (50_000, 50_000), (30_000, 10_000),
    ]  # fmt: skip
    assert (detail["remaining"], detail["budgeted"], detail["treasury_slip"]) == (
        20_000, 60_000, "C2-05a/2",
    )  # fmt: skip


async def set_off_on_a_ground(house: Any, path: str) -> None:
    """Set the last 20,000 đồng off against March."""
    # Set off: only on a ground that two people of the province entered, against an open month.
    wanted = {"kind": "set_off", "amount": 20_000, "basis": "QĐ 13", "ground": "nq_tinh_05",
              "month": "2027-03"}  # fmt: skip
    ground = {"title": "Nghị quyết", "basis": "Điều 5", "valid_from": "2027-01-01"}
    assert (
        await refused(house, f"{path}/decisions", wanted, house.maker) == "set_off_ground_unknown"
    )
    entered = await house.client.put(
        f"{BASE}/set-off-grounds/nq_tinh_05", json=ground,
        headers=house.headers("partners:write", subject="so_a", communes=["*"]),
    )  # fmt: skip
    assert entered.status_code == 200, entered.text
    assert (
        await refused(house, f"{path}/decisions", wanted, house.maker) == "set_off_ground_unknown"
    )
    confirm = "/set-off-grounds/nq_tinh_05/confirm"
    same = house.headers("partners:confirm", subject="so_a", communes=["*"])
    assert await refused(house, confirm, {}, same) == "set_off_ground_exists"
    await post(
        house, confirm, {}, house.headers("partners:confirm", subject="so_b", communes=["*"])
    )
    made = await post(house, f"{path}/decisions", wanted, house.maker)
    assert (
        await refused(house, f"{path}/decisions", wanted, house.maker) == "recovery_decision_waits"
    )
    decide = f"/recovery-decisions/{made['decision_id']}/confirm"
    own = house.headers("lists:approve", subject="ke_toan")
    reason = {"reason": "Đã xem hồ sơ"}
    assert await refused(house, decide, reason, own) == "recovery_proposer_decides"
    await post(house, decide, reason, house.checker)


async def test_a_claim_is_told_paid_in_parts_into_the_budget_written_off_and_set_off(
    house: Any, new_person: Any
) -> None:
    person, other = new_person(), new_person()
    for each in (person, other):
        await house.intake(each, paid=("2026-11", "2026-11"), amount=540_000)
        await house.entitle(each, ("2026-11", None, 540_000))
    for text in MONTHS[:2]:
        await month(house, text, "paid")
    await house.entitle(person, ("2026-11", "2026-11", 540_000), ("2026-12", None, 500_000))
    await house.entitle(other, ("2026-11", "2026-11", 540_000))
    await month(house, MONTHS[2], "paid")
    claim, debt = await claim_of(house, person), await claim_of(house, other)
    assert (claim["total"], debt["total"]) == (80_000, 1_080_000)

    path = f"/recoveries/{claim['recovery_id']}"
    await pay_back_in_parts(house, path)
    await set_off_on_a_ground(house, path)
    reason = {"reason": "Đã xem hồ sơ"}
    off = await post(
        house, f"/recoveries/{debt['recovery_id']}/decisions",
        {"kind": "write_off", "amount": 1_080_000, "basis": "QĐ 14"}, house.maker,
    )  # fmt: skip
    await post(house, f"/recovery-decisions/{off['decision_id']}/confirm", reason, house.checker)
    sealed = await month(house, MONTHS[3], "paid")
    lines = {x["person_id"]: x for x in await house.lines(sealed["list_id"])}

    assert lines[str(person.person_id)]["total"] == 480_000
    for case, field in ((claim, "set_off"), (debt, "written_off")):
        shown = await house.get(f"/recoveries/{case['recovery_id']}")
        assert (shown["state"], shown["remaining"]) == ("closed", 0)
        assert shown[field] > 0
    assert await house.broken() == {}

    # What was written off and turns out to be owed after all is not claimed back twice.
    await house.entitle(other, ("2026-11", None, 540_000))
    await month(house, MONTHS[4], "paid")
    assert (await house.get("/ledger/check"))["difference"] == 0
    assert await house.broken() == {}
