"""A partner's answer counts line by line: a wrong line is an exception, and its money is unmoved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.sealing import FieldCipher

BANK, POST = "AS-25000-2026-12-agribank", "AS-25000-2026-12-vnpost"


async def two_of_each(house: Any, new_person: Any) -> Any:
    for number in range(2):
        banked, cash = new_person(), new_person()
        await house.intake(banked, account=f"15002050000{number:02d}")
        await house.intake(cash)
        for person in (banked, cash):
            await house.entitle(person, ("2026-07", None, 540_000))
    sealed = await house.sealed()
    bank = await house.references(sealed["list_id"], "agribank")
    post = await house.references(sealed["list_id"], "vnpost")
    return sealed, sorted(bank.values()), sorted(post.values())


async def states(house: Any) -> dict[str, str]:
    rows = await house.fetch("SELECT end_to_end_id, state FROM payment")
    return {row["end_to_end_id"]: row["state"] for row in rows}


def line(reference: str, amount: Any, **changes: Any) -> dict[str, Any]:
    made = {
        "end_to_end_id": reference, "outcome": "paid", "amount": amount,
        "reason_code": None, "settled_on": "2026-12-02",
    }  # fmt: skip
    return {**made, **changes}


WRONG: dict[str, dict[str, Any]] = {
    "currency_not_vnd": {"currency": "USD"},
    "settled_on_missing": {"settled_on": None},
    "settled_on_in_future": {"settled_on": "2030-01-01"},
    "settled_before_sealing": {"settled_on": "1999-12-31"},
    "settled_on_invalid": {"settled_on": "02/12/2026"},
    "reason_missing": {"outcome": "failed"},
    "reason_unknown": {"outcome": "failed", "reason_code": "ZZ99"},
    "amount_differs": {"amount": 739_999},
    "outcome_unknown": {"outcome": "settled"},
    "end_to_end_id_invalid": {"end_to_end_id": 7},
}


@pytest.mark.parametrize("code", [*WRONG, "entry_invalid"])
async def test_a_wrong_line_is_an_exception_and_the_other_lines_count(
    house: Any, new_person: Any, code: str
) -> None:
    _, [(first, amount), (second, _)], _ = await two_of_each(house, new_person)
    wrong: Any = (
        "A" if code == "entry_invalid" else line(first, **{"amount": amount, **WRONG[code]})
    )
    body = {
        "message_id": "m1", "kind": "results", "list_reference": BANK,
        "entries": [wrong, line(second, amount)],
    }  # fmt: skip
    house.live_until("2026-12-03")

    answer = await house.say_bytes("agribank", json.dumps(body).encode())
    kept = await house.fetch("SELECT entry, code FROM partner_exception")
    raw = await house.fetch("SELECT raw_encrypted FROM partner_message")

    assert answer.status_code == 202, answer.text
    told = [(item["entry"], item["result"], item["code"]) for item in answer.json()["results"]]
    assert told == [(1, "exception", code), (2, "applied", None)]
    assert answer.json()["results"][0]["message"]
    assert [(row["entry"], row["code"]) for row in kept] == [(1, code)]
    assert second.encode() not in raw[0]["raw_encrypted"]
    opened = FieldCipher(house.settings["field_key"]).decrypt(
        raw[0]["raw_encrypted"], "partner_message|raw|agribank|m1"
    )
    assert json.loads(opened) == body
    assert (await states(house))[first] in {"sealed", "sent"}
    assert (await states(house))[second] == "paid"
    assert await house.broken() == {}


@pytest.mark.parametrize("amount", [True, "740000", 740_000.0, 0, -740_000, None, [740_000]])
async def test_an_amount_is_a_positive_whole_number_and_nothing_that_looks_like_one(
    house: Any, new_person: Any, amount: Any
) -> None:
    _, [(first, _), (second, due)], _ = await two_of_each(house, new_person)
    house.live_until("2026-12-03")
    body = {
        "message_id": "m1", "kind": "results", "list_reference": BANK,
        "entries": [line(first, amount), line(second, due)],
        "totals": {"count": 2, "sum": 2 * due},
    }  # fmt: skip

    answer = await house.say_bytes("agribank", json.dumps(body).encode())

    assert [item["code"] for item in answer.json()["results"]] == ["amount_invalid", None]
    assert (await states(house))[first] == "sent"
    assert await house.broken() == {}


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("", "list_reference_missing"),
        (POST, "list_reference_unknown"),
        ("AS-25000-2026-11-agribank", "list_reference_unknown"),
        ("AS-99999-2026-12-agribank", "list_reference_unknown"),
    ],
)
async def test_results_count_only_under_the_list_that_has_the_line(
    house: Any, new_person: Any, say_message: Any, reference: str, code: str
) -> None:
    _, bank, _ = await two_of_each(house, new_person)
    entries = [(ref, "paid", amount, None) for ref, amount in bank]

    answer = await house.say("agribank", say_message("m1", entries, reference=reference))

    assert [item["code"] for item in answer.json()["results"]] == [code, code]
    assert set((await states(house)).values()) == {"sealed"}
    assert await house.broken() == {}


async def test_a_line_of_last_month_told_under_this_months_list_does_not_count(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, bank, post = await two_of_each(house, new_person)
    house.clock.set("2026-12-20T08:00")
    await house.say("agribank", say_message("r", [(r, "paid", a, None) for r, a in bank]))
    await house.say(
        "agribank", say_message("s", [(r, "paid", a, None) for r, a in bank], kind="statement")
    )
    await house.say("vnpost", say_message("p", [(post[0][0], "paid", post[0][1], None)],
                                          reference=POST))  # fmt: skip
    other = (post[1][0], "paid", post[1][1], None)

    answer = await house.say("vnpost", say_message("q", [other], reference=BANK))
    foreign = await house.say("agribank", say_message("f", [other]))

    assert answer.json()["results"][0]["code"] == "list_reference_unknown"
    assert foreign.json()["results"][0]["code"] == "unknown_reference"
    assert (await states(house))[post[1][0]] == "sent"
    assert await house.broken() == {}


async def test_a_message_with_a_member_named_twice_is_refused_as_a_whole(
    house: Any, new_person: Any
) -> None:
    _, [(first, amount), _], _ = await two_of_each(house, new_person)
    house.live_until("2026-12-03")
    text = json.dumps(line(first, amount)).replace('"amount"', '"amount": 1, "amount"')
    start = f'{{"message_id": "m1", "kind": "results", "list_reference": "{BANK}", '
    in_line = f'{start}"entries": [{text}]}}'
    in_envelope = f'{start}"message_id": "m2", "entries": []}}'

    answers = [
        await house.say_bytes("agribank", content.encode()) for content in (in_line, in_envelope)
    ]

    assert {answer.json()["code"] for answer in answers} == {"json_name_repeated"}
    assert set((await states(house)).values()) == {"sealed"}


async def test_the_bytes_of_a_refused_message_are_kept_and_an_office_may_read_them(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, bank, _ = await two_of_each(house, new_person)
    house.live_until("2026-12-03")
    body = say_message("m1", [(ref, "paid", amount, None) for ref, amount in bank])
    whole = json.dumps(body).encode()
    short = json.dumps({**body, "totals": {"count": 2, "sum": 1}}).encode()
    reader = house.headers("partners:read", subject="quan_ly", communes=["*"])

    truncated = [await house.say_bytes("agribank", whole[:-20]) for _ in range(2)]
    wrong_total = await house.say_bytes("agribank", short)
    forged = await house.say_bytes("agribank", whole, seed=house.post_seed)
    page = await house.client.get(
        "/disbursement/v1/partner-refusals", params={"partner": "agribank"}, headers=reader
    )
    codes = {item["code"]: item for item in page.json()["items"]}
    sha256 = codes["control_totals_differ"]["sha256"]
    file = await house.client.get(
        f"/disbursement/v1/partner-refusals/agribank/{sha256}", headers=reader
    )

    assert [answer.status_code for answer in truncated] == [400, 400]
    assert (wrong_total.status_code, forged.status_code) == (422, 401)
    assert set(codes) == {"invalid_input", "control_totals_differ", "signature_invalid"}
    assert codes["invalid_input"]["times"] == 2
    assert file.content == short
    assert set((await states(house)).values()) == {"sealed"}


async def test_a_repeated_message_answers_the_same_line_by_line(
    house: Any, new_person: Any, say_message: Any
) -> None:
    _, bank, _ = await two_of_each(house, new_person)
    entries = [(bank[0][0], "paid", bank[0][1], None), (bank[1][0], "failed", bank[1][1], None)]
    body = say_message("m1", entries)

    first, again = [(await house.say("agribank", body)).json() for _ in range(2)]

    assert [item["code"] for item in first["results"]] == [None, "reason_missing"]
    assert again == {**first, "repeated": True}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "USD"}, "currency_not_vnd"),
        ({"settled_on": None}, "settled_on_missing"),
        ({"settled_on": "2030-01-01"}, "settled_on_in_future"),
        ({"amount": True}, "amount_invalid"),
        ({"end_to_end_id": "A" * 35}, "unknown_reference"),
    ],
)
async def test_a_wrong_line_of_a_statement_is_an_exception_too(
    house: Any, new_person: Any, changes: dict[str, Any], code: str
) -> None:
    _, [(first, amount), (second, _)], _ = await two_of_each(house, new_person)
    house.live_until("2026-12-03")
    entries = [line(first, **{"amount": amount, **changes}), line(second, amount)]
    body = {"message_id": "s1", "kind": "statement", "list_reference": "", "entries": entries}

    answer = await house.say_bytes("agribank", json.dumps(body).encode())

    told = [(item["result"], item["code"]) for item in answer.json()["results"]]
    assert told == [("exception", code), ("recorded", None)]


@pytest.mark.parametrize(
    ("key_id", "seed", "check"), [("never-issued-key", True, "keyid"), (None, False, "signature")]
)
async def test_a_refused_signature_says_which_check_failed(
    house: Any, key_id: str | None, *, seed: bool, check: str
) -> None:
    answer = await house.say_bytes(
        "agribank", b"{}", key_id=key_id, seed=None if seed else house.post_seed
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    assert answer.json()["check"] == check


async def test_a_result_told_while_the_delivery_stands_refused_proves_that_it_arrived(
    start_house: Any, new_person: Any, partner: Any, say_message: Any
) -> None:
    address, books = partner
    books.refuse_for_good = 1
    house = await start_house(address, worker=True)
    books.verify_key = house.public_signing_key
    person = new_person()
    await house.intake(person, account="1500205000011")
    await house.entitle(person, ("2026-07", None, 540_000))
    sealed = await house.sealed()
    await house.eventually("SELECT 1 FROM delivery WHERE state = 'refused'")
    ((reference, amount),) = (await house.references(sealed["list_id"], "agribank")).values()
    body = say_message("m1", [(reference, "paid", amount, None)])

    answer = await house.say("agribank", body)
    again = await house.say("agribank", body)
    delivery = await house.fetch("SELECT state FROM delivery")

    assert answer.json()["results"][0]["result"] == "applied"
    assert again.json()["results"][0]["result"] == "applied"
    assert [row["state"] for row in delivery] == ["sent"]
    assert await house.broken() == {}


async def test_one_payment_is_found_by_its_reference_everywhere(
    house: Any, new_person: Any, say_message: Any
) -> None:
    sealed, [(reference, amount), _], _ = await two_of_each(house, new_person)
    await house.say("agribank", say_message("m1", [(reference, "failed", amount, "AC04")]))
    await house.say("agribank", say_message("m2", [(reference, "paid", amount, None)]))

    payment = await house.get(f"/payments/{reference}")
    (found,) = (
        await house.get(f"/payment-lists/{sealed['list_id']}/lines", end_to_end_id=reference)
    )["items"]
    stranger = await house.get(f"/payment-lists/{sealed['list_id']}/lines", end_to_end_id="A" * 35)
    every = await house.lines(sealed["list_id"])

    assert found["end_to_end_id"] == reference
    assert stranger["items"] == []
    assert len({item["end_to_end_id"] for item in every}) == 4
    assert (payment["state"], payment["raw_reason"]) == ("failed", "AC04")
    assert [item["code"] for item in payment["exceptions"]] == ["contradiction"]
    assert payment["list_reference"] == BANK
