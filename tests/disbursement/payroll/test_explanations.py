"""Each difference has an owner and a day; a recall moves nothing by itself; months close in order."""

from __future__ import annotations

from typing import Any

from tests.disbursement.months import post, reconcile, refused
from tests.disbursement.payroll.test_contradictions import message, with_account


async def test_money_for_nobody_blocks_until_two_people_explained_it(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed = await house.sealed()
    (ref, amount) = (await house.references(sealed["list_id"], "agribank"))[person.person_id]
    line = [(ref, "paid", amount, None)]
    await house.say("agribank", message("m1", sealed, line))
    nobody = [*line, ("B" * 35, "paid", 7, None)]
    await house.say("agribank", message("s1", sealed, nobody, "statement"))
    first = await reconcile(house, "2026-12")
    await reconcile(house, "2026-12")
    (case,) = (await house.get("/difference-cases"))["items"]
    late = (await house.get("/difference-cases", due_before="2026-12-05"))["items"]
    overdue = (await house.get("/difference-cases", due_before="2026-12-06"))["items"]
    path = f"/difference-cases/{case['case_id']}"
    accept = f"{path}/accept"
    early = await refused(house, accept, {}, house.checker)
    told = await post(house, f"{path}/explain", {"explanation": "Phí ngân hàng"}, house.maker)
    own = house.headers("lists:approve", "disbursement:read", subject="ke_toan")
    same = await refused(house, accept, {}, own)
    done = await post(house, accept, {}, house.checker)
    again = await refused(house, f"{path}/explain", {"explanation": "x"}, house.maker)
    closed = await reconcile(house, "2026-12")

    assert (first["state"], case["match_class"], case["amount"]) == (
        "open", "statement_without_list", 7,
    )  # fmt: skip
    assert (case["due_on"], late, [c["case_id"] for c in overdue]) == (
        "2026-12-05", [], [case["case_id"]],
    )  # fmt: skip
    assert (early, same, again) == (
        "difference_case_closed", "explainer_decides", "difference_case_closed",
    )  # fmt: skip
    assert (told["owner"], done["state"], closed["state"]) == ("ke_toan", "explained", "closed")
    # The đồng stay in suspense: explained is not the same as paid.
    accounts = (await house.get("/ledger/balances"))["accounts"]
    assert {a["code"]: a["balance"] for a in accounts}["suspense"] == 7
    assert await house.broken() == {}


async def test_a_recall_pays_again_only_once_it_is_proved(house: Any, new_person: Any) -> None:
    people = [new_person() for _ in range(3)]
    for person in people:
        await with_account(house, person)
    sealed = await house.sealed()
    refs = await house.references(sealed["list_id"], "agribank")
    (first, amount), (second, _), (third, _) = (refs[p.person_id] for p in people)
    words = [(first, "accepted"), (second, "accepted"), (third, "failed")]
    told = [(ref, word, amount, "AC04" if word == "failed" else None) for ref, word in words]
    await house.say("agribank", message("m1", sealed, told))
    recall = {"end_to_end_id": first, "recall": True}
    case = await post(house, "/payment-cases", recall, house.maker)
    failed = await refused(
        house, "/payment-cases", {"end_to_end_id": third, "recall": True}, house.maker
    )
    house.clock.set("2026-12-20T08:00")
    waiting = await house.build("2027-01")
    lines = {x["person_id"]: x for x in await house.lines(waiting.json()["list_id"])}
    assert lines[str(people[0].person_id)]["carried"] == 0
    path = f"/payment-cases/{case['case_id']}"
    word = {"decision": "recalled", "reason": "camt.029 ACCR"}
    await post(house, f"{path}/propose", word, house.maker)
    await post(house, f"{path}/decide", {"reason": "Đã xem"}, house.checker)
    other = await post(
        house, "/payment-cases", {"end_to_end_id": second, "recall": True}, house.maker
    )
    await house.say("agribank", message("m2", sealed, [(second, "paid", amount, None)]))
    too_late = await refused(house, f"/payment-cases/{other['case_id']}/propose", word, house.maker)
    refusal = {"decision": "recall_refused", "reason": "camt.029 RJCR"}
    await post(house, f"/payment-cases/{other['case_id']}/propose", refusal, house.maker)
    await post(
        house, f"/payment-cases/{other['case_id']}/decide", {"reason": "Đã xem"}, house.checker
    )
    built = (await house.build("2027-01")).json()
    carried = {x["person_id"]: x["carried"] for x in await house.lines(built["list_id"])}

    assert case["kind"] == "recall_requested"
    assert (failed, too_late) == ("decision_impossible", "decision_impossible")
    assert [carried[str(p.person_id)] for p in people] == [amount, 0, amount]
    states = {r["end_to_end_id"]: r["reason"] for r in await house.fetch("SELECT * FROM payment")}
    assert (states[first], states[second]) == ("recalled", None)
    assert await house.broken() == {}


async def test_months_are_closed_in_order_once_and_not_over_an_open_list(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed = await house.sealed()
    december, january = (
        {"commune_code": "25000", "month": month} for month in ("2026-12", "2027-01")
    )
    codes = [await refused(house, "/ledger/periods", december, house.maker)]
    codes.append(await refused(house, "/ledger/periods", january, house.maker))
    (ref, amount) = (await house.references(sealed["list_id"], "agribank"))[person.person_id]
    for kind in ("results", "statement"):
        await house.say("agribank", message(kind, sealed, [(ref, "paid", amount, None)], kind))
    await reconcile(house, "2026-12")
    codes.append(await refused(house, "/ledger/periods", december, house.maker))
    made = await post(house, "/ledger/periods", january, house.maker)
    codes.append(await refused(house, "/ledger/periods", january, house.maker))
    foreign = {"commune_code": "25999", "month": "2027-01"}
    codes.append(await refused(house, "/ledger/periods", foreign, house.maker))

    assert codes == [
        "ledger_month_not_settled", "ledger_earlier_month_open", "ledger_month_closed",
        "ledger_month_closed", "commune_not_yours",
    ]  # fmt: skip
    assert made["month"] == "2027-01"
    periods = await house.get("/ledger/periods")
    assert [p["month"] for p in periods] == ["2027-01", "2026-12"]
