"""Services under test: the real app with its worker, on a real database and a real NATS."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI
from nats.aio.client import Client

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from common.contracts.envelope import Event, EventData
from common.database.ids import new_id
from common.events.emit import encode
from common.events.streams import bootstrap
from common.runtime.clock import VN_TZ
from common.runtime.context import ServiceContext
from common.runtime.service import Service, build_app
from common.runtime.settings import ServiceSettings
from common.testing.databases import DatabaseMaker
from common.testing.nats_server import NatsServer
from common.testing.servers import NatsProgram
from common.testing.tokens import AUDIENCE, ISSUER, TestIssuer
from common.web.rate_limits import RateLimits

_CALM_ROUNDS = 2


class ClockFile:
    """The business clock of all services of a test; it stands until it is set."""

    def __init__(self, path: Path, instant: datetime) -> None:
        """Stand at an instant."""
        self.path = path
        self.set(instant)

    def set(self, instant: datetime | str) -> None:
        """Move on; services refuse to go back. Text is ISO 8601, Vietnamese time by default."""
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=VN_TZ)
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text(moment.isoformat(), encoding="utf-8")
        unfinished.replace(self.path)


class ServiceClient(httpx.AsyncClient):
    """An HTTP client of one running service, with its insides at hand."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        """Talk to the app in this process."""
        super().__init__(
            transport=httpx.ASGITransport(app=app), base_url="http://service.test", **options
        )
        self.app = app

    @property
    def context(self) -> ServiceContext:
        """Database, clock, settings, NATS and HTTP client of the service."""
        context: ServiceContext = self.app.state.service
        return context


class ServiceRunner:
    """Starts services for one test, and waits until they have nothing left to do."""

    def __init__(
        self,
        *,
        databases: DatabaseMaker,
        nats: NatsServer,
        issuer: TestIssuer,
        clock: ClockFile,
        stack: contextlib.AsyncExitStack,
    ) -> None:
        """Keep the parts; what is started ends with `stack`."""
        self._databases = databases
        self._nats = nats
        self._issuer = issuer
        self._clock = clock
        self._stack = stack
        self._running: dict[str, ServiceClient] = {}
        self._admin: Client | None = None

    async def start(
        self, name: str, *, token: str | None = None, worker: bool = True, **settings: Any
    ) -> ServiceClient:
        """Run the service `name` (its `main.create_service`) on a fresh migrated database."""
        module = importlib.import_module(f"{name}.main")
        kind = settings_class(importlib.import_module(f"{name}.settings"), name)
        values = await self.values(name, package=f"{name}.migrations", worker=worker)
        service: Service = module.create_service(kind(**{**values, **settings}))
        return await self.run(service, token=token)

    async def values(self, name: str, *, package: str, worker: bool = True) -> dict[str, Any]:
        """Give the settings every service needs, on a fresh migrated database."""
        database = await self._databases.make(name, package=package)
        return {
            "environment": "sandbox",
            "province_code": "68",
            "database_url": database.url,
            "db_pool_size": 5,
            "nats_url": self._nats.url,
            "nats_user": name,
            "nats_password": "only-in-tests",
            "oidc_issuer": ISSUER,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": self._issuer.jwks_url,
            "rate_limits": RateLimits(address=10**9, client=10**9, person=10**9, routes={}),
            "cursor_key": "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3Q=",
            "business_clock_file": self._clock.path,
            "run_worker": worker,
            # A test's process is never ended from inside, however busy the machine is.
            "frozen_seconds_max": 3600.0,
        }

    async def run(self, service: Service, *, token: str | None = None) -> ServiceClient:
        """Run a service as it is until the test ends."""
        app = build_app(service)
        await self._stack.enter_async_context(app.router.lifespan_context(app))
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = await self._stack.enter_async_context(ServiceClient(app, headers=headers))
        self._running[service.name] = client
        return client

    async def publish(
        self,
        data: EventData,
        *,
        aggregate_id: UUID | str,
        version: int,
        event_id: UUID | None = None,
    ) -> Event[Any]:
        """Put an event on its stream as if its producer, which does not run here, had told it."""
        event = Event[Any].model_construct(
            id=event_id or new_id(),
            source=f"/ansinh/{data.producer()}",
            type=data.event_type,
            subject=str(aggregate_id),
            time=datetime.now(VN_TZ),
            sequence=version,
            data=data,
        )
        client = await self._connected()
        await client.jetstream().publish(
            data.subject(), encode(event).encode(), headers={"Nats-Msg-Id": str(event.id)}
        )
        return event

    async def drain(self, seconds: float = 30.0) -> None:
        """Wait until every running service has published, consumed and finished all its work.

        Raises:
            AssertionError: an event was parked in a dead letter, or work was left after `seconds`.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        calm = 0
        while calm < _CALM_ROUNDS:
            left = await self._left()
            calm = 0 if left else calm + 1
            if loop.time() > deadline:
                msg = f"still at work after {seconds} s: {'; '.join(left)}"
                raise AssertionError(msg)
            await asyncio.sleep(0.02)
        parked = [line for client in self._running.values() for line in await _parked(client)]
        if parked:
            raise AssertionError("parked events:\n" + "\n".join(parked))

    async def _left(self) -> Sequence[str]:
        left: list[str] = []
        js = (await self._connected()).jetstream()
        for name, client in self._running.items():
            waiting = await _database_work(client)
            left += [f"{name}: {count} {what}" for what, count in waiting.items() if count]
            for producer in CONSUMES.get(name, ()) if client.context.settings.run_worker else ():
                info = await js.consumer_info(STREAMS[producer], durable_name(name, producer))
                count = (info.num_pending or 0) + (info.num_ack_pending or 0)
                if count:
                    left.append(f"{name}: {count} events of {producer} not consumed")
        return left

    async def _connected(self) -> Client:
        if self._admin is None:
            self._admin = await self._nats.connect()
            self._stack.push_async_callback(self._admin.close)
        return self._admin


def settings_class(module: Any, name: str) -> type[ServiceSettings]:
    """Find the one class of settings in a service's `settings` module."""
    found = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, ServiceSettings) and kind.service == name
    ]
    if len(found) != 1:
        msg = f"{module.__name__} needs exactly one ServiceSettings with service = {name!r}"
        raise LookupError(msg)
    return found[0]


async def fresh_nats(program: NatsProgram, folder: Path) -> NatsServer:
    """Start a server of its own for a test, with the streams and consumers of the house."""
    server = NatsServer(program, folder)
    await server.start()
    client = await server.connect("bootstrap")
    try:
        await bootstrap(client.jetstream())
    finally:
        await client.close()
    return server


async def _database_work(client: ServiceClient) -> dict[str, int]:
    connection = await asyncpg.connect(client.context.settings.database_url.get_secret_value())
    try:
        await connection.execute("SELECT set_config('app.communes', '*', false)")
        row = await connection.fetchrow("""
            SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unpublished,
                   (SELECT count(*) FROM operation WHERE state IN ('queued', 'running')) AS running
        """)
    finally:
        await connection.close()
    if row is None or not client.context.settings.run_worker:
        return {}
    return {"events not published": int(row["unpublished"]), "operations": int(row["running"])}


async def _parked(client: ServiceClient) -> list[str]:
    connection = await asyncpg.connect(client.context.settings.database_url.get_secret_value())
    try:
        rows = await connection.fetch(
            "SELECT subject, aggregate_version, reason, detail FROM dead_letter"
            " WHERE status = 'open' ORDER BY id"
        )
    finally:
        await connection.close()
    name = client.context.name
    return [
        f"{name}: {row['subject']} v{row['aggregate_version']}: {row['reason']} [{row['detail']}]"
        for row in rows
    ]
