"""Banks and the post office are rows: one person proposes, another decides, no release."""

from __future__ import annotations

import base64
import os
from datetime import timedelta
from typing import Any

import pytest

from common.runtime.clock import VN_TZ, system_now
from common.testing.keys import public_key_base64

BASE = "/disbursement/v1"
PARTNER = {
    "kind": "partner", "partner_kind": "bank", "name": "Ngân hàng thứ ba", "format": "csv",
    "delivery": "pull", "client_id": "client:ngan_hang_ba",
    "contract": {"number": "05/2026/HĐ-CT", "valid_from": "2026-01-01"},
    "profile": {
        "accents": False, "capitals": True, "separator": ";", "byte_order_mark": False,
        "columns": [
            {"field": "account", "header": "SO TAI KHOAN"}, {"field": "name", "header": "CHU TK"},
            {"field": "amount", "header": "SO TIEN"}, {"field": "text", "header": "NOI DUNG"},
            {"field": "end_to_end_id", "header": "MA"},
        ],
        "reasons": {"E07": "AC04"},
    },
}  # fmt: skip


class Office:
    """Two people of the province who enter partners."""

    def __init__(self, house: Any, code: str = "ngan_hang_ba") -> None:
        self.house = house
        self.code = code

    async def propose(self, change: dict[str, Any], *, by: str = "quan_ly") -> Any:
        headers = self.house.headers("partners:read", "partners:write", subject=by, communes=["*"])
        return await self.house.client.post(
            f"{BASE}/partner-changes", headers=headers,
            json={"partner": self.code, "change": change, "reason": "Hợp đồng mới"},
        )  # fmt: skip

    async def decide(self, change_id: str, what: str = "confirm", *, by: str = "duyet") -> Any:
        headers = self.house.headers("partners:confirm", subject=by, communes=["*"])
        return await self.house.client.post(
            f"{BASE}/partner-changes/{change_id}/{what}", headers=headers,
            json={"reason": "Đã đối chiếu"},
        )  # fmt: skip

    async def enter(self, *changes: dict[str, Any]) -> None:
        for change in changes:
            proposed = await self.propose(change)
            assert proposed.status_code == 201, proposed.text
            confirmed = await self.decide(proposed.json()["change_id"])
            assert confirmed.status_code == 200, confirmed.text

    async def show(self) -> Any:
        headers = self.house.headers("partners:read", subject="x", communes=["*"])
        return await self.house.client.get(f"{BASE}/partners/{self.code}", headers=headers)


def key(key_id: str, seed: str, **days: Any) -> dict[str, Any]:
    public = public_key_base64(seed)
    return {"kind": "key", "key_id": key_id, "public_key": public, "valid_from": "2026-01-01",
            **days}  # fmt: skip


def new_seed() -> str:
    return base64.b64encode(os.urandom(32)).decode()


DEBTOR = {
    "kind": "debtor_account", "commune_code": "25000", "holder": "UBND xã Di Linh",
    "account": "0011223344556", "bank_code": "970418", "valid_from": "2026-01-01",
}  # fmt: skip


async def test_a_third_bank_is_added_while_running_and_everything_follows(
    house: Any, new_person: Any, say_message: Any
) -> None:
    office, seed = Office(house), new_seed()
    await office.enter(
        PARTNER, key("ba-1", seed), DEBTOR,
        {"kind": "route", "method": "account", "bank_code": "AGRIBANK"},
    )  # fmt: skip
    person = new_person("Trần Văn Mẫu")
    await house.intake(person, account="1500205000011")
    await house.entitle(person, ("2026-07", None, 540_000))
    sealed = await house.sealed()
    ((reference, amount),) = (await house.references(sealed["list_id"], "ngan_hang_ba")).values()
    caller = house.headers("partners:exchange", subject="client:ngan_hang_ba", communes=[])

    lists = await house.client.get(f"{BASE}/partners/ngan_hang_ba/lists", headers=caller)
    file = await house.client.get(
        f"{BASE}/partners/ngan_hang_ba/lists/{sealed['list_id']}/file", headers=caller
    )
    list_reference = lists.json()["items"][0]["reference"]
    paid = [(reference, "paid", amount, None)]
    answers = [
        await house.say_bytes_of("ngan_hang_ba", say_message(name, paid, kind=kind,
                                 reference=list_reference), seed=seed, key_id="ba-1")
        for name, kind in (("r", "results"), ("s", "statement"))
    ]  # fmt: skip
    closed = await house.client.post(
        f"{BASE}/reconciliations", json={"commune_code": "25000", "month": "2026-12"},
        headers=house.maker,
    )  # fmt: skip
    books = {a["code"]: a["balance"] for a in (await house.get("/ledger/balances"))["accounts"]}

    header, row, trailer = file.content.decode().strip().split("\r\n")
    assert header == "SO TAI KHOAN;CHU TK;SO TIEN;NOI DUNG;MA"
    assert row.startswith("1500205000011;TRAN VAN MAU 1;740000;")
    assert "TRUY LINH 5 THANG" in row
    assert trailer == "TONG;1;740000;;"
    assert [answer.status_code for answer in answers] == [202, 202]
    assert closed.json()["state"] == "closed"
    assert (books["clearing:ngan_hang_ba"], books["cash"]) == (0, -amount)
    assert await house.broken() == {}


async def test_nothing_about_a_partner_counts_before_a_second_person_confirms(house: Any) -> None:
    office = Office(house)
    proposed = (await office.propose(PARTNER)).json()

    before = await office.show()
    own = await office.decide(proposed["change_id"], by="quan_ly")
    confirmed = await office.decide(proposed["change_id"])
    again = await office.decide(proposed["change_id"], "refuse")
    refused = (await office.propose({**PARTNER, "name": "Tên khác"})).json()
    await office.decide(refused["change_id"], "refuse")
    after = await office.show()

    assert before.status_code == 404
    assert (own.status_code, own.json()["code"]) == (403, "partner_change_by_proposer")
    assert confirmed.json()["state"] == "confirmed"
    assert (again.status_code, again.json()["code"]) == (409, "partner_change_decided")
    assert after.json()["name"] == "Ngân hàng thứ ba"


async def test_two_keys_overlap_in_a_rotation_and_each_has_its_days(
    house: Any, new_person: Any, say_message: Any
) -> None:
    office, old, new, late = Office(house, "agribank"), new_seed(), new_seed(), new_seed()
    today = system_now().astimezone(VN_TZ).date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    await office.enter(
        key("k-old", old, valid_to=today.isoformat()),
        key("k-new", new),
        key("k-late", late, valid_from=tomorrow.isoformat()),
    )
    body = say_message("m", [("A" * 35, "paid", 1, None)])

    async def check(key_id: str, seed: str) -> Any:
        answer = await house.say_bytes_of("agribank", body, seed=seed, key_id=key_id)
        return answer.status_code, answer.json().get("check")

    overlap = [await check("k-old", old), await check("k-new", new), await check("k-late", late)]
    await office.enter({"kind": "key_end", "key_id": "k-old", "valid_to": yesterday.isoformat()})
    ended = await check("k-old", old)
    swapped = await check("k-new", old)
    taken = await office.propose(key("k-new", old))

    assert overlap == [(202, None), (202, None), (401, "keyid")]
    assert ended == (401, "keyid")
    assert swapped == (401, "signature")
    assert (taken.status_code, taken.json()["code"]) == (409, "partner_key_taken")


async def test_a_client_speaks_for_its_own_partner_only(house: Any) -> None:
    stranger = house.headers("partners:exchange", subject="client:vnpost", communes=[])
    answer = await house.client.get(f"{BASE}/partners/agribank/lists", headers=stranger)
    taken = await Office(house).propose({**PARTNER, "client_id": "client:vnpost"})

    assert (answer.status_code, answer.json()["code"]) == (403, "partner_not_yours")
    assert (taken.status_code, taken.json()["code"]) == (409, "partner_client_taken")


async def test_a_list_without_a_debtor_account_or_a_route_is_not_sealed(
    house: Any, new_person: Any
) -> None:
    person, nowhere = new_person(), new_person()
    await house.intake(person, account="1500205000011")
    await house.intake(nowhere)
    for one in (person, nowhere):
        await house.entitle(one, ("2026-07", None, 540_000))
    await house.run("DELETE FROM debtor_account WHERE partner = 'agribank'")
    await house.run("DELETE FROM partner_route WHERE method = 'cash'")
    built = (await house.build()).json()
    exceptions = await house.get(f"/payment-lists/{built['list_id']}/exceptions")
    await house.approve(built)

    refused = await house.seal(built)
    await Office(house, "agribank").enter(DEBTOR)
    sealed = await house.seal(built)

    assert "partner_missing" in {item["code"] for item in exceptions["items"]}
    assert built["lines"] == 1
    assert (refused.status_code, refused.json()["code"]) == (409, "partner_file_invalid")
    assert refused.json()["problem"] == "debtor_account_missing"
    assert sealed.status_code == 200, sealed.text
    assert await house.broken() == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "mt101"}, "format_unknown"),
        ({"delivery": "push", "address": "ftp://bank.example"}, "partner_address_refused"),
        ({"delivery": "push", "address": "https://u:p@bank.example"}, "partner_address_refused"),
        ({"delivery": "folder", "address": "../other"}, "partner_address_refused"),
        ({"delivery": "folder", "address": ""}, "partner_address_refused"),
    ],
)
async def test_what_could_never_work_is_refused_when_it_is_proposed(
    house: Any, change: dict[str, str], code: str
) -> None:
    answer = await Office(house).propose({**PARTNER, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("address", ["https://127.0.0.1/x", "https://10.1.2.3", "http://8.8.8.8"])
async def test_in_production_no_address_leads_inside(start_house: Any, address: str) -> None:
    from common.web.addresses import AddressNotAllowed, check_outside

    with pytest.raises(AddressNotAllowed):
        await check_outside(address)


async def test_a_partner_of_the_folder_kind_finds_its_list_there(
    start_house: Any, new_person: Any, tmp_path: Any
) -> None:
    house = await start_house(worker=True, delivery_folder=str(tmp_path))
    await Office(house).enter(
        {**PARTNER, "delivery": "folder", "address": "ngan-hang-ba"},
        {"kind": "route", "method": "account"},
    )
    person = new_person()
    await house.intake(person, account="1500205000011")
    await house.entitle(person, ("2026-07", None, 540_000))
    sealed = await house.sealed()

    await house.eventually("SELECT 1 FROM delivery WHERE state = 'sent'")
    (file,) = (tmp_path / "ngan-hang-ba" / "out").iterdir()

    assert file.name == f"{sealed['deliveries'][0]['reference']}.csv"
    assert b"1500205000011" in file.read_bytes()


async def test_a_refused_file_is_made_anew_with_the_same_lines_and_another_reference(
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

    renewed = await house.client.post(
        f"{BASE}/payment-lists/{sealed['list_id']}/deliveries/agribank/renew", json={},
        headers=house.checker,
    )  # fmt: skip
    await house.eventually("SELECT 1 FROM delivery WHERE state = 'sent'")
    (again,) = (await house.references(sealed["list_id"], "agribank")).values()
    paid = [(reference, "paid", amount, None)]
    old = await house.say("agribank", say_message("old", paid))
    new = await house.say(
        "agribank", say_message("new", paid, reference="AS-25000-2026-12-agribank-2")
    )

    assert renewed.json()["reference"] == "AS-25000-2026-12-agribank-2"
    assert list(books.files) == ["AS-25000-2026-12-agribank-2"]
    assert again == (reference, amount)
    assert old.json()["results"][0]["code"] == "list_reference_unknown"
    assert new.json()["applied"] == 1
    assert await house.broken() == {}
