"""A run of checks against a population database that really answers over HTTP, or does not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException

MAU = {"full_name": "Nguyễn Thị Mẫu", "birth_date": "1951-03-10", "sex": "female"}


@dataclass
class Population:
    """A stand-in with its own store; it counts what it was asked."""

    url: str = ""
    citizens: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
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
        async def look_up(query: dict[str, Any], authorization: str = Header()) -> dict[str, Any]:
            assert authorization == "Bearer granted"
            self.asked.append(query)
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
            await asyncio.sleep(0.005)
            self.running -= 1
            if self.failures:
                raise HTTPException(self.failures.pop(0))
            found = self.citizens.get(query["SoDinhDanh"])
            return {"CongdanCollection": {"CongDan": [found]} if found else {}}

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
    assert population.most_at_once == 3


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
    population.failures = []
    assert (await verify(registry, drain))["verified"] == 20


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
    assert (answer.status_code, answer.json()["code"]) == (403, "commune_not_yours")
