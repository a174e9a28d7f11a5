"""Results and statements: applied once, whatever arrives, and the ledger always balances."""

from __future__ import annotations

from typing import Any

BASE = "/disbursement/v1"


async def five_banked(house: Any, new_person: Any) -> Any:
    people = [new_person() for _ in range(5)]
    for number, person in enumerate(people):
        await house.intake(person, account=f"15002050000{number:02d}")
        await house.entitle(person, ("2026-07", None, 540_000))
    sealed = await house.sealed()
    references = await house.references(sealed["list_id"], "agribank")
    return people, sealed, [references[person.person_id] for person in people]


def paid(references: Any) -> Any:
    return [(reference, "paid", amount, None) for reference, amount in references]


async def test_refused_transfers_have_our_reason_and_are_carried_to_the_next_list_in_cash(
    house: Any, new_person: Any, say_message: Any
) -> None:
    people, sealed, refs = await five_banked(house, new_person)
    codes = ["AC01", "AC04", "AC06", "BE01"]
    failures = [
        (ref, "failed", amount, code) for (ref, amount), code in zip(refs, codes, strict=False)
    ]

    answer = await house.say("agribank", say_message("m1", [*failures, *paid(refs[4:])]))
    lines = await house.lines(sealed["list_id"])
    house.clock.set("2026-12-20T08:00")
    following = await house.sealed("2027-01")
    carried = {line["person_id"]: line for line in await house.lines(following["list_id"])}

    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert [item["result"] for item in told.pop("results")] == ["applied"] * 5
    assert told == {
        "message_id": "m1", "entries": 5, "applied": 5, "exceptions": 0, "repeated": False,
    }  # fmt: skip
    by_person = {line["person_id"]: line for line in lines}
    assert [by_person[str(p.person_id)]["failure_reason"] for p in people] == [
        "account_unknown", "account_closed", "account_blocked", "name_mismatch", None,
    ]  # fmt: skip
    first = carried[str(people[0].person_id)]
    assert (first["regular"], first["arrears"], first["carried"], first["total"]) == (
        540_000, 0, 740_000, 1_280_000,
    )  # fmt: skip
    assert first["partner"] == "vnpost"
    assert carried[str(people[4].person_id)]["carried"] == 0
    assert await house.broken() == {}


async def test_the_same_message_three_times_has_one_effect_and_other_bytes_are_refused(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, _, refs = await five_banked(house, new_person)
    body = say_message("m1", paid(refs))

    answers = [await house.say("agribank", body) for _ in range(3)]
    other = await house.say("agribank", say_message("m1", paid(refs[:4])))
    check = await house.get("/ledger/check")

    assert [a.status_code for a in answers] == [202, 202, 202]
    assert [a.json()["repeated"] for a in answers] == [False, True, True]
    assert (other.status_code, other.json()["code"]) == (409, "message_conflict")
    assert check["difference"] == 0
    settled = await house.fetch("SELECT count(*) AS n FROM ledger_transfer WHERE code = 'settle'")
    assert settled[0]["n"] == 1
    assert await house.broken() == {}


async def test_repeats_late_words_contradictions_and_strangers_go_to_a_person(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, _, refs = await five_banked(house, new_person)
    (first, amount), (second, _), (third, _), (fourth, _), _ = refs
    await house.say("agribank", say_message("m2", [(first, "paid", amount, None)]))

    later = await house.say(
        "agribank",
        say_message(
            "m1",
            [
                (first, "accepted", amount, None),
                (first, "paid", amount, None),
                (second, "paid", amount + 1, None),
                ("A" * 35, "paid", amount, None),
                (third, "paid", amount, None),
                (fourth, "failed", amount, "MD07"),
            ],
        ),
    )
    contradiction = await house.say(
        "agribank", say_message("m3", [(first, "failed", amount, "AC04")])
    )
    page = await house.get("/partner-exceptions", partner="agribank")
    states = await house.fetch("SELECT end_to_end_id, state FROM payment")

    assert later.json()["applied"] == 2
    assert contradiction.json()["exceptions"] == 1
    assert [(x["message_id"], x["code"]) for x in page["items"]] == [
        ("m1", "late"),
        ("m1", "duplicate_in_message"),
        ("m1", "amount_differs"),
        ("m1", "beneficiary_deceased"),
        ("m3", "contradiction"),
    ]
    everything = await house.fetch("SELECT code FROM partner_exception ORDER BY code")
    assert "unknown_reference" in [row["code"] for row in everything]
    assert {row["end_to_end_id"]: row["state"] for row in states}[first] == "paid"
    assert {row["end_to_end_id"]: row["state"] for row in states}[second] == "sent"
    assert await house.broken() == {}


async def test_wrong_totals_and_foreign_signatures_change_nothing(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, _, refs = await five_banked(house, new_person)
    body = say_message("m1", paid(refs))
    short = {**body, "totals": {"count": 4, "sum": body["totals"]["sum"]}}

    wrong = await house.say("agribank", short)
    forged = await house.say("agribank", body, seed=house.post_seed)
    states = await house.fetch("SELECT DISTINCT state FROM payment")

    assert (wrong.status_code, wrong.json()["code"]) == (422, "control_totals_differ")
    assert (forged.status_code, forged.json()["code"]) == (401, "signature_invalid")
    assert [row["state"] for row in states] == ["sealed"]


async def test_a_partner_sees_its_own_lists_and_files_only(house: Any, new_person: Any) -> None:
    await five_banked(house, new_person)
    bank = house.headers("partners:exchange", subject="client:agribank", communes=[])
    lists = await house.client.get(f"{BASE}/partners/agribank/lists", headers=bank)
    list_id = lists.json()["items"][0]["list_id"]

    file = await house.client.get(f"{BASE}/partners/agribank/lists/{list_id}/file", headers=bank)
    foreign = await house.client.get(f"{BASE}/partners/vnpost/lists", headers=bank)
    nobody = await house.client.get(f"{BASE}/partners/vcb/lists", headers=bank)

    assert file.status_code == 200
    assert b"<NbOfTxs>5</NbOfTxs><CtrlSum>3700000</CtrlSum>" in file.content
    assert b"1500205000003" in file.content
    assert foreign.status_code == 403
    assert nobody.status_code == 404


async def test_three_sides_agree_and_the_month_is_closed(
    house: Any, new_person: Any, say_message: Any
) -> None:
    people, sealed, refs = await five_banked(house, new_person)
    (lost, amount), good = refs[0], refs[1:]
    await house.say("agribank", say_message("r", [(lost, "failed", amount, "AC04"), *paid(good)]))
    early = await reconcile(house)
    await house.say("agribank", say_message("s", paid(good), kind="statement"))
    closed = await reconcile(house)
    again = await reconcile(house)
    balances = {
        account["code"]: account["balance"]
        for account in (await house.get("/ledger/balances", month="2026-12"))["accounts"]
    }

    assert (early["state"], early["partners"][0]["unexplained_lines"]) == ("open", 4)
    side = closed["partners"][0]
    assert closed["state"] == "closed"
    assert (side["matched_lines"], side["matched_amount"]) == (4, 4 * 740_000)
    assert (side["carried_lines"], side["unexplained_lines"]) == (1, 0)
    assert again == closed
    assert balances["payable"] == 740_000
    assert balances["clearing:agribank"] == 0
    assert balances["cash"] == -4 * 740_000
    assert (await house.get(f"/payment-lists/{sealed['list_id']}"))["state"] == "reconciled"
    assert (await house.get("/ledger/check"))["difference"] == 0
    assert await house.broken() == {}
    assert people


async def test_unexplained_money_blocks_the_next_list_until_a_second_person_answers_for_it(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, _, refs = await five_banked(house, new_person)
    await house.say("agribank", say_message("r", paid(refs)))
    strange = [*paid(refs[1:]), ("A" * 35, "paid", 5, None)]
    await house.say("agribank", say_message("s", strange, kind="statement"))
    found = await reconcile(house)
    differences = await house.get(f"/reconciliations/{found['reconciliation_id']}/differences")
    house.clock.set("2026-12-20T08:00")
    built = (await house.build("2027-01")).json()
    await house.approve(built)

    blocked = await house.seal(built)
    body = {"partner": "agribank", "reason": "Ngân hàng xác nhận bằng văn bản"}
    path = f"{BASE}/reconciliations/{found['reconciliation_id']}/override"
    own = await house.client.post(
        path, json=body, headers=house.headers("lists:approve", subject="ke_toan")
    )
    lifted = await house.client.post(path, json=body, headers=house.checker)
    sealed = await house.seal(built)

    assert {item["match_class"] for item in differences["items"]} == {
        "paid_not_on_statement", "statement_without_list",
    }  # fmt: skip
    assert (blocked.status_code, blocked.json()["code"]) == (409, "partner_blocked")
    assert (own.status_code, own.json()["code"]) == (403, "override_by_maker")
    assert lifted.status_code == 200
    assert sealed.status_code == 200


async def test_money_that_comes_back_is_due_again_only_when_the_statement_shows_it(
    house: Any, new_person: Any, say_message: Any
) -> None:
    people, _, refs = await five_banked(house, new_person)
    (reference, amount), *_ = refs
    await house.say("agribank", say_message("r", paid(refs)))
    await house.say("agribank", say_message("r2", [(reference, "returned", amount, None)]))
    before = await house.get(f"/persons/{people[0].person_id}/payments")
    entries = [*paid(refs), (reference, "returned", amount, None)]
    await house.say("agribank", say_message("s", entries, kind="statement"))
    after = await house.get(f"/persons/{people[0].person_id}/payments")
    closed = await reconcile(house)
    house.clock.set("2026-12-20T08:00")
    following = await house.sealed("2027-01")
    line = next(
        line
        for line in await house.lines(following["list_id"])
        if line["person_id"] == str(people[0].person_id)
    )
    returned = {
        account["code"]: account["balance"]
        for account in (await house.get("/ledger/balances"))["accounts"]
    }["returned_payable"]

    assert {item["state"] for item in before["obligations"]} == {"settled"}
    assert {item["state"] for item in after["obligations"]} == {"open"}
    assert closed["state"] == "closed"
    assert line["carried"] == 740_000
    assert returned == 0
    assert await house.broken() == {}


async def reconcile(house: Any) -> Any:
    answer = await house.client.post(
        f"{BASE}/reconciliations",
        json={"commune_code": "25000", "month": "2026-12"},
        headers=house.maker,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()
