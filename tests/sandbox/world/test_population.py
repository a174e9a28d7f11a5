"""The stand-in of the population database: good by default, as bad as it is asked to be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry.verification.domain import Subject, judge
from sandbox.world.population import load_citizens, population_router
from sandbox.world.store import WorldStore

NUMBERS = [f"003151{n:06d}" for n in range(200)]


def citizen(number: str) -> dict[str, Any]:
    return {
        "SoDinhDanh": number,
        "SoCMND": number[3:],
        "HoVaTen": {"Ho": "NGUYỄN", "ChuDem": "THỊ", "Ten": "MẪU"},
        "GioiTinh": "2",
        "NgayThangNamSinh": {"Nam": "1951", "NgayThangNam": "19510310"},
    }


def everybody(scope: str) -> Callable[[], None]:
    def check() -> None:
        assert scope == "population:query"

    return check


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The stand-in with 200 citizens."""
    store = WorldStore(tmp_path / "world.sqlite3")
    load_citizens(store, map(citizen, NUMBERS))
    app = FastAPI()
    app.include_router(population_router(store, everybody))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://world") as client:
        yield client
    store.close()


async def ask(http: httpx.AsyncClient, number: str) -> httpx.Response:
    query = {
        "MaYeuCau": "q", "MaDVC": "1", "MaCanBo": "officer", "HoVaTen": "A",
        "NgayThangNamSinh": {"Nam": "1951"}, "SoDinhDanh": number,
    }  # fmt: skip
    return await http.post("/population/TraCuuThongTinCongDan", json=query)


async def behave(http: httpx.AsyncClient, **behaviour: int) -> None:
    assert (await http.post("/population/behaviour", json=behaviour)).status_code == 200


async def test_it_is_good_unless_it_is_asked_to_be_bad(http: httpx.AsyncClient) -> None:
    for number in NUMBERS[:20]:
        answer = await ask(http, number)
        assert answer.json()["CongdanCollection"] == {"CongDan": [citizen(number)]}


async def test_faults_and_empty_bodies_pass_when_asked_again(http: httpx.AsyncClient) -> None:
    await behave(http, failing=300, empty=300)
    first = [await ask(http, number) for number in NUMBERS]
    failed = sum(answer.status_code == 503 for answer in first)
    empty = sum(answer.status_code == 200 and not answer.content for answer in first)
    assert 20 < failed < 120
    assert 10 < empty < 120
    left = set(NUMBERS)
    for _ in range(40):
        left -= {n for n in left if (await ask(http, n)).content.startswith(b'{"MaYeuCau"')}
    assert left == set()


async def test_wrong_answers_whole_names_and_several_people_are_read_as_such(
    http: httpx.AsyncClient,
) -> None:
    async def statuses() -> list[str]:
        found: list[str] = []
        for number in NUMBERS:
            verdict = judge(subject(number), (await ask(http, number)).json())
            found.append(verdict.status)
        return found

    def subject(number: str) -> Subject:
        return Subject("Nguyễn Thị Mẫu", date(1951, 3, 10), "day", "female", number)

    await behave(http, whole_name=500, several=500)
    assert set(await statuses()) == {"verified"}
    await behave(http, wrong=300)
    once = await statuses()
    assert 20 < once.count("mismatch") < 110
    assert await statuses() == once
