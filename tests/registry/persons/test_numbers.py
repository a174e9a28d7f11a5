"""Numbers of a person: re-keyed with history, former identity cards, people who have only those."""

from __future__ import annotations

from typing import Any

import pytest

OLD, NEW, THIRD = "003151000017", "003151000025", "003151000033"
REISSUED = {"cause": "reissued", "reason": "Số định danh được cấp lại", "changed_on": "2026-10-01"}
WRONG = {"cause": "wrong", "reason": "Nhập nhầm số của người khác"}


@pytest.mark.law("D054")
async def test_the_old_number_still_finds_a_re_keyed_person(
    registry: Any, register: Any, send: Any
) -> None:
    made = await register()
    answer = await send(OLD, "rekey", {"personal_id": NEW, **REISSUED})
    assert (answer.status_code, answer.json()["personal_id"]) == (200, NEW)
    assert answer.json()["person_id"] == made["person_id"]
    for key in (OLD, NEW, made["person_id"]):
        found = await registry.get(f"/persons/{key}")
        assert (found.status_code, found.json()["personal_id"]) == (200, NEW), key
        assert found.headers["ETag"] == '"v2"'
    listed = (await registry.get(f"/persons?number={OLD}")).json()["items"]
    assert [person["personal_id"] for person in listed] == [NEW]
    (told,) = [e for e in await registry.events() if "rekeyed" in e["type"]]
    assert told["sequence"] == 2
    assert told["data"]["former_personal_id"] == OLD
    assert told["data"]["person"]["personal_id"] == NEW
    (kept,) = (await registry.get(f"/persons/{NEW}/numbers")).json()
    assert (kept["number"], kept["reason"], kept["valid_to"]) == (OLD, "reissued", "2026-10-01")


async def test_history_knows_which_number_was_true_when(
    registry: Any, register: Any, send: Any
) -> None:
    await register()
    await send(OLD, "rekey", {"personal_id": NEW, **REISSUED})

    async def number_on(day: str) -> list[str]:
        rows = (await registry.get(f"/persons/{NEW}/history", params={"as_of": day})).json()
        return [row["personal_id"] for row in rows]

    assert await number_on("2026-09-30") == [OLD]
    assert await number_on("2026-10-01") == [NEW]
    known = await registry.get(f"/persons/{NEW}/history", params={"known_on": "2026-11-11"})
    assert known.json() == []


async def test_a_reissued_number_is_nobody_elses_but_a_wrong_one_may_be(
    registry: Any, register: Any, send: Any, person_body: dict[str, Any]
) -> None:
    await register()
    await send(OLD, "rekey", {"personal_id": NEW, **REISSUED})
    other = person_body | {"full_name": "Lê Văn Khác", "sex": "male"}
    taken = await registry.post("/persons", json=other)
    assert (taken.status_code, taken.json()["code"]) == (409, "person_exists")
    await send(NEW, "rekey", {"personal_id": THIRD, **WRONG})
    free = await registry.post("/persons", json=other | {"personal_id": NEW})
    assert free.status_code == 201
    assert (await registry.get(f"/persons/{NEW}")).json()["full_name"] == "Lê Văn Khác"
    assert (await registry.get(f"/persons/{THIRD}")).json()["full_name"] == "Nguyễn Thị Mẫu"


async def test_a_number_that_belongs_to_another_is_refused_without_saying_where(
    start_registry: Any, make_token: Any, person_body: dict[str, Any]
) -> None:
    registry = await start_registry(communes=["25000", "24637"])
    far = person_body | {"personal_id": NEW, "commune_code": "24637", "full_name": "Lê Thị Xa"}
    for body in (person_body, far):
        assert (await registry.post("/persons", json=body)).status_code == 201
    officer = make_token(["registry:read", "registry:write"], communes=["25000"])
    registry.client.headers["Authorization"] = f"Bearer {officer}"
    answer = await registry.post(
        f"/persons/{OLD}/rekey",
        json={"personal_id": NEW, **WRONG},
        headers={"If-Match": '"v1"'},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "person_exists")
    assert "24637" not in answer.text
    assert (await registry.get(f"/persons?number={NEW}")).json()["items"] == []


async def test_a_re_key_can_be_taken_back_by_another_one(
    registry: Any, register: Any, send: Any, check_truths: Any
) -> None:
    await register()
    await send(OLD, "rekey", {"personal_id": NEW, **WRONG})
    back = await send(NEW, "rekey", {"personal_id": OLD, **WRONG})
    assert back.json()["personal_id"] == OLD
    numbers = (await registry.get(f"/persons/{OLD}/numbers")).json()
    assert [row["number"] for row in numbers] == [NEW]
    same = await send(OLD, "rekey", {"personal_id": OLD, **WRONG})
    assert (same.status_code, same.json()["code"]) == (409, "number_unchanged")
    await check_truths()


async def test_somebody_with_only_an_identity_card_is_corrected_by_id_and_gets_a_number(
    registry: Any, register: Any, send: Any, person_body: dict[str, Any]
) -> None:
    made = await register(personal_id=None, former_number="250123456")
    key = made["person_id"]
    body = {k: v for k, v in person_body.items() if k != "personal_id"}
    corrected = await registry.client.put(
        f"/registry/v1/persons/{key}",
        json=body | {"former_number": "250123456", "village": "Thôn 9"},
        headers={"If-Match": '"v1"'},
    )
    assert (corrected.status_code, corrected.json()["village"]) == (200, "Thôn 9")
    none = await registry.client.put(
        f"/registry/v1/persons/{key}", json=body, headers={"If-Match": '"v2"'}
    )
    assert (none.status_code, none.json()["code"]) == (422, "person_number_missing")
    assert {error["pointer"] for error in none.json()["errors"]} == {
        "/personal_id",
        "/former_number",
    }
    first = {"personal_id": NEW, "cause": "first", "reason": "Được cấp số định danh"}
    answer = await send(key, "rekey", first)
    assert answer.json()["personal_id"] == NEW
    (told,) = [e for e in await registry.events() if "rekeyed" in e["type"]]
    assert told["data"]["former_personal_id"] is None
    listed = (await registry.get("/persons?number=250123456")).json()["items"]
    assert [person["personal_id"] for person in listed] == [NEW]


async def test_a_person_may_have_had_several_identity_cards(
    registry: Any, register: Any, send: Any
) -> None:
    await register()
    for number, until in (("250123456", "2005-01-01"), ("251999888", None)):
        card = {"number": number, "valid_to": until}
        assert (await send(OLD, "former-numbers", card)).status_code == 200
    twice = await send(OLD, "former-numbers", {"number": "251999888"})
    assert (twice.status_code, twice.json()["code"]) == (409, "number_unchanged")
    numbers = (await registry.get(f"/persons/{OLD}/numbers")).json()
    assert {(row["number"], row["valid_to"]) for row in numbers} == {
        ("250123456", "2005-01-01"),
        ("251999888", None),
    }
    for number in ("250123456", "251999888"):
        listed = (await registry.get(f"/persons?number={number}")).json()["items"]
        assert [person["personal_id"] for person in listed] == [OLD], number


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"personal_id": "12"}, "/personal_id", "text_pattern"),
        ({"cause": "?"}, "/cause", "choice_expected"),
        ({"reason": ""}, "/reason", "text_too_short"),
        ({"changed_on": "2026-13-01"}, "/changed_on", "date_expected"),
        ({"changed_on": "2026-11-13"}, "/changed_on", "change_in_future"),
        ({"surprise": 1}, "/surprise", "field_unknown"),
    ],
)
async def test_each_wrong_field_is_named(
    register: Any, send: Any, changed: dict[str, Any], pointer: str, code: str
) -> None:
    await register()
    answer = await send(OLD, "rekey", {"personal_id": NEW, **REISSUED} | changed)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert error["message"]


async def test_what_the_number_contradicts_is_reported_and_stops_nothing(register: Any) -> None:
    made = await register(personal_id="001051000017", birth_date="1950-03-10")
    assert [warning["code"] for warning in made["number_warnings"]] == [
        "sex_contradicts_id",
        "birth_year_contradicts_id",
    ]
    unknown = await register()
    assert [warning["code"] for warning in unknown["number_warnings"]] == ["id_province_unknown"]
