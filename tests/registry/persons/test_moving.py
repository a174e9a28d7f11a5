"""Moving between communes with one commune's token, and who sees what afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

KEY = "003151000017"
HERE, THERE = "25000", "24637"
CLAIM = {
    "full_name": "NGUYEN THI MAU",
    "birth_date": "1951-03-10",
    "to_commune": THERE,
    "moved_on": "2026-10-20",
    "village": "Bon 1",
}


@pytest.fixture
def become(registry: Any, make_token: Callable[..., str]) -> Callable[..., None]:
    """Call as an officer of some communes from now on."""

    def run(*communes: str) -> None:
        token = make_token(["registry:read", "registry:write"], communes=list(communes))
        registry.client.headers["Authorization"] = f"Bearer {token}"

    return run


@pytest.mark.law("D112")
async def test_the_commune_that_somebody_leaves_sends_them_on(
    registry: Any, register: Any, send: Any, become: Any
) -> None:
    await register(former_number="250123456")
    moved = await send(KEY, "move", {"to_commune": THERE, "moved_on": "2026-10-20"})
    assert (moved.status_code, moved.json()["commune_code"]) == (200, THERE)
    assert (await registry.get(f"/persons/{KEY}")).status_code == 404
    told = (await registry.events())[-1]
    assert told["type"] == "registry.person.moved.v1"
    assert (told["data"]["from_commune"], told["data"]["to_commune"]) == (HERE, THERE)
    assert told["data"]["person"]["commune_code"] == THERE
    become(THERE)
    assert (await registry.get(f"/persons/{KEY}")).json()["village"] is None
    rows = (await registry.get(f"/persons/{KEY}/history")).json()
    assert {row["commune_code"] for row in rows} == {HERE, THERE}
    before = await registry.get(f"/persons/{KEY}/history", params={"as_of": "2026-10-19"})
    assert [row["commune_code"] for row in before.json()] == [HERE]


async def test_the_new_commune_may_correct_what_was_written_before_the_move(
    registry: Any, register: Any, send: Any, become: Any, person_body: dict[str, Any]
) -> None:
    await register()
    await send(KEY, "move", {"to_commune": THERE, "moved_on": "2026-10-20"})
    become(THERE)
    body = {k: v for k, v in person_body.items() if k != "personal_id"}
    back = await registry.client.put(
        f"/registry/v1/persons/{KEY}",
        json=body | {"commune_code": THERE, "village": "Bon 2", "valid_from": "2026-09-01"},
        headers={"If-Match": '"v2"'},
    )
    assert back.status_code == 200, back.text
    rows = await registry.query(
        "SELECT commune_code, valid_from::text, valid_to::text FROM person_version"
        " WHERE superseded_at IS NULL ORDER BY valid_from NULLS FIRST"
    )
    assert [tuple(row.values()) for row in rows] == [
        (HERE, None, "2026-09-01"),
        (THERE, "2026-09-01", None),
    ]


async def test_the_receiving_commune_takes_in_whoever_stands_at_its_counter(
    registry: Any, register: Any, become: Any, check_truths: Any
) -> None:
    await register()
    become(THERE)
    assert (await registry.get(f"/persons/{KEY}")).status_code == 404
    taken = await registry.post(f"/persons/{KEY}/receive", json=CLAIM)
    assert (taken.status_code, taken.json()["village"]) == (200, "Bon 1")
    assert (await registry.get(f"/persons/{KEY}")).json()["commune_code"] == THERE
    become(HERE)
    assert (await registry.get(f"/persons/{KEY}")).status_code == 404
    await check_truths()


async def moves(registry: Any, state: str = "open") -> list[dict[str, Any]]:
    answer = await registry.get("/moves", params={"state": state})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_the_former_commune_hears_of_a_move_and_confirms_it(
    registry: Any, register: Any, become: Any
) -> None:
    await register()
    become(THERE)
    await registry.post(f"/persons/{KEY}/receive", json=CLAIM)
    (mine,) = await moves(registry)
    own_word = await registry.post(f"/moves/{mine['move_id']}/confirm")
    assert own_word.status_code == 404
    become("24712")
    assert await moves(registry) == []
    assert (await registry.post(f"/moves/{mine['move_id']}/confirm")).status_code == 404
    become(HERE)
    (told,) = await moves(registry)
    assert (told["from_commune"], told["to_commune"], told["state"]) == (HERE, THERE, "open")
    assert (await registry.post(f"/moves/{told['move_id']}/confirm")).status_code == 204
    again = await registry.post(f"/moves/{told['move_id']}/object", json={"reason": "vẫn ở đây"})
    assert (again.status_code, again.json()["code"]) == (409, "move_settled")


async def test_the_former_commune_objects_and_the_person_is_back_as_before(
    registry: Any, register: Any, become: Any, check_truths: Any
) -> None:
    before = await register()
    become(THERE)
    await registry.post(f"/persons/{KEY}/receive", json=CLAIM)
    become(HERE)
    (told,) = await moves(registry)
    answer = await registry.post(f"/moves/{told['move_id']}/object", json={"reason": "vẫn ở đây"})
    assert answer.status_code == 204, answer.text
    after = (await registry.get(f"/persons/{KEY}")).json()
    assert {k: after[k] for k in ("commune_code", "village", "address")} == {
        k: before[k] for k in ("commune_code", "village", "address")
    }
    last = (await registry.events())[-1]
    assert last["type"] == "registry.person.moved.v1"
    assert (last["data"]["from_commune"], last["data"]["to_commune"]) == (THERE, HERE)
    become(THERE)
    assert (await registry.get(f"/persons/{KEY}")).status_code == 404
    await check_truths()


async def test_guessing_stops_after_a_few_attempts_and_the_former_commune_hears_of_it(
    registry: Any, register: Any, become: Any
) -> None:
    await register()
    become(THERE)
    codes = []
    for day in range(1, 10):
        wrong = CLAIM | {"birth_date": f"1951-02-{day:02d}"}
        codes.append((await registry.post(f"/persons/{KEY}/receive", json=wrong)).status_code)
    right = await registry.post(f"/persons/{KEY}/receive", json=CLAIM)
    assert codes == [404] * 5 + [429] * 4
    assert (right.status_code, right.json()["code"]) == (429, "too_many_attempts")
    assert int(right.headers["retry-after"]) > 3600
    assert len(await registry.events()) == 1
    assert await moves(registry, "refused") == []
    become(HERE)
    (told,) = await moves(registry, "refused")
    assert (told["to_commune"], told["attempts"]) == (THERE, 5)
    entries = await registry.query(
        "SELECT action, outcome FROM audit_entry WHERE subject_id = $1 AND outcome = 'refused'", KEY
    )
    assert len(entries) == 10


async def test_guesses_at_the_same_moment_count_too(
    registry: Any, register: Any, become: Any
) -> None:
    await register()
    become(THERE)
    answers = await asyncio.gather(
        *(
            registry.post(f"/persons/{KEY}/receive", json=CLAIM | {"birth_date": f"19{n}-01-01"})
            for n in range(10, 30)
        )
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(404) == 5
    assert statuses.count(429) == 15


async def test_one_caller_who_tries_many_numbers_is_stopped(
    registry: Any, register: Any, become: Any
) -> None:
    await register()
    become(THERE)
    numbers = [f"0031510009{n:02d}" for n in range(20)]
    for number in numbers:
        answer = await registry.post(f"/persons/{number}/receive", json=CLAIM)
        assert answer.status_code == 404
    assert (await registry.post(f"/persons/{KEY}/receive", json=CLAIM)).status_code == 429


@pytest.mark.parametrize("wrong", [{"full_name": "Lê Thị Mẫu"}, {"birth_date": "1951-03-11"}])
async def test_nobody_is_fetched_by_guessing(
    registry: Any, register: Any, become: Any, wrong: dict[str, str]
) -> None:
    await register()
    become(THERE)
    answer = await registry.post(f"/persons/{KEY}/receive", json=CLAIM | wrong)
    absent = await registry.post("/persons/003151000999/receive", json=CLAIM | wrong)
    assert (answer.status_code, answer.json()["code"]) == (404, "person_not_found")
    same = {"status", "code", "title"}
    assert {k: answer.json()[k] for k in same} == {k: absent.json()[k] for k in same}
    assert len(await registry.events()) == 1


async def test_a_third_commune_can_do_nothing(registry: Any, register: Any, become: Any) -> None:
    await register()
    become("24712")
    for what, body in (
        ("receive", CLAIM),
        ("move", {"to_commune": THERE, "moved_on": "2026-10-20"}),
    ):
        answer = await registry.post(
            f"/persons/{KEY}/{what}", json=body, headers={"If-Match": '"v1"'}
        )
        assert answer.status_code in {403, 404}, answer.text
    assert len(await registry.events()) == 1


async def test_somebody_leaves_the_province_and_comes_back(
    registry: Any, register: Any, send: Any
) -> None:
    await register()
    left = await send(KEY, "leave", {"moved_on": "2026-10-20"})
    assert (left.json()["left_on"], left.json()["commune_code"]) == ("2026-10-20", HERE)
    assert (await registry.events())[-1]["data"]["to_commune"] is None
    back = await registry.post(
        f"/persons/{KEY}/receive", json=CLAIM | {"to_commune": HERE, "moved_on": "2026-11-01"}
    )
    assert (back.status_code, back.json()["left_on"]) == (200, None)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"to_commune": "99999"}, 404, "commune_not_found"),
        ({"to_commune": "19996"}, 422, "commune_outside_province"),
        ({"moved_on": "2026-11-13"}, 422, "change_in_future"),
    ],
)
async def test_a_move_that_cannot_be_is_refused(
    register: Any, send: Any, changed: dict[str, str], status: int, code: str
) -> None:
    await register()
    body = {"to_commune": THERE, "moved_on": "2026-10-20"} | changed
    answer = await send(KEY, "move", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_facts_and_numbers_follow_the_person(
    registry: Any, register: Any, send: Any, check_truths: Any
) -> None:
    await register(former_number="250123456")
    await registry.post(
        f"/persons/{KEY}/circumstances", json={"kind": "disability", "degree": "severe"}
    )
    await send(KEY, "former-numbers", {"number": "250999111"})
    await send(KEY, "move", {"to_commune": THERE, "moved_on": "2026-10-20"})
    for table in ("circumstance", "person_number"):
        rows = await registry.query(f"SELECT DISTINCT commune_code FROM {table}")
        assert [row["commune_code"] for row in rows] == [THERE], table
    await check_truths()
