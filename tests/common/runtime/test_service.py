from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from common.database import migrations
from common.runtime.invariants import check_invariants
from common.testing.databases import ServiceDatabase
from common.testing.nats_server import PASSWORD, NatsServer
from common.testing.sample.service import SampleSettings, create_service
from common.testing.sample.side import SAMPLE, SCOPE, until
from common.testing.services import ServiceClient, ServiceRunner
from common.testing.tokens import ISSUER, TestIssuer

Token = Callable[..., str]


async def start(services: ServiceRunner, token: str, **settings: Any) -> ServiceClient:
    values = await services.values("registry", package=SAMPLE)
    return await services.run(create_service(SampleSettings(**{**values, **settings})), token=token)


async def test_a_request_writes_its_row_and_its_event_reaches_the_stream(
    services: ServiceRunner, make_token: Token, nats_server: NatsServer
) -> None:
    client = await start(services, make_token(["registry:write"]))
    answers = await asyncio.gather(*(client.post("/registry/v1/things") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    await services.drain()
    admin = await nats_server.connect()
    info = await admin.jetstream().stream_info("REGISTRY")
    await admin.close()
    assert info.state.messages == 20
    assert await check_invariants(client.context.db, []) == {}


async def test_readiness_survives_an_outage_of_nats_but_not_one_of_the_database(
    services: ServiceRunner, make_token: Token, nats_server: NatsServer
) -> None:
    client = await start(services, make_token([]))
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    nats_server.kill()

    async def degraded() -> str:
        return str((await client.get("/readyz")).json()["status"])

    await until(degraded, "degraded")
    assert (await client.get("/readyz")).status_code == 200
    assert (await client.get("/livez")).status_code == 200


async def test_a_database_behind_the_code_is_not_ready(
    services: ServiceRunner,
    service_database: Callable[..., Awaitable[ServiceDatabase]],
    make_token: Token,
) -> None:
    empty = await service_database("registry", package="")
    client = await start(services, make_token([]), database_url=empty.url)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "failed"
    await migrations.upgrade(empty.owner_url, SAMPLE, service="registry")
    # Tasks that failed on the empty database start again by themselves.
    async with asyncio.timeout(60):
        while (await client.get("/readyz")).json()["status"] != "ready":
            await asyncio.sleep(0.05)


async def test_of_two_processes_one_does_the_periodic_work(
    services: ServiceRunner, make_token: Token
) -> None:
    client = await start(services, make_token([]))
    url = client.context.settings.database_url
    other = await start(services, make_token([]), database_url=url)
    holders = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    connection = await asyncpg.connect(url.get_secret_value())

    async def ticks() -> int:
        return int(await connection.fetchval("SELECT count(*) FROM entry"))

    first = await ticks()
    await until(lambda: _more(ticks, first + 3), wanted=True)
    # One relay and at most one periodic job, however many processes.
    assert await connection.fetchval(holders) <= 2
    await connection.close()
    assert other.context.name == "registry"


async def test_dead_letters_over_http_need_their_scopes(
    services: ServiceRunner, make_token: Token
) -> None:
    client = await start(services, make_token(["registry:write"]))
    assert (await client.get("/registry/v1/dead-letters")).status_code == 403
    operator = {"Authorization": f"Bearer {make_token(['operations:read', 'dead_letters:write'])}"}
    listed = await client.get("/registry/v1/dead-letters", headers=operator)
    assert listed.json() == {"items": [], "next_cursor": None}
    missing = await client.post(
        "/registry/v1/dead-letters/019a0000-0000-7000-8000-000000000001/requeue", headers=operator
    )
    assert (missing.status_code, missing.json()["code"]) == (404, "dead_letter_not_found")
    replayed = await client.post("/registry/v1/dead-letters/requeue", headers=operator)
    assert replayed.json() == {"applied": 0, "remaining": 0}


async def test_a_broken_truth_is_named_with_its_rows(
    services: ServiceRunner, make_token: Token
) -> None:
    client = await start(services, make_token([]))
    async with client.context.db.transaction(SCOPE) as session:
        await session.execute(
            text(
                "INSERT INTO thing (id, commune_code, name)"
                " VALUES ('019a0000-0000-7000-8000-000000000001', '25000', '')"
            )
        )
    definition = client.app.state.definition
    assert await check_invariants(client.context.db, definition.invariants) == {
        "names are not empty": ["id=019a0000-0000-7000-8000-000000000001"]
    }


async def _more(ticks: Callable[[], Awaitable[int]], than: int) -> bool:
    return await ticks() > than


class Process:
    """The sample service as a process of its own, on real settings from the environment."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.environment = environment
        self.url = f"http://127.0.0.1:{port}"

    async def command(self, *arguments: str) -> tuple[int, str]:
        process = await self.spawn(*arguments)
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    async def spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "common.testing.sample",
            *arguments,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


@pytest.fixture
async def process(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
    nats_server: NatsServer,
    issuer: TestIssuer,
    tmp_path: Path,
) -> Process:
    made = await service_database("registry", package="")
    secret = tmp_path / "url"
    secret.write_text(made.url + "\n", encoding="utf-8")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    return Process(
        {
            **os.environ,
            "ANSINH_ENVIRONMENT": "sandbox",
            "ANSINH_PROVINCE_CODE": "68",
            "ANSINH_DATABASE_URL_FILE": str(secret),
            "ANSINH_OWNER_DATABASE_URL": made.owner_url,
            "ANSINH_PORT": str(port),
            "ANSINH_NATS_URL": nats_server.url,
            "ANSINH_NATS_USER": "registry",
            "ANSINH_NATS_PASSWORD": PASSWORD,
            "ANSINH_OIDC_ISSUER": ISSUER,
            "ANSINH_OIDC_JWKS_URL": issuer.jwks_url,
        },
        port,
    )


async def test_the_commands_of_a_service_do_what_they_say(
    process: Process, make_token: Token
) -> None:
    assert await process.command("migrate") == (0, "registry: database at revision 0001\n")
    assert await process.command("migrate") == (0, "registry: database at revision 0001\n")
    assert await process.command("invariants") == (0, "registry: all invariants hold\n")
    code, printed = await process.command("openapi")
    assert code == 0
    assert "/registry/v1/things" in json.loads(printed)["paths"]

    running = await process.spawn("run")
    async with httpx.AsyncClient(base_url=process.url) as client:

        async def status() -> int:
            with contextlib.suppress(httpx.HTTPError):
                return (await client.get("/readyz")).status_code
            return 0

        await until(status, 200)
        headers = {"Authorization": f"Bearer {make_token(['registry:write'])}"}
        made = await client.post("/registry/v1/things", headers=headers)
        assert made.status_code == 201
    running.send_signal(signal.SIGTERM)
    output, _ = await asyncio.wait_for(running.communicate(), 30)
    assert running.returncode in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in output.decode().splitlines()]
    assert any("service_stopped" in line["event"] for line in lines)
    assert not [line for line in lines if line["level"] in ("error", "critical")]


async def test_a_worker_answers_probes_but_no_business(process: Process, make_token: Token) -> None:
    await process.command("migrate")
    running = await process.spawn("worker")
    async with httpx.AsyncClient(base_url=process.url) as client:

        async def status() -> int:
            with contextlib.suppress(httpx.HTTPError):
                return (await client.get("/readyz")).status_code
            return 0

        await until(status, 200)
        headers = {"Authorization": f"Bearer {make_token(['registry:write'])}"}
        refused = await client.post("/registry/v1/things", headers=headers)
        assert refused.status_code == 404
        figures = (await client.get("/metrics")).text
        assert 'relay_active{service="registry"} 1.0' in figures
    running.send_signal(signal.SIGTERM)
    await asyncio.wait_for(running.communicate(), 30)


async def test_a_frozen_event_loop_ends_the_process_with_its_stacks() -> None:
    program = (
        "import asyncio, time\n"
        "from common.runtime.watchdog import Watchdog\n"
        "async def main():\n"
        "    Watchdog('registry', limit_seconds=0.5).start()\n"
        "    await asyncio.sleep(0.1)\n"
        "    time.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    frozen = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(frozen.communicate(), 30)
    assert frozen.returncode == 3
    assert b"stood still" in errors
    assert b"in main" in errors
