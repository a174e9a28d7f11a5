"""What contradicts what we know is never paid again, set off or recovered before somebody decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.contracts.registry import PersonCorrected, PersonMerged

BASE = "/disbursement/v1"


async def paid_through_the_bank(house: Any, person: Any, month: str = "2026-12") -> Any:
    """Seal a month of one person with an account; gives the list and the payment's reference."""
    sealed = await house.sealed(month)
    (reference, amount) = (await house.references(sealed["list_id"], "agribank"))[person.person_id]
    return sealed, reference, amount


def message(message_id: str, sealed: Any, lines: Any, kind: str = "results") -> dict[str, Any]:
    entries = [
        {
            "end_to_end_id": reference, "outcome": outcome, "amount": amount,
            "reason_code": code, "settled_on": "2026-12-03",
        }
        for reference, outcome, amount, code in lines
    ]  # fmt: skip
    month, commune = sealed["month"], sealed["commune_code"]
    return {
        "message_id": message_id,
        "kind": kind,
        "list_reference": f"AS-{commune}-{month}-agribank",
        "entries": entries,
    }


async def with_account(house: Any, person: Any) -> None:
    await house.intake(person, account="1500205000011")
    await house.entitle(person, ("2026-07", None, 540_000))


async def next_line(house: Any, person: Any, month: str = "2027-01") -> Any:
    house.clock.set(f"{2026 if month == '2027-01' else 2027}-12-20T08:00")
    built = (await house.build(month)).json()
    lines = {line["person_id"]: line for line in await house.lines(built["list_id"])}
    return built, lines.get(str(person.person_id))


async def codes(house: Any, built: Any) -> set[str]:
    page = await house.get(f"/payment-lists/{built['list_id']}/exceptions")
    return {item["code"] for item in page["items"]}


async def decide(house: Any, decision: str, *, by: str = "kiem") -> Any:
    page = await house.get("/payment-cases", state="open")
    (case,) = page["items"]
    path = f"{BASE}/payment-cases/{case['case_id']}"
    proposed = await house.client.post(
        f"{path}/propose",
        json={"decision": decision, "reason": "Ngân hàng xác nhận"},
        headers=house.maker,
    )
    assert proposed.status_code == 200, proposed.text
    return await house.client.post(
        f"{path}/decide",
        json={"reason": "Đã xem chứng từ"},
        headers=house.headers("lists:approve", "disbursement:read", subject=by),
    )


async def test_failed_then_paid_waits_for_two_people_and_is_not_paid_twice(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "failed", amount, "AC04")]))
    await house.say("agribank", message("m2", sealed, [(ref, "paid", amount, None)]))

    built, line = await next_line(house, person)
    own = await decide(house, "paid", by="ke_toan")
    page = await house.get("/payment-cases", state="proposed")
    done = await house.client.post(
        f"{BASE}/payment-cases/{page['items'][0]['case_id']}/decide",
        json={"reason": "Đã xem chứng từ"},
        headers=house.checker,
    )
    _, after = await next_line(house, person)

    assert (line["carried"], line["regular"]) == (0, 540_000)
    assert "contradicted" in await codes(house, built) or "contradicted" not in line
    assert (own.status_code, own.json()["code"]) == (403, "proposer_decides")
    assert done.status_code == 200, done.text
    assert after["carried"] == 0
    assert (await house.get("/ledger/check"))["difference"] == 0
    assert await house.broken() == {}


async def test_a_contradiction_decided_as_not_paid_is_due_again(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "failed", amount, "AC04")]))
    await house.say("agribank", message("s1", sealed, [(ref, "paid", amount, None)], "statement"))

    _, before = await next_line(house, person)
    done = await decide(house, "not_paid")
    _, after = await next_line(house, person)

    assert before["carried"] == 0
    assert done.status_code == 200, done.text
    assert after["carried"] == amount
    assert await house.broken() == {}


async def test_a_late_word_after_the_second_payment_becomes_a_recovery(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "failed", amount, "AC04")]))
    house.clock.set("2026-12-20T08:00")
    again = await house.sealed("2027-01")
    (second, total) = (await house.references(again["list_id"], "vnpost"))[person.person_id]
    body = message("m9", again, [(second, "paid", total, None)])
    body["list_reference"] = "AS-25000-2027-01-vnpost"
    body["entries"][0]["settled_on"] = "2026-12-21"
    answer = await house.say("vnpost", body)
    assert answer.json()["exceptions"] == 0, answer.text
    late = message("s2", sealed, [(ref, "paid", amount, None)], "statement")
    await house.say("agribank", late)
    done = await decide(house, "paid")
    house.clock.set("2027-01-20T08:00")
    await house.sealed("2027-02")
    cases = (await house.get("/recoveries"))["items"]

    assert done.status_code == 200, done.text
    assert [case["total"] for case in cases] == [amount]
    assert await house.broken() == {}


async def test_a_statement_under_another_id_counts_once_and_two_bookings_are_a_case(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "paid", amount, None)]))
    line = [(ref, "paid", amount, None)]
    for message_id in ("s1", "s2", "s3"):
        await house.say("agribank", message(message_id, sealed, line, "statement"))
    once = await house.fetch("SELECT count(*) AS n FROM bank_line")
    open_before = (await house.get("/payment-cases"))["items"]
    other = message("s4", sealed, line, "statement")
    other["entries"][0]["bank_reference"] = "FT26337000042"
    await house.say("agribank", other)

    assert once[0]["n"] == 1
    assert open_before == []
    assert [case["kind"] for case in (await house.get("/payment-cases"))["items"]] == [
        "booked_twice"
    ]
    assert await house.broken() == {}


async def test_money_that_came_back_is_posted_in_whatever_order(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    back = message("s1", sealed, [(ref, "returned", amount, None)], "statement")
    await house.say("agribank", back)
    waiting = await house.broken()
    await house.say("agribank", message("m1", sealed, [(ref, "paid", amount, None)]))

    states = await house.fetch("SELECT state FROM payment")
    _, line = await next_line(house, person)

    assert waiting == {}
    assert [row["state"] for row in states] == ["returned"]
    assert (line["carried"], line["method"]) == (amount, "cash")
    assert await house.broken() == {}


async def test_a_return_less_a_fee_is_a_case_and_owed_in_full(house: Any, new_person: Any) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "paid", amount, None)]))
    less = [(ref, "returned", amount - 11_000, None)]
    await house.say("agribank", message("s1", sealed, less, "statement"))
    held = await house.broken()
    done = await decide(house, "returned")
    _, line = await next_line(house, person)

    assert held == {}
    assert done.status_code == 200, done.text
    assert line["carried"] == amount
    assert await house.broken() == {}


async def test_a_line_for_nobody_stands_in_suspense(house: Any, new_person: Any) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, _, amount = await paid_through_the_bank(house, person)
    await house.say(
        "agribank", message("s1", sealed, [("A" * 35, "paid", amount, None)], "statement")
    )
    accounts = (await house.get("/ledger/balances"))["accounts"]

    assert {a["code"]: a["balance"] for a in accounts}["suspense"] == amount
    assert await house.broken() == {}


async def test_a_bank_that_says_dead_holds_the_person_at_once(house: Any, new_person: Any) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "failed", amount, "MD07")]))

    built, line = await next_line(house, person)
    (hold,) = (await house.get("/payee-holds"))["items"]
    told = await house.fetch("SELECT subject FROM outbox WHERE aggregate_type = 'death_report'")
    released = await house.client.post(
        f"{BASE}/payee-holds/{hold['hold_id']}/release",
        json={"reason": "Người hưởng còn sống"},
        headers=house.checker,
    )
    _, after = await next_line(house, person)

    assert line is None
    assert "payee_held" in await codes(house, built) or built["lines"] == 0
    assert [row["subject"] for row in told] == ["ansinh.disbursement.death_report.received.v1"]
    assert released.status_code == 200, released.text
    assert after["carried"] == amount


async def test_a_death_taken_back_pays_nothing_twice_and_the_claim_is_withdrawn(
    house: Any, new_person: Any
) -> None:
    person, other = new_person(), new_person()
    await with_account(house, person)
    await house.intake(other)
    await house.entitle(other, ("2026-07", None, 540_000))
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "paid", amount, None)]))
    await house.died(person, date(2026, 11, 28))
    house.clock.set("2026-12-20T08:00")
    await house.sealed("2027-01")
    opened = (await house.get("/recoveries"))["items"]
    alive = PersonCorrected(
        person=house.state(person),
        changed=("death_date",),
        recorded_by="can_bo",
    )
    await house.tell((alive, person.person_id))
    house.clock.set("2027-01-20T08:00")
    listed = await house.sealed("2027-02")
    lines = {line["person_id"]: line for line in await house.lines(listed["list_id"])}
    cases = (await house.get("/recoveries"))["items"]

    assert [(case["total"], case["state"]) for case in opened] == [(540_000, "open")]
    line = lines[str(person.person_id)]
    # January was never paid; December was, and stays paid.
    assert [m["month"] for m in line["months"] if m["role"] == "arrears"] == ["2027-01"]
    assert [(case["withdrawn"], case["state"]) for case in cases] == [(540_000, "withdrawn")]
    assert await house.broken() == {}


async def test_what_failed_and_is_no_longer_owed_is_neither_paid_nor_recovered(
    house: Any, new_person: Any
) -> None:
    person, other = new_person(), new_person()
    await with_account(house, person)
    await house.intake(other)
    await house.entitle(other, ("2026-07", None, 540_000))
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "failed", amount, "AC04")]))
    await house.entitle(person, ("2026-07", "2026-11", 540_000))
    built, line = await next_line(house, person)
    again = await house.sealed("2027-01")
    cases = (await house.get("/recoveries"))["items"]
    cancelled = await house.fetch("SELECT month FROM obligation WHERE state = 'cancelled'")

    assert "no_longer_owed" in await codes(house, built)
    # The arrears of July to November failed with it and are still owed.
    assert (line["carried"], line["regular"]) == (200_000, 0)
    assert cases == []
    assert [str(row["month"]) for row in cancelled] == ["2026-12-01"]
    assert again["state"] == "sealed"
    assert await house.broken() == {}


async def test_importing_the_month_that_we_paid_recovers_nothing(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    sealed, ref, amount = await paid_through_the_bank(house, person)
    await house.say("agribank", message("m1", sealed, [(ref, "paid", amount, None)]))
    await house.intake(person, account="1500205000011", amount=540_000, paid=("2026-07", "2026-12"))
    house.clock.set("2026-12-20T08:00")
    await house.sealed("2027-01")

    assert (await house.get("/recoveries"))["items"] == []
    page = await house.get("/recorded-changes")
    assert {(c["month"], c["kind"]) for c in page["items"]} == {
        (f"2026-{month:02d}", "paid_here") for month in range(7, 12)
    }
    assert await house.broken() == {}


async def test_an_old_list_taken_in_again_changes_no_arrears_without_a_second_person(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(person, amount=500_000)
    await house.entitle(person, ("2026-07", None, 540_000))
    await house.intake(person, amount=300_000, paid=("2026-07", "2026-07"))

    first = (await house.build()).json()
    (change,) = (await house.get("/recorded-changes"))["items"]
    path = f"{BASE}/recorded-changes/{change['change_id']}/confirm"
    body = {"reason": "Đã đối chiếu chứng từ"}
    own = await house.client.post(
        path, json=body, headers=house.headers("lists:approve", subject="can_bo")
    )
    done = await house.client.post(path, json=body, headers=house.checker)
    second = (await house.build()).json()

    assert first["arrears"] == 200_000
    assert (own.status_code, own.json()["code"]) == (403, "recorder_decides")
    assert done.status_code == 200, done.text
    assert second["arrears"] == 400_000


async def test_two_records_of_one_human_are_paid_once_and_the_double_is_claimed(
    house: Any, new_person: Any
) -> None:
    one, two = new_person(), new_person()
    for person in (one, two):
        await house.intake(person, paid=("2026-11", "2026-11"), amount=540_000)
        await house.entitle(person, ("2026-11", None, 540_000))
    merged = PersonMerged(
        person=house.state(one, merged_into=two.person_id),
        into=house.state(two),
        into_version=3,
        recorded_by="can_bo",
    )
    await house.tell((merged, one.person_id))
    sealed = await house.sealed()
    lines = await house.lines(sealed["list_id"])
    cases = (await house.get("/recoveries"))["items"]

    assert [line["person_id"] for line in lines] == [str(two.person_id)]
    assert [case["total"] for case in cases] == [540_000]
    assert await house.broken() == {}


async def test_a_month_that_nobody_reconciled_blocks_the_next_sealing(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    await house.sealed()
    house.clock.set("2026-12-20T08:00")
    built = (await house.build("2027-01")).json()
    await house.approve(built)
    refused = await house.seal(built)
    own = await house.client.post(
        f"{BASE}/payment-lists/{built['list_id']}/overrides",
        json={"code": "earlier_month_not_reconciled", "reason": "x"},
        headers=house.headers("lists:approve", subject="ke_toan"),
    )
    lifted = await house.client.post(
        f"{BASE}/payment-lists/{built['list_id']}/overrides",
        json={"code": "earlier_month_not_reconciled", "reason": "Chứng từ nộp muộn"},
        headers=house.checker,
    )
    sealed = await house.seal(built)

    assert (refused.status_code, refused.json()["code"]) == (409, "earlier_month_not_reconciled")
    assert (own.status_code, own.json()["code"]) == (403, "override_by_maker")
    assert (lifted.status_code, sealed.status_code) == (200, 200)
