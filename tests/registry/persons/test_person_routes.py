"""Persons over HTTP: register, read, correct, history in two times, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from common.database.session import Scope

MAU = {
    "personal_id": "003151000017",
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "sex": "female",
    "commune_code": "25000",
    "village": "Thôn 3",
}
ADDRESS = "/persons/003151000017"


@pytest.fixture
async def mau(registry: Any) -> httpx.Response:
    answer: httpx.Response = await registry.post("/persons", json=MAU)
    assert answer.status_code == 201, answer.text
    return answer


def correction(**changed: Any) -> dict[str, Any]:
    return {name: value for name, value in (MAU | changed).items() if name != "personal_id"}


async def put(registry: Any, path: str, body: dict[str, Any], tag: str | None) -> httpx.Response:
    headers = {"If-Match": tag} if tag else {}
    answer: httpx.Response = await registry.client.put(
        f"/registry/v1{path}", json=body, headers=headers
    )
    return answer


async def test_a_registered_person_is_found_by_number_and_by_id(
    registry: Any, mau: httpx.Response
) -> None:
    assert mau.headers["Location"] == f"/registry/v1{ADDRESS}"
    assert mau.headers["ETag"] == '"v1"'
    found = await registry.get(ADDRESS)
    assert found.headers["ETag"] == '"v1"'
    assert found.json() == mau.json()
    by_id = await registry.get(f"/persons/by-id/{mau.json()['person_id']}")
    assert by_id.json() == mau.json()
    (event,) = await registry.events()
    assert (event["type"], event["sequence"]) == ("registry.person.registered.v1", 1)


async def test_every_read_is_written_into_the_audit_log(registry: Any, mau: httpx.Response) -> None:
    await registry.get(ADDRESS)
    await registry.get("/persons?commune_code=25000&name=nguyen")
    entries = await registry.query("SELECT actor, action, subject_id FROM audit_entry ORDER BY seq")
    assert [(entry["actor"], entry["action"]) for entry in entries] == [
        ("can_bo", "person.registered"),
        ("can_bo", "person.read"),
        ("can_bo", "persons.listed"),
    ]
    assert entries[1]["subject_id"] == mau.json()["person_id"]


async def test_a_number_is_registered_once_wherever_it_is(
    start_registry: Any, make_token: Callable[..., str]
) -> None:
    registry = await start_registry(communes=["25000", "24637"])
    first = await registry.post("/persons", json=MAU | {"commune_code": "24637"})
    assert first.status_code == 201
    again = await registry.post("/persons", json=MAU)
    assert (again.status_code, again.json()["code"]) == (409, "person_exists")
    officer = make_token(["registry:read", "registry:write"], communes=["25000"])
    registry.client.headers["Authorization"] = f"Bearer {officer}"
    blind = await registry.post("/persons", json=MAU)
    assert (blind.status_code, blind.json()["code"]) == (409, "person_exists")
    assert "24637" not in blind.text
    hidden = await registry.get(ADDRESS)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "person_not_found")


async def test_the_same_command_twice_is_one_person(registry: Any) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await registry.post("/persons", json=MAU, headers=headers)
    again = await registry.post("/persons", json=MAU, headers=headers)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await registry.post("/persons", json=MAU | {"village": "Thôn 4"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await registry.events()) == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"personal_id": "123"}, 422, None),
        ({"sex": "?"}, 422, None),
        ({"full_name": "   "}, 422, None),
        ({"birth_date": "1951-02-30"}, 422, None),
        ({"surprise": 1}, 422, None),
        ({"personal_id": "٠٠٣١٥١٠٠٠٠١٧"}, 422, None),
        ({"personal_id": None}, 422, "person_number_missing"),
        ({"birth_date": "2026-11-13"}, 422, "birth_in_future"),
        ({"commune_code": "99999"}, 404, "commune_not_found"),
        ({"commune_code": "19996"}, 422, "commune_outside_province"),
        ({"commune_code": "24637"}, 404, "commune_not_yours"),
    ],
)
async def test_a_person_that_cannot_be_is_refused(
    registry: Any, changed: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await registry.post("/persons", json=MAU | changed)
    assert answer.status_code == status, answer.text
    assert code in {None, answer.json()["code"]}
    assert MAU["full_name"] not in answer.text


@pytest.mark.parametrize("field", ["full_name", "village", "address"])
@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x07", "\n", "\u2028", "\ue000", "\xad"]
)
async def test_text_of_a_person_holds_nothing_that_cannot_be_seen(
    registry: Any, person_body: dict[str, Any], field: str, hidden: str
) -> None:
    body = person_body | {field: f"Nguyễn{hidden} Thị Mẫu"}
    answer = await registry.post("/persons", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (f"/{field}", "text_character_hidden")


async def test_a_correction_needs_the_etag_of_the_last_read(
    registry: Any, mau: httpx.Response
) -> None:
    body = correction(village="Thôn 4")
    missing = await put(registry, ADDRESS, body, None)
    assert (missing.status_code, missing.json()["code"]) == (428, "if_match_required")
    done = await put(registry, ADDRESS, body, mau.headers["ETag"])
    assert (done.status_code, done.headers["ETag"]) == (200, '"v2"')
    stale = await put(registry, ADDRESS, correction(village="Thôn 5"), mau.headers["ETag"])
    assert stale.status_code == 412
    unknown = await put(registry, "/persons/003151000018", body, '"v1"')
    assert unknown.status_code == 404
    events = await registry.events()
    assert [event["sequence"] for event in events] == [1, 2]
    assert events[1]["data"]["changed"] == ["village"]


async def test_a_correction_that_changes_nothing_tells_nothing(
    registry: Any, mau: httpx.Response
) -> None:
    same = await put(registry, ADDRESS, correction(), mau.headers["ETag"])
    assert (same.status_code, same.headers["ETag"]) == (200, '"v1"')
    assert len(await registry.events()) == 1


@pytest.mark.law("P037", "D054")
async def test_history_keeps_both_times(
    registry: Any, mau: httpx.Response, business_clock: Any
) -> None:
    business_clock.set("2026-11-16T08:00")
    moved = correction(village="Thôn 4", valid_from="2026-10-01")
    assert (await put(registry, ADDRESS, moved, '"v1"')).status_code == 200
    business_clock.set("2026-11-18T08:00")
    renamed = correction(village="Thôn 4", full_name="Nguyễn Thị Mẫn")
    assert (await put(registry, ADDRESS, renamed, '"v2"')).status_code == 200

    async def seen(**query: str) -> list[tuple[str, str, str | None, str | None]]:
        rows = (await registry.get(f"{ADDRESS}/history", params=query)).json()
        return [(r["full_name"], r["village"], r["valid_from"], r["valid_to"]) for r in rows]

    old = ("Nguyễn Thị Mẫu", "Thôn 3", None, "2026-10-01")
    new = ("Nguyễn Thị Mẫn", "Thôn 4", "2026-10-01", None)
    wrong = ("Nguyễn Thị Mẫu", "Thôn 4", "2026-10-01", None)
    assert await seen(as_of="2026-09-30") == [old]
    assert await seen(as_of="2026-10-01") == [new]
    assert await seen(as_of="2026-10-01", known_on="2026-11-17") == [wrong]
    assert await seen(as_of="2026-10-01", known_on="2026-11-12") == [
        ("Nguyễn Thị Mẫu", "Thôn 3", None, None)
    ]
    assert await seen(known_on="2026-11-11") == []
    assert len(await seen()) == 4


async def test_a_new_name_must_be_verified_again(registry: Any, mau: httpx.Response) -> None:
    await registry.query(
        "UPDATE person SET verification = 'verified' WHERE personal_id = $1", MAU["personal_id"]
    )
    village = await put(registry, ADDRESS, correction(village="Thôn 4"), '"v1"')
    assert village.json()["verification"] == "verified"
    name = await put(registry, ADDRESS, correction(full_name="Lê Thị Mẫu"), '"v2"')
    assert name.json()["verification"] == "unverified"
    told = (await registry.events())[-1]
    assert told["data"]["person"]["verification"] == "unverified"


async def test_people_are_listed_as_vietnamese_lists_sort_them_page_by_page(registry: Any) -> None:
    names = ["Trần Thị Ổi", "Lê Văn An", "Đỗ Văn An", "Trần Thị Ỏi", "Nguyễn Văn Ân", "Hồ Thị Ơi"]
    for number, name in enumerate(names):
        body = MAU | {"personal_id": f"00315100{number:04d}", "full_name": name}
        assert (await registry.post("/persons", json=body)).status_code == 201
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"commune_code": "25000", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await registry.get("/persons", params=params)).json()
        seen += [person["full_name"] for person in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [
        "Đỗ Văn An",
        "Lê Văn An",
        "Nguyễn Văn Ân",
        "Trần Thị Ỏi",
        "Trần Thị Ổi",
        "Hồ Thị Ơi",
    ]


async def test_a_search_needs_no_accents(registry: Any, mau: httpx.Response) -> None:
    for query in (
        "name=nguyen thi",
        "name=Nguyễn",
        "birth_year=1951",
        "name=NGUYEN&birth_year=1951",
    ):
        page = (await registry.get(f"/persons?commune_code=25000&{query}")).json()
        assert [p["personal_id"] for p in page["items"]] == [mau.json()["personal_id"]], query
    for query in ("name=%25", "name=thi", "birth_year=1950"):
        page = (await registry.get(f"/persons?commune_code=25000&{query}")).json()
        assert page["items"] == [], query
    foreign = (await registry.get("/persons?commune_code=24637")).json()
    assert foreign["items"] == []


async def test_a_household_class_is_dated_by_year_and_decision(
    registry: Any, mau: httpx.Response
) -> None:
    path = f"{ADDRESS}/household-class"
    near = {"poverty_class": "near_poor", "year": 2025, "decision": "1/QĐ-UBND"}
    assert (await put(registry, path, near, None)).status_code == 428
    first = await put(registry, path, near, '"v1"')
    assert (first.status_code, first.json()["poverty_class"]) == (200, "near_poor")
    poor = await put(registry, path, {"poverty_class": "poor", "year": 2026}, '"v2"')
    assert poor.json()["poverty_class"] == "poor"
    late = await put(registry, path, {"poverty_class": "none", "year": 2024}, '"v3"')
    assert late.json()["poverty_class"] == "poor"
    rows = await registry.query(
        "SELECT poverty_class, valid_from::text, valid_to::text FROM household_class"
        " WHERE superseded_at IS NULL ORDER BY valid_from"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("none", "2024-01-01", "2025-01-01"),
        ("near_poor", "2025-01-01", "2026-01-01"),
        ("poor", "2026-01-01", None),
    ]
    told = [e for e in await registry.events() if "person.reclassified" in e["type"]]
    assert [(e["sequence"], e["data"]["poverty_class"]) for e in told] == [
        (2, "near_poor"),
        (3, "poor"),
        (4, "none"),
    ]


async def test_a_circumstance_is_superseded_never_changed(
    registry: Any, mau: httpx.Response
) -> None:
    path = f"{ADDRESS}/circumstances"
    severe = {"kind": "disability", "degree": "severe", "certificate_date": "2019-05-06"}
    first = await registry.post(path, json=severe)
    assert (first.status_code, first.json()["valid_from"]) == (201, "2019-05-06")
    worse = {"kind": "disability", "degree": "very_severe", "valid_from": "2026-08-01"}
    assert (await registry.post(path, json=worse)).status_code == 201
    income = {"kind": "pension_income", "monthly_amount": 300000}
    assert (await registry.post(path, json=income)).status_code == 201
    now = (await registry.get(path)).json()
    assert [(f["degree"], f["monthly_amount"], f["valid_from"], f["valid_to"]) for f in now] == [
        ("severe", None, "2019-05-06", "2026-08-01"),
        ("very_severe", None, "2026-08-01", None),
        (None, 300000, None, None),
    ]
    kept = await registry.query("SELECT circumstance_id::text, superseded_at FROM circumstance")
    assert len(kept) == 4
    gone = [row["circumstance_id"] for row in kept if row["superseded_at"] is not None]
    assert gone == [first.json()["circumstance_id"]]
    assert {f["supersedes"] for f in now} == {gone[0], None}
    events = await registry.events()
    assert [e["sequence"] for e in events] == [1, 2, 3, 4, 5]
    wrong = worse | {"valid_to": "2026-08-01"}
    refused = await registry.post(path, json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "period_invalid")


async def test_who_may_not(registry: Any, make_token: Callable[..., str], mau: Any) -> None:
    registry.client.headers["Authorization"] = f"Bearer {make_token(['registry:read'])}"
    assert (await registry.post("/persons", json=MAU)).status_code == 403
    assert (await put(registry, ADDRESS, correction(), '"v1"')).status_code == 403
    assert (await registry.upload(b"x")).status_code == 403
    del registry.client.headers["Authorization"]
    assert (await registry.get(ADDRESS)).status_code == 401


async def test_invariants_hold_after_all_that(registry: Any, mau: httpx.Response) -> None:
    await put(registry, ADDRESS, correction(village="Thôn 4"), '"v1"')
    service = registry.client.app.state.definition
    async with registry.client.context.db.read(Scope.service("test")) as session:
        broken = {i.name: await i.check(session) for i in service.invariants}
    assert broken
    assert not any(broken.values()), broken
