"""Households over HTTP: members and head over time, split, join, flags, classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

A, B, C = "003151000017", "003048000012", "003175000013"


def member(number: str, relation: str) -> dict[str, str]:
    return {"personal_id": number, "relation": relation}


async def household(registry: Any, *members: dict[str, str], **fields: Any) -> dict[str, Any]:
    body = {"commune_code": "25000", "members": list(members)} | fields
    answer = await registry.post("/households", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["ETag"] == f'"v{made["version"]}"'
    return made


async def test_a_household_has_a_head_and_members(registry: Any, people: Any) -> None:
    ids = await people(A, B)
    made = await household(registry, member(B, "spouse"), member(A, "head"), code="HN-001")
    assert [(m["person_id"], m["relation"]) for m in made["members"]] == [
        (ids[A], "head"),
        (ids[B], "spouse"),
    ]
    assert (made["version"], made["codes"]) == (1, ["HN-001"])
    (event,) = await registry.events(made["household_id"])
    assert event["type"] == "registry.household.members_changed.v1"
    assert event["data"]["household"]["head_person_id"] == ids[A]
    person = (await registry.get(f"/persons/{A}")).json()
    assert person["household_id"] == made["household_id"]
    found = (await registry.get("/households?commune_code=25000&code=HN-001")).json()["items"]
    assert found == [made]
    taken = await registry.post(
        "/households",
        json={"commune_code": "25000", "code": "HN-001", "members": [member(B, "head")]},
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "household_code_taken")


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ([member(A, "other")], [("/members", "head_required")]),
        ([member(A, "head"), member(B, "head")], [("/members/1/relation", "head_repeated")]),
        ([member(A, "head"), member(A, "other")], [("/members/1", "member_repeated")]),
        ([member(C, "head")], [("/members/0/personal_id", "person_not_found")]),
        ([{"relation": "head"}], [("/members/0", "member_name")]),
        ([member("12", "head")], [("/members/0/personal_id", "text_pattern")]),
    ],
)
async def test_each_wrong_member_is_pointed_at(
    registry: Any, people: Any, members: list[dict[str, str]], wrong: list[tuple[str, str]]
) -> None:
    await people(A, B)
    answer = await registry.post("/households", json={"commune_code": "25000", "members": members})
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == wrong
    assert all(error["message"] for error in answer.json()["errors"])


async def test_a_household_of_another_commune_is_not_found(
    registry: Any, people: Any, make_token: Callable[..., str]
) -> None:
    await people(A)
    made = await household(registry, member(A, "head"))
    officer = make_token(["registry:read", "registry:write"], communes=["24637"])
    registry.client.headers["Authorization"] = f"Bearer {officer}"
    for path in ("", "/history"):
        answer = await registry.get(f"/households/{made['household_id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "household_not_found")
    body = {"commune_code": "25000", "members": [member(A, "head")]}
    assert (await registry.post("/households", json=body)).status_code == 404
    listed = (await registry.get("/households?commune_code=25000")).json()
    assert listed["items"] == []


async def test_who_is_not_named_any_more_leaves_and_the_past_stays(
    registry: Any, people: Any, change: Any
) -> None:
    ids = await people(A, B, C)
    made = await household(registry, member(A, "head"), member(B, "spouse"))
    body = {"members": [member(B, "head"), member(C, "child")], "valid_from": "2026-10-01"}
    stale = await change("put", made | {"version": 9}, "members", body)
    assert stale.status_code == 412
    changed = await change("put", made, "members", body)
    assert changed.status_code == 200, changed.text
    assert {m["person_id"]: m["relation"] for m in changed.json()["members"]} == {
        ids[B]: "head",
        ids[C]: "child",
    }
    path = f"/households/{made['household_id']}"
    before = (await registry.get(f"{path}?on=2026-09-30")).json()
    assert {m["person_id"]: m["relation"] for m in before["members"]} == {
        ids[A]: "head",
        ids[B]: "spouse",
    }
    assert (await registry.get(f"/persons/{A}")).json()["household_id"] is None
    history = (await registry.get(f"{path}/history")).json()["members"]
    assert sum(row["superseded_at"] is None for row in history) == 4
    future = await change("put", changed.json(), "members", body | {"valid_from": "2099-01-01"})
    assert future.json()["code"] == "household_day_in_future"


async def test_a_household_is_split_and_joined_again(
    registry: Any, people: Any, change: Any
) -> None:
    ids = await people(A, B, C)
    made = await household(
        registry, member(A, "head"), member(B, "spouse"), member(C, "child"), village="Thôn 3"
    )
    poor = {"poverty_class": "poor", "year": 2026, "decision": "01a/QĐ-UBND"}
    classed = (await change("put", made, "class", poor)).json()
    assert classed["poverty_class"] == "poor"
    headless = await change("post", classed, "split", {"members": [member(A, "head")]})
    assert headless.json()["errors"][0]["code"] == "remaining_head_required"
    day = {"valid_from": "2026-11-01"}
    split = await change("post", classed, "split", {"members": [member(C, "head")]} | day)
    assert split.status_code == 201, split.text
    new = split.json()
    assert (new["poverty_class"], [m["person_id"] for m in new["members"]]) == ("poor", [ids[C]])
    assert (await registry.get(f"/persons/{C}")).json()["poverty_class"] == "poor"
    old = (await registry.get(f"/households/{made['household_id']}")).json()
    assert {m["person_id"] for m in old["members"]} == {ids[A], ids[B]}
    itself = {"household_id": old["household_id"], "version": old["version"]}
    assert (await change("post", old, "join", itself)).json()["code"] == "same_household"
    into = {"household_id": new["household_id"], "version": new["version"]}
    joined = await change("post", old, "join", into | {"members": [member(C, "child")]})
    assert joined.status_code == 200, joined.text
    assert {m["person_id"]: m["relation"] for m in joined.json()["members"]}[ids[C]] == "child"
    assert (await registry.get(f"/households/{new['household_id']}")).json()["members"] == []
    told = await registry.events(ids[C])
    assert [e["sequence"] for e in told] == list(range(1, len(told) + 1))


@pytest.mark.law("F062")
async def test_a_recognised_class_holds_for_its_year_and_every_member_hears_of_it(
    registry: Any, people: Any, change: Any
) -> None:
    ids = await people(A, B)
    made = await household(registry, member(A, "head"), member(B, "spouse"))
    body = {
        "poverty_class": "poor",
        "year": 2026,
        "decision": "01a/QĐ-UBND",
        "decision_date": "2026-01-05",
    }
    poor = await change("put", made, "class", body)
    assert poor.json()["poverty_class"] == "poor"
    better = {"poverty_class": "near_poor", "year": 2026, "decision": "9/QĐ-UBND"}
    late = await change("put", poor.json(), "class", better | {"since": "2026-07-01"})
    assert late.json()["poverty_class"] == "near_poor"
    rows = (await registry.get(f"/households/{made['household_id']}/history")).json()["classes"]
    held = [
        (r["poverty_class"], r["valid_from"], r["valid_to"]) for r in rows if not r["superseded_at"]
    ]
    assert sorted(held, key=lambda row: row[1]) == [
        ("poor", "2026-01-01", "2026-07-01"),
        ("near_poor", "2026-07-01", "2027-01-01"),
    ]
    for person_id in ids.values():
        told = [e["data"] for e in await registry.events(person_id) if "reclassified" in e["type"]]
        assert [(d["poverty_class"], d["valid_from"], d["valid_to"]) for d in told] == [
            ("poor", "2026-01-01", "2027-01-01"),
            ("near_poor", "2026-07-01", "2027-01-01"),
        ]
    own = await registry.events(made["household_id"])
    assert [(e["type"].split(".")[2], e["sequence"]) for e in own] == [
        ("members_changed", 1),
        ("reclassified", 2),
        ("reclassified", 3),
    ]
    assert own[1]["data"]["decision_date"] == "2026-01-05"
    wrong = await change("put", late.json(), "class", better | {"since": "2025-07-01"})
    assert wrong.json()["errors"][0]["code"] == "since_outside_year"


@pytest.mark.law("F097")
async def test_flags_of_a_household_are_dated(registry: Any, people: Any, change: Any) -> None:
    await people(A)
    made = await household(registry, member(A, "head"))
    body = {"flag": "no_labour", "holds": True, "valid_from": "2026-02-01", "basis": "BB 3"}
    flagged = await change("put", made, "flags", body)
    assert [flag["flag"] for flag in flagged.json()["flags"]] == ["no_labour"]
    ended = await change(
        "put", flagged.json(), "flags", body | {"holds": False, "valid_from": "2026-05-01"}
    )
    assert ended.json()["flags"] == []
    path = f"/households/{made['household_id']}"
    assert (await registry.get(f"{path}?on=2026-04-30")).json()["flags"][0]["basis"] == "BB 3"
    told = await registry.events(made["household_id"])
    assert [e["data"]["household"]["no_labour"] for e in told] == [False, True, False]
