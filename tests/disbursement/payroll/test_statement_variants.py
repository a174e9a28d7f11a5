"""Whatever parts, order and fees a statement shows: one state, one class, money posted once."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.disbursement.payroll.test_contradictions import message, with_account

from common.contracts.registry import PersonCorrected, PersonMerged, PersonUnmerged

BASE = "/disbursement/v1"
T = 740_000
Said = list[tuple[str, int, str | None]]
VARIANTS: dict[str, tuple[list[tuple[str, Said]], str, str | None, str]] = {
    # name: messages in order, state, kind of the open case, class of the reconciliation
    "plain": ([("results", [("paid", T, None)]), ("statement", [("paid", T, "b")])],
              "paid", None, "matched"),
    "returned in two parts": (
        [("results", [("paid", T, None)]),
         ("statement", [("paid", T, "b"), ("returned", 300_000, "r1"), ("returned", 440_000, "r2")])],
        "returned", None, "carried"),
    "parts of a return before the result": (
        [("statement", [("returned", 300_000, "r1"), ("returned", 440_000, "r2")]),
         ("results", [("paid", T, None)]), ("statement", [("paid", T, "b")])],
        "returned", None, "carried"),
    "parts of a return in two statements": (
        [("results", [("paid", T, None)]), ("statement", [("paid", T, "b"), ("returned", 1, "r1")]),
         ("statement", [("returned", T - 1, "r2")])],
        "returned", "return_differs", "carried"),
    "booked twice and one refunded": (
        [("results", [("paid", T, None)]), ("statement", [("paid", T, "b"), ("paid", T, "b2")]),
         ("statement", [("returned", T, "r")])],
        "paid", "booked_twice", "matched"),
    "booked twice and refunded at once": (
        [("statement", [("paid", T, "b"), ("paid", T, "b2"), ("returned", T, "r")]),
         ("results", [("paid", T, None)])],
        "paid", None, "matched"),
    "booked twice and both came back": (
        [("results", [("paid", T, None)]),
         ("statement", [("paid", T, "b"), ("paid", T, "b2"), ("returned", 2 * T, "r")])],
        "returned", None, "carried"),
    "failed, debited and given back": (
        [("results", [("failed", T, "AC04")]), ("statement", [("paid", T, "b"), ("returned", T, "r")])],
        "failed", None, "carried"),
    "failed but debited": (
        [("results", [("failed", T, "AC04")]), ("statement", [("paid", T, "b")])],
        "failed", "failed_but_booked", "failed_but_on_statement"),
    "returned less a fee in parts": (
        [("results", [("paid", T, None)]),
         ("statement", [("paid", T, "b"), ("returned", 300_000, "r1"), ("returned", 429_000, "r2")])],
        "paid", "return_differs", "amount_differs"),
    "more came back than left": (
        [("results", [("paid", T, None)]), ("statement", [("paid", T, "b"), ("returned", T + 1, "r")])],
        "paid", "return_differs", "amount_differs"),
    "debited less a fee": (
        [("results", [("paid", T, None)]), ("statement", [("paid", T - 11_000, "b")])],
        "paid", "amount_differs", "amount_differs"),
    "debited in two parts": (
        [("results", [("paid", T, None)]),
         ("statement", [("paid", 300_000, "b1"), ("paid", 440_000, "b2")])],
        "paid", "amount_differs", "amount_differs"),
    "no word from the partner": (
        [("statement", [("paid", T, "b")])], "sent", None, "statement_without_result"),
    "paid and not booked": (
        [("results", [("paid", T, None)])], "paid", None, "paid_not_on_statement"),
}  # fmt: skip
DECIDED = {
    "returned less a fee in parts": "returned",
    "parts of a return in two statements": "returned",
    "more came back than left": "returned",
    "debited less a fee": "paid",
    "debited in two parts": "paid",
    "booked twice and one refunded": "paid",
    "failed but debited": "not_paid",
    "no word from the partner": "paid",
    "paid and not booked": "not_paid",
}


async def test_every_variant_of_a_statement_has_one_state_one_class_and_a_way_on(
    house: Any, new_person: Any
) -> None:
    people = {name: new_person(name) for name in VARIANTS}
    for person in people.values():
        await with_account(house, person)
    sealed = await house.sealed()
    references = await house.references(sealed["list_id"], "agribank")
    ref = {name: references[person.person_id][0] for name, person in people.items()}
    await told(
        house, sealed, "agribank-hello", "results", [(r, "accepted", T, None) for r in ref.values()]
    )
    for step in range(3):
        for name, (messages, *_) in VARIANTS.items():
            if step < len(messages):
                kind, lines = messages[step]
                await told(house, sealed, f"{name}-{step}", kind, [
                    (ref[name], outcome, amount, (code if kind == "results" else f"{name}-{code}"))
                    for outcome, amount, code in lines
                ])  # fmt: skip
    first = await reconcile(house)
    differences = (await house.get(f"/reconciliations/{first['reconciliation_id']}/differences"))[
        "items"
    ]
    classes = {item["end_to_end_id"]: item["match_class"] for item in differences}
    states = {r["end_to_end_id"]: r["state"] for r in await house.fetch("SELECT * FROM payment")}
    cases = {c["end_to_end_id"]: c for c in (await house.get("/payment-cases", limit=100))["items"]}

    for name, (_, state, case_kind, match) in VARIANTS.items():
        found = cases.get(ref[name])
        assert (name, states[ref[name]]) == (name, state if state != "sent" else "accepted")
        assert (name, found["kind"] if found else None) == (name, case_kind)
        assert (name, classes.get(ref[name], "matched")) == (name, match)
    assert await house.broken() == {}

    for name, decision in DECIDED.items():
        await decide_case(house, ref[name], decision)
    again = await reconcile(house)
    house.clock.set("2026-12-20T08:00")
    built = (await house.build("2027-01")).json()
    carried = {line["person_id"]: line["carried"] for line in await house.lines(built["list_id"])}

    assert [side["unexplained_lines"] for side in again["partners"]] == [0]
    assert again["state"] == "closed"
    for name, (_, state, *_rest) in VARIANTS.items():
        final = {"not_paid": "failed"}.get(DECIDED.get(name, ""), DECIDED.get(name, state))
        due = T if final in {"failed", "returned"} else 0
        assert (name, carried[str(people[name].person_id)]) == (name, due)
    assert (await house.get("/ledger/check"))["difference"] == 0
    assert await house.broken() == {}


async def told(house: Any, sealed: Any, message_id: str, kind: str, lines: Any) -> None:
    body = message(message_id, sealed, [], kind)
    body["entries"] = [
        {
            "end_to_end_id": reference, "outcome": outcome, "amount": amount,
            "settled_on": "2026-12-03",
            **({"reason_code": code} if kind == "results" else {"bank_reference": code[-35:]}),
        }
        for reference, outcome, amount, code in lines
    ]  # fmt: skip
    answer = await house.say("agribank", body)
    assert answer.status_code in {200, 201, 202}, answer.text


async def reconcile(house: Any) -> Any:
    answer = await house.client.post(
        f"{BASE}/reconciliations",
        json={"commune_code": "25000", "month": "2026-12"},
        headers=house.maker,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def decide_case(house: Any, reference: str, decision: str) -> None:
    opened = await house.client.post(
        f"{BASE}/payment-cases", json={"end_to_end_id": reference}, headers=house.maker
    )
    assert opened.status_code in {200, 201}, opened.text
    path = f"{BASE}/payment-cases/{opened.json()['case_id']}"
    for word, headers in (("propose", house.maker), ("decide", house.checker)):
        body = {"reason": "Đã xem chứng từ"} | ({"decision": decision} if word == "propose" else {})
        answer = await house.client.post(f"{path}/{word}", json=body, headers=headers)
        assert answer.status_code == 200, (reference, decision, answer.text)


async def test_a_death_told_and_taken_back_twice_pays_and_claims_once(
    house: Any, new_person: Any
) -> None:
    person, other = new_person(), new_person()
    for each in (person, other):
        await with_account(house, each)
    sealed = await house.sealed()
    references = await house.references(sealed["list_id"], "agribank")
    await told(house, sealed, "m1", "results",
               [(r, "paid", amount, None) for r, amount in references.values()])  # fmt: skip
    states = []
    for number, (word, day) in enumerate(
        [
            ("died", date(2026, 11, 28)),
            ("lives", None),
            ("died", date(2026, 10, 30)),
            ("lives", None),
        ]
    ):
        if day is not None:
            await house.died(person, day)
        else:
            alive = PersonCorrected(
                person=house.state(person), changed=("death_date",), recorded_by="can_bo"
            )
            await house.tell((alive, person.person_id))
        house.clock.set(f"{2026 if number == 0 else 2027}-{(11 + number) % 12 + 1:02d}-20T08:00")
        await house.sealed(f"2027-{number + 1:02d}")
        cases = (await house.get("/recoveries"))["items"]
        states.append((word, sum(c["total"] - c["withdrawn"] for c in cases)))

    assert states == [("died", 540_000), ("lives", 0), ("died", 1_080_000), ("lives", 0)]
    paid = await house.fetch(
        "SELECT month, sum(amount) AS amount FROM obligation WHERE person_id = $1"
        " AND state <> 'cancelled' GROUP BY 1 HAVING sum(amount) > 540000",
        person.person_id,
    )
    assert paid == []
    assert await house.broken() == {}


async def test_a_merge_undone_and_made_again_claims_the_double_month_once(
    house: Any, new_person: Any
) -> None:
    one, two = new_person(), new_person()
    for person in (one, two):
        await house.intake(person, paid=("2026-11", "2026-11"), amount=540_000)
        await house.entitle(person, ("2026-11", None, 540_000))
    merged = house.state(one, merged_into=two.person_id)
    words = {
        "merge": PersonMerged(
            person=merged, into=house.state(two), into_version=3, recorded_by="x"
        ),
        "undo": PersonUnmerged(
            person=house.state(one), out_of=house.state(two), out_of_version=4, recorded_by="x"
        ),
    }
    claimed = []
    for number, word in enumerate(("merge", "undo", "merge")):
        await house.tell((words[word], one.person_id))
        house.clock.set(f"{2026 if number < 2 else 2027}-{(10 + number) % 12 + 1:02d}-20T08:00")
        await house.sealed(f"{2026 if number == 0 else 2027}-{(11 + number) % 12 + 1:02d}")
        cases = (await house.get("/recoveries"))["items"]
        claimed.append(sum(c["total"] - c["withdrawn"] for c in cases))
        assert await house.broken() == {}

    assert claimed == [540_000, 0, 540_000]
