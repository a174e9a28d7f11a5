"""A run of checks against a population database that really answers over HTTP, or does not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException, Response
from fastapi.responses import JSONResponse

from registry.verification.jobs import verify_round

MAU = {"full_name": "Nguyễn Thị Mẫu", "birth_date": "1951-03-10", "sex": "female"}


@dataclass
class Population:
    """A stand-in with its own store; it counts what it was asked."""

    url: str = ""
    citizens: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    besides: list[dict[str, Any]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    empty_bodies: int = 0
    running: int = 0
    most_at_once: int = 0

    def knows(self, personal_id: str, **changed: Any) -> None:
        """Let the database know a citizen."""
        self.citizens[personal_id] = {
            "SoDinhDanh": personal_id,
            "HoVaTen": {"Ho": "", "ChuDem": "", "Ten": "NGUYỄN THỊ MẪU"},
            "GioiTinh": "2",
            "NgayThangNamSinh": {"Nam": "1951", "NgayThangNam": "19510310"},
        } | changed

    def app(self) -> FastAPI:
        """Give the HTTP side."""
        app = FastAPI()

        @app.post("/token")
        async def token(grant_type: str = Form(), authorization: str = Header()) -> dict[str, Any]:
            assert grant_type == "client_credentials"
            assert authorization.startswith("Basic ")
            return {"access_token": "granted", "expires_in": 600}

        @app.post("/population/TraCuuThongTinCongDan")
        async def look_up(query: dict[str, Any], authorization: str = Header()) -> Response:
            assert authorization == "Bearer granted"
            self.asked.append(query)
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
            await asyncio.sleep(0.005)
            self.running -= 1
            if self.failures:
                raise HTTPException(self.failures.pop(0))
            if self.empty_bodies:
                self.empty_bodies -= 1
                return Response(content=b"", media_type="application/json")
            found = self.citizens.get(query.get("SoDinhDanh") or query.get("SoCMND") or "")
            several = [found, *self.besides] if found else []
            return JSONResponse({"CongdanCollection": {"CongDan": several} if found else {}})

        return app


@pytest.fixture
async def population() -> AsyncIterator[Population]:
    """A population database on a port of its own."""
    stand_in = Population()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        stand_in.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(stand_in.app(), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield stand_in
        server.should_exit = True
        await serving


@pytest.fixture
async def registry(start_registry: Any, population: Population) -> Any:
    """The registry, connected with the stand-in."""
    return await start_registry(
        population_url=f"{population.url}/population",
        token_url=f"{population.url}/token",
        population_client_secret="secret",
        population_parallel=3,
        population_break_seconds=0.25,
    )


async def register(registry: Any, *numbers: str) -> None:
    for number in numbers:
        body = MAU | {"personal_id": number, "commune_code": "25000"}
        assert (await registry.post("/persons", json=body)).status_code == 201


async def verify(registry: Any, drain: Callable[..., Any]) -> dict[str, Any]:
    started = await registry.post("/verifications", json={"commune_code": "25000"})
    assert started.status_code == 202, started.text
    await drain()
    operation = (await registry.get(f"/operations/{started.json()['operation_id']}")).json()
    assert operation["state"] == "succeeded", operation
    result: dict[str, Any] = operation["result"]
    return result


NUMBERS = [f"00315100000{n}" for n in range(1, 8)]


@pytest.mark.law("D059", "D066")
async def test_each_person_gets_a_verdict_and_an_event(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, *NUMBERS)
    for number in NUMBERS[:4]:
        population.knows(number)
    population.knows(NUMBERS[4], GioiTinh="1")
    population.knows(NUMBERS[5], HoVaTen={"Ho": "LÊ", "ChuDem": "THỊ", "Ten": "MẪU"})
    result = await verify(registry, drain)
    assert result == {
        "commune_code": "25000",
        "verified": 4,
        "mismatch": 2,
        "not_found": 1,
        "unverified": 0,
    }
    page = (await registry.get("/verifications?commune_code=25000&status=mismatch")).json()
    assert {item["personal_id"]: item["mismatches"] for item in page["items"]} == {
        NUMBERS[4]: ["sex"],
        NUMBERS[5]: ["full_name"],
    }
    told = [event for event in await registry.events() if "verified" in event["type"]]
    assert sorted(event["data"]["status"] for event in told) == (
        ["mismatch"] * 2 + ["not_found"] + ["verified"] * 4
    )
    assert all(event["sequence"] == 2 for event in told)
    assert 1 <= population.most_at_once <= 3


async def test_a_question_names_official_and_procedure_and_is_logged(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0])
    await verify(registry, drain)
    (question,) = population.asked
    assert question | {"MaYeuCau": ""} == {
        "MaYeuCau": "",
        "MaDVC": "1.001776",
        "MaTichHop": "037",
        "MaCanBo": "can_bo",
        "SoDinhDanh": NUMBERS[0],
        "HoVaTen": "NGUYỄN THỊ MẪU",
        "NgayThangNamSinh": {"NgayThangNam": "19510310"},
    }
    (entry,) = await registry.query("SELECT * FROM audit_entry WHERE action = 'population.queried'")
    assert entry["actor"] == "can_bo"
    assert "periodic_review" in entry["detail"]
    assert question["MaYeuCau"] in entry["detail"]
    assert NUMBERS[0] not in entry["detail"]


@pytest.mark.law("P014")
async def test_an_outage_leaves_people_unverified_and_stops_nothing(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    many = [f"0031510001{n:02d}" for n in range(20)]
    await register(registry, *many)
    for number in many:
        population.knows(number)
    population.failures = [503] * 200
    result = await verify(registry, drain)
    assert (result["unverified"], result["verified"]) == (20, 0)
    assert len(population.asked) < 3 * len(many) / 2, "the breaker ends the questions"
    assert [e for e in await registry.events() if "verified" in e["type"]] == []
    assert (await registry.client.get("/readyz")).status_code == 200
    metrics = (await registry.client.get("/metrics")).text
    assert "population_breaker_open 1.0" in metrics
    population.failures = []
    await asyncio.sleep(0.3)
    assert (await verify(registry, drain))["verified"] == 20
    assert "population_breaker_open 0.0" in (await registry.client.get("/metrics")).text


async def test_a_short_failure_is_tried_again(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0])
    population.failures = [503, 429]
    assert (await verify(registry, drain))["verified"] == 1
    assert len(population.asked) == 3


async def test_a_second_run_asks_only_about_those_who_are_open(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, *NUMBERS[:3])
    population.knows(NUMBERS[0])
    population.knows(NUMBERS[1], GioiTinh="1")
    await verify(registry, drain)
    population.asked.clear()
    population.knows(NUMBERS[1])
    assert (await verify(registry, drain))["verified"] == 1
    assert sorted(question["SoDinhDanh"] for question in population.asked) == NUMBERS[1:3]


async def test_a_commune_that_is_not_yours_cannot_be_checked(registry: Any) -> None:
    answer = await registry.post("/verifications", json={"commune_code": "24637"})
    assert (answer.status_code, answer.json()["code"]) == (404, "commune_not_yours")


async def test_an_empty_body_is_no_answer_and_is_tried_again(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0])
    population.empty_bodies = 2
    assert (await verify(registry, drain))["verified"] == 1


async def test_one_person_is_checked_alone(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, *NUMBERS[:3])
    population.knows(NUMBERS[1])
    body = {"commune_code": "25000", "persons": [NUMBERS[1]]}
    started = await registry.post("/verifications", json=body)
    assert (started.status_code, started.json()["people"]) == (202, 1)
    await drain()
    assert [question["SoDinhDanh"] for question in population.asked] == [NUMBERS[1]]
    stranger = {"commune_code": "25000", "persons": ["003151009999"]}
    assert (await registry.post("/verifications", json=stranger)).status_code == 404


async def test_of_several_citizens_the_one_with_the_number_counts(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0])
    other = population.citizens[NUMBERS[0]] | {"SoDinhDanh": NUMBERS[6], "GioiTinh": "1"}
    population.besides = [other]
    assert (await verify(registry, drain))["verified"] == 1


async def test_several_citizens_with_one_number_are_for_a_person_to_look_at(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0])
    population.besides = [population.citizens[NUMBERS[0]] | {"GioiTinh": "1"}]
    assert (await verify(registry, drain))["unverified"] == 1
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert task["reason"] == "population_several"


async def test_results_are_kept_field_by_field(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0], GioiTinh="1", NoiOHienTai={"MaPhuongXa": "24637"})
    await verify(registry, drain)
    (item,) = (await registry.get("/verifications?commune_code=25000")).json()["items"]
    assert item["fields"] == {
        "full_name": "agrees",
        "birth_date": "agrees",
        "sex": "differs",
        "personal_id": "agrees",
        "former_number": "unknown",
        "residence": "differs",
    }


async def test_somebody_with_a_card_only_is_asked_by_it_and_gets_the_number(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    body = MAU | {"former_number": "250123456", "commune_code": "25000"}
    made = await registry.post("/persons", json=body)
    assert made.status_code == 201, made.text
    population.knows(NUMBERS[0], SoCMND="250123456")
    population.citizens["250123456"] = population.citizens[NUMBERS[0]]
    assert (await verify(registry, drain))["unverified"] == 1
    (question,) = population.asked
    assert question["SoCMND"] == "250123456"
    assert "SoDinhDanh" not in question
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert (task["reason"], task["fields"]) == ("population_number_known", ["personal_id"])
    person = await accept(registry, task, "personal_id")
    assert (person["personal_id"], person["verification"]) == (NUMBERS[0], "verified")


async def accept(registry: Any, task: dict[str, Any], *fields: str) -> dict[str, Any]:
    path = f"/verifications/tasks/{task['task_id']}"
    shown = await registry.get(path)
    assert shown.status_code == 200, shown.text
    answer = await registry.post(
        f"{path}/accept",
        json={"fields": list(fields), "note": "Theo thẻ căn cước"},
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["resolution"]) == ("closed", "accepted")
    person: dict[str, Any] = (await registry.get(f"/persons/by-id/{task['person_id']}")).json()
    return person


async def test_what_differs_is_corrected_by_what_was_told(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(
        NUMBERS[0],
        HoVaTen={"Ho": "", "ChuDem": "", "Ten": "NGUYỄN THỊ MÙI"},
        NgayThangNamSinh={"Nam": "1951", "NgayThangNam": "19510311"},
    )
    await verify(registry, drain)
    (task,) = (await registry.get("/verifications/tasks?reason=population_differs")).json()["items"]
    stored = await registry.query("SELECT t::text AS line FROM verification_task t")
    assert "MÙI" not in str(stored)
    assert "19510311" not in str(stored)
    shown = (await registry.get(f"/verifications/tasks/{task['task_id']}")).json()
    assert shown["theirs"]["full_name"] == "NGUYỄN THỊ MÙI"
    person = await accept(registry, task, "full_name", "birth_date")
    assert (person["full_name"], person["birth_date"]) == ("Nguyễn Thị Mùi", "1951-03-11")
    assert person["verification"] == "verified"
    (row,) = await registry.query("SELECT answer, digest FROM verification_task")
    assert row["answer"] is None
    again = await registry.post(
        f"/verifications/tasks/{task['task_id']}/keep", json={"reason": "Lần hai"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "verification_task_closed")


async def test_what_was_kept_for_a_reason_comes_up_again_only_when_something_changed(
    registry: Any, population: Population, drain: Callable[..., Any]
) -> None:
    await register(registry, NUMBERS[0])
    population.knows(NUMBERS[0], GioiTinh="1")
    await verify(registry, drain)
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    kept = await registry.post(
        f"/verifications/tasks/{task['task_id']}/keep", json={"reason": "Giấy khai sinh ghi nữ"}
    )
    assert kept.status_code == 200, kept.text
    await verify(registry, drain)
    assert (await registry.get("/verifications/tasks")).json()["items"] == []
    population.knows(NUMBERS[0], GioiTinh="1", NgayThangNamSinh={"NgayThangNam": "19510311"})
    await verify(registry, drain)
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert task["fields"] == ["birth_date", "sex"]


async def test_a_scheduled_round_asks_on_where_it_stopped_and_nobody_twice(
    start_registry: Any, population: Population
) -> None:
    registry = await start_registry(
        population_url=f"{population.url}/population",
        token_url=f"{population.url}/token",
        population_client_secret="secret",
        population_official="001075000001",
        verification_every_days=30,
        verification_per_minute=3,
    )
    await register(registry, *NUMBERS)
    for number in NUMBERS:
        population.knows(number)
    population.asked.clear()
    context = registry.client.context
    for asked in (3, 6, 7, 7):
        await verify_round(context)
        assert len(population.asked) == asked
    assert {question["SoDinhDanh"] for question in population.asked} == set(NUMBERS)
    assert {question["MaCanBo"] for question in population.asked} == {"001075000001"}
