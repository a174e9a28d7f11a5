"""A benefit granted once: from the decision to the proof, to whoever the decision names."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from tests.disbursement.payroll.test_contradictions import BASE, with_account

from common.contracts.eligibility import OneOffGranted, OneOffPayee
from common.kernel.months import Month


def grant(person: Any, payee: OneOffPayee, **changes: Any) -> tuple[OneOffGranted, uuid.UUID]:
    """What a signed decision grants once, with the id of its event's aggregate."""
    one_off_id = uuid.uuid4()
    values: dict[str, Any] = {
        "one_off_id": one_off_id,
        "decision_id": uuid.uuid4(),
        "decision_number": "77/QĐ-UBND",
        "signed_on": date(2026, 11, 19),
        "commune_code": "25000",
        "benefit": "funeral",
        "provision": "social_pension",
        "article": "khoản 3 Điều 31 Nghị định 335/2026/NĐ-CP",
        "amount": 10_800_000,
        "event_on": date(2026, 11, 10),
        "pay_month": Month(2026, 11),
        "person_id": person.person_id if person else None,
        "payee": payee,
    }
    return OneOffGranted(**{**values, **changes}), one_off_id


async def list_once(house: Any, month: str = "2026-12") -> Any:
    answer = await house.client.post(
        f"{BASE}/payment-lists",
        json={"commune_code": "25000", "month": month, "kind": "one_off"},
        headers=house.maker,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def seal_once(house: Any, month: str = "2026-12") -> Any:
    built = await list_once(house, month)
    assert (await house.approve(built)).status_code == 200
    sealed = await house.seal(built)
    assert sealed.status_code == 200, sealed.text
    return sealed.json()


async def tell(house: Any, partner: str, reference: str, kind: str, lines: Any) -> None:
    body = {
        "message_id": f"{reference}-{kind}-{lines[0][1]}",
        "kind": kind,
        "list_reference": reference,
        "entries": [
            {
                "end_to_end_id": ref, "outcome": outcome, "amount": amount,
                "reason_code": code, "settled_on": "2026-12-03",
            }
            for ref, outcome, amount, code in lines
        ],
    }  # fmt: skip
    answer = await house.say(partner, body)
    assert answer.json()["exceptions"] == 0, answer.text


async def test_a_funeral_is_paid_to_whoever_buried_known_or_not_and_proved(
    house: Any, new_person: Any
) -> None:
    dead, son, other = new_person("Ông Mất"), new_person("Con"), new_person("Người hưởng")
    for person in (dead, son, other):
        await with_account(house, person)
    await house.died(dead, date(2026, 11, 10))
    stranger = OneOffPayee(full_name="Lê Văn Lạ", personal_id="003075000021")
    temple = OneOffPayee(full_name="Trụ trì", organisation="Chùa Phước Mẫu")
    known = OneOffPayee(person_id=son.person_id, full_name=son.name)
    await house.tell(grant(dead, stranger))
    await house.tell(grant(None, temple, benefit="emergency", amount=27_000_000))
    await house.tell(grant(other, known, benefit="emergency", amount=5_400_000))
    await house.tell(grant(other, known, benefit="emergency", amount=5_400_000))
    monthly = (await house.build()).json()
    sealed = await seal_once(house)
    lines = {line["line_id"]: line for line in await house.lines(sealed["list_id"])}
    rows = await house.fetch(
        "SELECT line_id, payee_name, payee_number, partner, total FROM payment_list_line"
        " WHERE list_id = $1::text::uuid ORDER BY total DESC, position",
        sealed["list_id"],
    )

    assert (sealed["kind"], sealed["number"], sealed["total"]) == ("one_off", 1, 48_600_000)
    assert [(r["payee_name"], r["payee_number"], r["partner"]) for r in rows] == [
        ("Chùa Phước Mẫu", None, "vnpost"),
        ("Lê Văn Lạ", "003075000021", "vnpost"),
        (son.name, son.number, "agribank"),
        (son.name, son.number, "agribank"),
    ]
    assert {line["benefit"] for line in await house.lines(monthly["list_id"])} == {"social_pension"}
    assert {months["kind"] for line in lines.values() for months in line["months"]} == {"one_off"}

    post = await house.references(sealed["list_id"], "vnpost")
    reference = "AS-25000-2026-12-L1-vnpost"
    paid = [(ref, "paid", amount, None) for ref, amount in post.values()]
    await tell(house, "vnpost", reference, "results", paid)
    await tell(house, "vnpost", reference, "statement", paid)
    bank = await house.fetch("SELECT end_to_end_id, amount FROM payment WHERE partner = 'agribank'")
    failed = [(r["end_to_end_id"], "failed", r["amount"], "AC04") for r in bank]
    await tell(house, "agribank", "AS-25000-2026-12-L1-agribank", "results", failed)
    reconciled = await house.client.post(
        f"{BASE}/reconciliations",
        json={"commune_code": "25000", "month": "2026-12", "number": 1},
        headers=house.maker,
    )
    again = await seal_once(house)
    grants = (await house.get("/one-offs"))["items"]

    assert reconciled.json()["state"] == "closed"
    assert (again["number"], again["carried"], again["regular"]) == (2, 10_800_000, 0)
    assert {line["method"] for line in await house.lines(again["list_id"])} == {"cash"}
    assert sorted(item["state"] for item in grants) == ["issued", "issued", "settled", "settled"]
    assert await house.sealed()
    assert await house.broken() == {}


async def test_a_grant_told_again_is_owed_once_and_one_to_the_dead_waits(
    house: Any, new_person: Any
) -> None:
    heir = new_person()
    await with_account(house, heir)
    event, key = grant(heir, OneOffPayee(person_id=heir.person_id, full_name=heir.name))
    later, other = grant(
        heir, OneOffPayee(full_name="Người khác"), pay_month=Month(2027, 3), amount=1
    )
    await house.tell((event, key), (event, key), (later, other))
    await house.died(heir, date(2026, 11, 15))
    built = await list_once(house)
    page = await house.get(f"/payment-lists/{built['list_id']}/exceptions")

    assert (built["lines"], built["total"]) == (0, 0)
    assert [item["code"] for item in page["items"]] == ["payee_deceased"]
    owed = await house.fetch("SELECT count(*) AS n FROM obligation WHERE kind = 'one_off'")
    assert owed[0]["n"] == 2


async def test_rice_is_handed_out_by_its_receipt_once_and_no_money_moves(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    payee = OneOffPayee(person_id=person.person_id, full_name=person.name)
    event, key = grant(person, payee, benefit="emergency", amount=0, quantity=45, unit="kg_rice")
    await house.tell((event, key))
    path = f"{BASE}/one-offs/{key}/hand-over"
    answers = []
    for day in ("2026-11-18", "2026-11-21", "2026-11-20", "2026-11-20"):
        body = {"handed_on": day, "receipt": "Biên bản giao nhận số 12"}
        answers.append(await house.client.post(path, json=body, headers=house.maker))
    built = await list_once(house)

    assert [a.json().get("code") for a in answers] == [
        "handed_outside_days", "handed_outside_days", None, "nothing_to_hand_over",
    ]  # fmt: skip
    assert (answers[2].json()["quantity"], answers[2].json()["state"]) == (45, None)
    assert built["total"] == 0
    assert await house.broken() == {}
