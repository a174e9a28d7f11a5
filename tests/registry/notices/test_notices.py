"""Notices of deaths and moves: applied, waiting, outdated or for a person to look at; none lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.disbursement import BeneficiaryReportedDead
from common.database.ids import new_id
from registry.notices.domain import Known, Notice, State, decide, wrong_fields
from registry.notices.jobs import match_waiting

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
    other |= {"full_name": "Lê Thị Khác"}
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
    wrong = DEATH | {"happened_on": "2199-01-01", "to_commune": DI_LINH, "personal_id": None}
    wrong |= {"birth_date": None}
    body = {"commune_code": DI_LINH, "notices": [DEATH, wrong]}
    answer = await registry.post("/notices", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "notice_invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/notices/1/personal_id",
        "/notices/1/happened_on",
        "/notices/1/to_commune",
    ]
    assert (await registry.get("/notices")).json()["items"] == []


EARLY = DEATH | {"notice_number": "1/2026", "happened_on": "2026-09-03"}
LATE = DEATH | {"notice_number": "2/2026", "happened_on": "2026-09-20"}


@pytest.mark.parametrize(
    "order",
    [
        ("person", "early", "late"),
        ("person", "late", "early"),
        ("early", "late", "person"),
        ("late", "person", "early"),
        ("early", "person", "late"),
    ],
    ids="-".join,
)
async def test_two_days_of_one_death_are_a_contradiction_in_any_order(
    registry: Any, send: Callable[..., Any], order: tuple[str, ...]
) -> None:
    for step in order:
        if step == "person":
            await register(registry)
        else:
            await send({"early": EARLY, "late": LATE}[step])
    states = (await registry.get("/notices")).json()["items"]
    assert {one["notice_number"]: one["state"] for one in states} == {
        "1/2026": "applied",
        "2/2026": "contradicts",
    }
    tasks = (await registry.get("/verifications/tasks")).json()["items"]
    assert [task["reason"] for task in tasks] == ["notice_death_differs"]
    assert (await registry.get(f"/persons/{NUMBER}")).json()["death_date"] == "2026-09-03"


@pytest.mark.parametrize("number", [None, "003151777777"])
async def test_name_birth_and_commune_without_a_known_number_are_a_task_never_a_death(
    registry: Any, send: Callable[..., Any], number: str | None
) -> None:
    await register(registry)
    assert await send(DEATH | {"personal_id": number}) == {"TLKT-1": "to_check"}
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert task["reason"] == "notice_person_to_check"
    assert (await registry.get(f"/persons/{NUMBER}")).json()["death_date"] is None


async def test_one_number_in_two_books_is_two_notices(
    registry: Any, send: Callable[..., Any]
) -> None:
    await register(registry)
    await send(DEATH | {"notice_number": "7", "happened_on": "2025-10-02", "personal_id": None,
                        "birth_date": "1930-01-01", "full_name": "Lê Văn Khác"})  # fmt: skip
    await send(DEATH | {"notice_number": "7"})
    items = (await registry.get("/notices")).json()["items"]
    assert sorted((one["book_year"], one["state"]) for one in items) == [
        (2025, "pending"),
        (2026, "applied"),
    ]


DAYS = st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(n))
BORN = date(1951, 3, 10)


@st.composite
def deaths(draw: st.DrawFn) -> Notice:
    return Notice(
        notice_id=new_id(),
        kind="death",
        notice_number=str(draw(st.integers(1, 5))),
        commune_code=DI_LINH,
        full_name=draw(st.sampled_from(["Nguyễn Thị Mẫu", "NGUYEN THI MAU", "Lê Văn Khác"])),
        birth_date=draw(st.sampled_from([BORN, date(1960, 1, 1), None])),
        birth_precision="day",
        happened_on=draw(DAYS),
        happened_precision=draw(st.sampled_from(["day", "day", "month", "year"])),
        personal_id=NUMBER,
        place=draw(st.sampled_from([DI_LINH, BAO_LOC])),
        book_year=2026,
    )


def arrived(
    batches: list[list[Notice]],
) -> tuple[dict[UUID, State], date | None, set[str]]:
    """Let notices arrive batch by batch; gives their states, the day recorded, what to look at."""
    known = Known("Nguyễn Thị Mẫu", BORN, "day", DI_LINH, None, None)
    here: list[Notice] = []
    made = decide(known, here)
    for batch in batches:
        here = [*here, *batch]
        made = decide(known, here)
        if made.death is not None:
            known = replace(known, death_date=made.death.happened_on, death_by_notice=True)
        here = [replace(one, state=made.states[one.notice_id]) for one in here]
    return made.states, known.death_date, made.reasons


@given(st.lists(deaths(), max_size=6, unique_by=lambda one: one.order), st.data())
def test_any_order_of_arrival_ends_in_the_same_state(
    sent: list[Notice], data: st.DataObject
) -> None:
    together = arrived([sent])
    shuffled = data.draw(st.permutations(sent))
    assert arrived([[one] for one in shuffled]) == together
    cut = data.draw(st.integers(0, len(sent)))
    assert arrived([shuffled[cut:], shuffled[:cut]]) == together
    states, day, _ = together
    assert set(states.values()) <= set(get_args(State)) - {"pending"}
    assert (day is not None) == ("applied" in states.values())
    for notice in sent:
        assert wrong_fields(notice, date(2027, 12, 31)) == []


async def test_what_a_bank_reports_is_a_task_and_agrees_with_a_death_of_any_day_before(
    registry: Any, send: Callable[..., Any], publish_event: Callable[..., Any], drain: Any
) -> None:
    person = await register(registry)

    async def report(day: str, person_id: str = person["person_id"]) -> None:
        data = BeneficiaryReportedDead(
            report_id=new_id(),
            person_id=UUID(person_id),
            commune_code=DI_LINH,
            partner="agribank",
            reported_on=date.fromisoformat(day),
        )
        await publish_event(data, aggregate_id=data.report_id, version=1)
        await drain()

    async def tasks() -> list[tuple[str, str]]:
        page = await registry.get(f"/verifications/tasks?commune_code={DI_LINH}")
        return [(item["task_id"], item["reason"]) for item in page.json()["items"]]

    await report("2026-11-05", str(new_id()))
    assert await registry.query("SELECT FROM dead_letter") == []
    assert await tasks() == []
    await report("2026-11-05")
    assert (await registry.get(f"/persons/{NUMBER}")).json()["death_date"] is None
    ((task, reason),) = await tasks()
    assert reason == "notice_person_to_check"
    kept = await registry.post(f"/verifications/tasks/{task}/keep", json={"reason": "Còn sống"})
    assert kept.status_code == 200, kept.text
    await match_waiting(registry.client.context)
    assert await tasks() == []
    await report("2026-11-20")
    assert [reason for _, reason in await tasks()] == ["notice_person_to_check"]
    states = await send(DEATH | {"happened_on": "2026-11-01"})
    assert sorted(states.values()) == ["applied", "unchanged", "unchanged"]
