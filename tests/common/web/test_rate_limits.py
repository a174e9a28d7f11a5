"""Requests a minute: by address, program, person and route, the copies of a service together."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from common.database.session import Database, Scope
from common.kernel.errors import TooManyRequests
from common.web.auth import Actor
from common.web.rate_limits import RateLimits, RequestRates, exchange_through, forget_counts

THINGS = "/demo/v1/things"
LIMITS = RateLimits(address=4, client=6, person=3, routes={"create_thing": 1})


class Minute:
    """A minute of its own for each test, as a clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 60.0 * secrets.randbelow(10**9) + 13.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def minute() -> Minute:
    return Minute()


@pytest.fixture
async def limited(app: FastAPI, database: Database, minute: Minute) -> AsyncIterator[Any]:
    app.state.web.rates = RequestRates(LIMITS, exchange_through(database), minute)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://demo.test") as opened:
        yield opened


async def statuses(client: Any, times: int, **options: Any) -> list[int]:
    return [(await client.get(THINGS, **options)).status_code for _ in range(times)]


async def test_a_person_who_asks_too_often_is_told_when_to_come_back(
    limited: Any, issuer: Any, superuser_url: str, minute: Minute
) -> None:
    eager = f"voi-{secrets.token_hex(4)}"
    headers = issuer.headers(sub=eager, client_id="may-tinh")
    assert await statuses(limited, 3, headers=headers) == [200, 200, 200]
    refused = await limited.get(THINGS, headers=headers)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "47")
    told = refused.json()
    assert (told["code"], told["limited"], told["limit"]) == ("rate_limited", "person", 3)
    assert await statuses(limited, 2, headers=headers) == [429, 429]
    # Nobody else pays for it, and a flood of refusals is no flood of entries.
    assert await statuses(limited, 1, headers=issuer.headers(sub="khac", client_id="may-2")) == [
        200
    ]
    minute.now += 60
    assert await statuses(limited, 1, headers=headers) == [200]
    admin = await asyncpg.connect(superuser_url)
    query = "SELECT outcome FROM audit_entry WHERE actor = $1 ORDER BY seq"
    outcomes = [row["outcome"] for row in await admin.fetch(query, eager)]
    await admin.close()
    assert outcomes == ["read", "read", "read", "refused", "read"]


async def test_a_program_and_a_route_have_limits_of_their_own(limited: Any, issuer: Any) -> None:
    people = [issuer.headers(sub=f"nguoi-{number}", client_id="cong") for number in range(7)]
    found = [(await limited.get(THINGS, headers=headers)).status_code for headers in people]
    assert found == [200] * 6 + [429]
    headers = issuer.headers(sub="ghi", client_id="ghi-cli")
    body = {"name": secrets.token_hex(4)}
    first = await limited.post(THINGS, json=body, headers=headers)
    second = await limited.post(THINGS, json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 429)
    assert second.json()["limited"] == "route"


async def test_who_is_not_known_is_limited_by_address_and_no_body_is_read(
    limited: Any, issuer: Any
) -> None:
    bad = {"Authorization": f"Bearer {issuer.token()}x"}
    assert await statuses(limited, 4, headers=bad) == [401] * 4
    read: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"{}"

    refused = await limited.post(THINGS, content=body())
    assert (refused.status_code, refused.json()["limited"]) == (429, "address")
    assert await statuses(limited, 1) == [429]
    assert await statuses(limited, 1, headers=issuer.headers()) == [200]
    assert (await limited.get("/livez")).status_code == 200


async def test_two_copies_share_their_counts_through_the_database(database: Database) -> None:
    minute = Minute()
    copies = [RequestRates(LIMITS, exchange_through(database), minute) for _ in range(2)]
    actor = Actor("a", "a", "c", frozenset(), frozenset(), None)
    for copy in copies:
        copy.check_caller(actor)
        await copy.exchange()
    copies[0].check_caller(actor)
    await copies[0].exchange()
    await copies[1].exchange()
    with pytest.raises(TooManyRequests):
        copies[1].check_caller(actor)
        await copies[1].exchange()
        copies[1].check_caller(actor)
    async with database.transaction(Scope.service("housekeeping")) as session:
        await forget_counts(session)


@given(turns=st.lists(st.integers(0, 2), max_size=60), limit=st.integers(1, 8))
def test_together_they_let_through_the_limit_and_no_more(turns: list[int], limit: int) -> None:
    """Exchanged after each request, three copies are as one."""
    shared: dict[str, int] = {}

    async def exchange(minute: int, counts: Mapping[str, int]) -> Mapping[str, int]:
        for name, count in counts.items():
            shared[name] = shared.get(name, 0) + count
        return dict(shared)

    async def run() -> int:
        limits = RateLimits(address=limit)
        copies = [RequestRates(limits, exchange, lambda: 61.0) for _ in range(3)]
        passed = 0
        for turn in turns:
            try:
                copies[turn].check_address("10.0.0.1")
                passed += 1
            except TooManyRequests:
                pass
            # Everybody sends, then everybody hears.
            for copy in [*copies, *copies]:
                await copy.exchange()
        return passed

    assert asyncio.run(run()) == min(limit, len(turns))


async def test_a_database_that_is_away_stops_nobody() -> None:
    async def away(minute: int, counts: Mapping[str, int]) -> Mapping[str, int]:
        raise ConnectionError

    rates = RequestRates(RateLimits(address=2), away, lambda: 61.0)
    rates.check_address("10.0.0.1")
    await rates.exchange()
    rates.check_address("10.0.0.1")
    with pytest.raises(TooManyRequests):
        rates.check_address("10.0.0.1")
