"""Notices of deaths and moves: applied, waiting, outdated or for a person to look at; none lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.database.ids import new_id
from registry.verification.domain.notices import STATES, Known, Notice, decide, wrong_fields

DI_LINH, BAO_LOC = "25000", "24829"
NUMBER = "003151000017"
MAU = {"full_name": "Nguyễn Thị Mẫu", "birth_date": "1951-03-10", "sex": "female"}
DEATH = {
    "kind": "death",
    "notice_number": "TLKT-1",
    "personal_id": NUMBER,
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "happened_on": "2026-10-02",
}
MOVE = DEATH | {"kind": "move", "notice_number": "CT-1", "happened_on": "2026-09-01"}


async def register(registry: Any, **changed: Any) -> dict[str, Any]:
    body = MAU | {"personal_id": NUMBER, "commune_code": DI_LINH} | changed
    answer = await registry.post("/persons", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def send(registry: Any, drain: Callable[..., Any]) -> Callable[..., Any]:
    """Send notices, wait, and give their states by number (await it)."""

    async def run(*notices: dict[str, Any], commune: str = DI_LINH) -> dict[str, str]:
        body = {"commune_code": commune, "notices": list(notices)}
        answer = await registry.post("/notices", json=body)
        assert answer.status_code == 202, answer.text
        await drain()
        page = (await registry.get("/notices")).json()
        return {item["notice_number"]: item["state"] for item in page["items"]}

    return run


@pytest.mark.law("P007", "D009", "D112")
async def test_a_death_is_recorded_and_told(registry: Any, send: Callable[..., Any]) -> None:
    person = await register(registry)
    assert await send(DEATH) == {"TLKT-1": "applied"}
    read = (await registry.get(f"/persons/{NUMBER}")).json()
    assert read["death_date"] == "2026-10-02"
    died = [e for e in await registry.events(person["person_id"]) if e["type"].endswith("died.v1")]
    assert [event["data"]["notice_number"] for event in died] == ["TLKT-1"]


async def test_the_same_notice_again_changes_nothing(
    registry: Any, send: Callable[..., Any]
) -> None:
    await register(registry)
    await send(DEATH)
    assert await send(DEATH, DEATH | {"notice_number": "TLKT-2"}) == {
        "TLKT-1": "applied",
        "TLKT-2": "unchanged",
    }


async def test_a_notice_waits_until_its_person_is_registered(
    registry: Any, send: Callable[..., Any]
) -> None:
    assert await send(DEATH) == {"TLKT-1": "pending"}
    await register(registry)
    other = DEATH | {"notice_number": "TLKT-9", "personal_id": "003151000099"}
    assert await send(other) == {"TLKT-1": "applied", "TLKT-9": "pending"}
    assert (await registry.get(f"/persons/{NUMBER}")).json()["death_date"] == "2026-10-02"


async def test_a_number_alone_makes_nobody_dead(registry: Any, send: Callable[..., Any]) -> None:
    await register(registry)
    stranger = DEATH | {"full_name": "Lê Văn Khác", "birth_date": "1960-01-01"}
    assert await send(stranger) == {"TLKT-1": "contradicts"}
    assert (await registry.get(f"/persons/{NUMBER}")).json()["death_date"] is None
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert task["reason"] == "notice_does_not_match"


@pytest.mark.law("D009", "D112")
async def test_who_moves_takes_checks_and_tasks_along(
    start_registry: Any, drain: Callable[..., Any]
) -> None:
    registry = await start_registry(communes=(DI_LINH, BAO_LOC))
    await register(registry)
    wrong = DEATH | {"full_name": "Lê Văn Khác", "birth_date": "1960-01-01"}
    for notice in (wrong, MOVE | {"to_commune": BAO_LOC}):
        body = {"commune_code": DI_LINH, "notices": [notice]}
        assert (await registry.post("/notices", json=body)).status_code == 202
        await drain()
    assert (await registry.get(f"/persons/{NUMBER}")).json()["commune_code"] == BAO_LOC
    tasks = (await registry.get(f"/verifications/tasks?commune_code={BAO_LOC}")).json()["items"]
    assert [task["reason"] for task in tasks] == ["notice_does_not_match"]


async def test_out_of_the_province_and_an_older_move_afterwards(
    registry: Any, send: Callable[..., Any]
) -> None:
    await register(registry)
    assert await send(MOVE) == {"CT-1": "applied"}
    older = MOVE | {"notice_number": "CT-0", "happened_on": "2026-05-01", "to_commune": BAO_LOC}
    assert await send(older) == {"CT-1": "applied", "CT-0": "outdated"}
    moved = [e for e in await registry.events() if e["type"].endswith("moved.v1")]
    assert [event["data"]["to_commune"] for event in moved] == [None]


async def test_another_commune_cannot_move_your_people(
    start_registry: Any, drain: Callable[..., Any], make_token: Callable[..., str]
) -> None:
    registry = await start_registry(communes=(DI_LINH,))
    await register(registry)
    token = make_token(["verifications:write", "registry:read"], communes=[BAO_LOC])
    body = {"commune_code": BAO_LOC, "notices": [MOVE]}
    theirs = {"Authorization": f"Bearer {token}"}
    assert (await registry.post("/notices", json=body, headers=theirs)).status_code == 202
    await drain()
    (notice,) = (await registry.get("/notices", headers=theirs)).json()["items"]
    assert notice["state"] == "to_check"
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert task["reason"] == "move_notice_to_check"


async def test_each_wrong_field_is_pointed_at(registry: Any) -> None:
    wrong = DEATH | {"happened_on": "2999-01-01", "to_commune": DI_LINH, "personal_id": None}
    body = {"commune_code": DI_LINH, "notices": [DEATH, wrong]}
    answer = await registry.post("/notices", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "notice_invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/notices/1/personal_id",
        "/notices/1/happened_on",
        "/notices/1/to_commune",
    ]
    assert (await registry.get("/notices")).json()["items"] == []


DAYS = st.integers(0, 400).map(lambda n: date(2026, 1, 1) + timedelta(n))
COMMUNES = st.sampled_from([DI_LINH, BAO_LOC, "24637"])


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    kind: Literal["death", "move"] = draw(st.sampled_from(("death", "move")))
    return Notice(
        notice_id=new_id(),
        kind=kind,
        notice_number="1",
        commune_code=draw(COMMUNES),
        full_name=draw(st.sampled_from(["Nguyễn Thị Mẫu", "NGUYEN THI MAU", "Lê Văn Khác"])),
        birth_date=draw(st.sampled_from([date(1951, 3, 10), date(1960, 1, 1)])),
        birth_precision="day",
        happened_on=draw(DAYS),
        personal_id=NUMBER,
        to_commune=draw(st.none() | COMMUNES) if kind == "move" else None,
        trusted=draw(st.booleans()),
    )


@given(st.lists(notices(), max_size=8))
def test_every_notice_of_a_timeline_ends_in_a_state_and_the_dead_do_not_move(
    sent: list[Notice],
) -> None:
    known = Known("Nguyễn Thị Mẫu", date(1951, 3, 10), "day", DI_LINH, None, None)
    for notice in sent:
        state = decide(notice, known)
        assert state in STATES
        assert state != "pending"
        assert wrong_fields(notice, date(2027, 12, 31)) == []
        if state != "applied":
            continue
        if notice.kind == "death":
            assert known.death_date is None
            known = Known(
                known.full_name, known.birth_date, "day", known.commune_code,
                notice.happened_on, known.left_on, known.moved_on,
            )  # fmt: skip
        else:
            assert known.death_date is None or notice.happened_on <= known.death_date
            assert known.moved_on is None or notice.happened_on >= known.moved_on
            known = Known(
                known.full_name, known.birth_date, "day", notice.to_commune or known.commune_code,
                known.death_date, None if notice.to_commune else notice.happened_on,
                notice.happened_on,
            )  # fmt: skip
        assert decide(notice, known) == "unchanged"
