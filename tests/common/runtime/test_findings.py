"""Each fault of an installation is told with its next step, and not told when all is well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from common.runtime.clock import BusinessClock, SteadyReading, system_now
from common.runtime.examiner import Examiner
from common.runtime.findings import Finding, examine, told
from common.testing.nats_server import NatsServer
from common.testing.sample.service import SampleSettings, create_service
from common.testing.sample.side import SAMPLE, SCOPE
from common.testing.services import ServiceClient, ServiceRunner

Token = Callable[..., str]


async def _start(services: ServiceRunner, **settings: Any) -> ServiceClient:
    values = await services.values("registry", package=SAMPLE, worker=False)
    return await services.run(create_service(SampleSettings(**{**values, **settings})))


async def _found(client: ServiceClient) -> dict[str, Finding]:
    found = await examine(client.context)
    return {name: finding for name, finding in found.items() if finding is not None}


async def test_a_service_that_is_well_has_no_finding(services: ServiceRunner) -> None:
    client = await _start(services)
    assert await _found(client) == {}
    assert all(line.startswith("tốt") for line in told(await examine(client.context)))


async def test_a_wiped_store_of_the_bus_is_told(
    services: ServiceRunner, nats_server: NatsServer
) -> None:
    client = await _start(services)
    admin = await nats_server.connect()
    for stream in ("REGISTRY", "ELIGIBILITY"):
        await admin.jetstream().delete_stream(stream)
    await admin.close()
    found = await _found(client)
    assert set(found) == {"bus", "consumers"}
    assert "đã bị xóa" in found["bus"].text
    assert "streams" in found["bus"].next_step


async def test_the_key_of_another_service_is_told(services: ServiceRunner) -> None:
    client = await _start(services, nats_user="reporting")
    found = await _found(client)
    assert "khóa của dịch vụ khác" in found["bus"].text


async def test_a_bus_that_is_gone_is_told(services: ServiceRunner, nats_server: NatsServer) -> None:
    client = await _start(services, nats_user="nobody")
    assert "không nối được NATS" in (await _found(client))["bus"].text


async def test_a_relay_that_has_stopped_is_told(services: ServiceRunner, make_token: Token) -> None:
    client = await _start(services)
    await client.post(
        "/registry/v1/things", headers={"Authorization": f"Bearer {make_token(['registry:write'])}"}
    )
    assert await _found(client) == {}
    async with client.context.db.transaction(SCOPE) as session:
        await session.execute(text("UPDATE outbox SET created_at = created_at - interval '1 hour'"))
    finding = (await _found(client))["relay"]
    assert "không có relay nào chạy" in finding.text
    assert not finding.stops


async def test_a_clock_that_jumped_is_told_and_the_business_clock_stays(
    services: ServiceRunner,
) -> None:
    client = await _start(services)
    offset = dt.timedelta(0)
    clock = BusinessClock()
    clock._steady = SteadyReading(lambda: system_now() + offset)
    client.context.clock = clock
    assert await _found(client) == {}
    offset = dt.timedelta(days=1200)
    assert "nhảy" in (await _found(client))["clock"].text
    assert clock.now().year == system_now().year
    offset = dt.timedelta(0)
    assert await _found(client) == {}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"oidc_jwks_url": "https://localhost:1/keys"}, "provider"),
        ({"proxy_address": "localhost:1", "public_url": "https://localhost"}, "certificate"),
    ],
)
async def test_what_is_outside_and_cannot_be_reached_is_told(
    services: ServiceRunner, settings: dict[str, str], name: str
) -> None:
    client = await _start(services, **settings)
    found = await _found(client)
    assert set(found) == {name}
    assert found[name].next_step


async def test_a_schema_that_is_behind_stops_the_service(
    services: ServiceRunner, service_database: Callable[..., Any]
) -> None:
    empty = await service_database("registry", package="")
    client = await _start(services, database_url=empty.url)
    assert (await _found(client))["schema"].stops


async def test_readyz_names_what_was_found_and_stays_ready_unless_it_must_not_be_used(
    services: ServiceRunner, service_database: Callable[..., Any]
) -> None:
    well = await _start(services)
    ready = (await well.get("/readyz")).json()
    assert ready["status"] == "ready"
    assert {"bus", "relay", "disk", "clock", "provider", "certificate"} <= set(ready["checks"])
    empty = await service_database("registry", package="")
    behind = await _start(services, database_url=empty.url, oidc_jwks_url="https://localhost:1/k")
    examiner = Examiner(behind.context)
    await examiner.usable()
    await examiner.examine()
    with pytest.raises(RuntimeError, match="schema"):
        await examiner.usable()
    with pytest.raises(RuntimeError, match="provider"):
        await examiner.passed("provider")()
    await examiner.passed("certificate")()


def test_doctor_prints_the_next_step() -> None:
    assert told({"disk": Finding("đầy", "xóa")}) == ["LỖI   disk: đầy", "      -> xóa"]
