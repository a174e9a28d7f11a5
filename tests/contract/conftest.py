"""The four services, each started once for all contract tests, on real PostgreSQL and NATS.

They run in a thread with an event loop of its own, so that plain tests (and hypothesis, which has
no event loop) can call them. The streams hold the contract's own example of every event, which
the services have consumed before the first request.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from common.contracts.catalogue import CONSUMES, EVENTS
from common.runtime.clock import VN_TZ
from common.testing.databases import DatabaseMaker
from common.testing.keys import new_private_key
from common.testing.servers import NatsProgram, PostgresServer
from common.testing.services import ClockFile, ServiceClient, ServiceRunner, fresh_nats
from common.testing.tokens import TestIssuer
from sandbox.world.issuer import CLIENTS, USERS

SERVICES = ("registry", "eligibility", "disbursement", "reporting")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=VN_TZ)
AGGREGATE_KEYS = {
    "citizen_notice": "notice_id",
    "death_report": "report_id",
    "duplicate": "pair_id",
    "household": "household_id",
    "area": "commune_code",
    "person": "person_id",
    "entitlement": "entitlement_id",
    "decision": "decision_id",
    "dossier": "dossier_code",
    "registration": "proposal_id",
    "one_off": "one_off_id",
    "commune": "commune_code",
    "payment_list": "list_id",
    "recovery": "recovery_id",
    "report": "report_id",
}
"""Which member of an event's data (or of its state) is the aggregate's id."""


def _key() -> str:
    return base64.b64encode(bytes(range(32))).decode()


def _settings(name: str) -> dict[str, Any]:
    if name == "registry":
        keys = dict.fromkeys(("disbursement_public_key", "upload_key", "sealed_facts_key"), _key())
        return {**keys, "neutral_group_code": "Q7K2MD"}
    if name == "disbursement":
        keys = dict.fromkeys(("field_key", "blind_index_key", "signing_key"), _key())
        return {**keys, "account_private_key": new_private_key()}
    return {}


class RunningService:
    """One running service, called from plain code."""

    def __init__(self, portal: BlockingPortal, client: ServiceClient, issuer: TestIssuer) -> None:
        """Keep the parts."""
        self.name = client.context.name
        self.app: FastAPI = client.app
        self.document: dict[str, Any] = client.app.openapi()
        self._portal = portal
        self._client = client
        self._issuer = issuer
        self._tokens: dict[tuple[str, ...], str] = {}

    @property
    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Method, path and description of every operation in the document."""
        return [
            (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        ]

    def examples_of(self, schema: dict[str, Any]) -> list[Any]:
        """Give the examples of a schema, or of the schemas that it names."""
        named = [schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())]
        schemas = self.document["components"]["schemas"]
        found = [schemas[item["$ref"].rsplit("/", 1)[-1]] for item in named if "$ref" in item]
        return [example for item in (schema, *found) for example in item.get("examples", ())]

    def token(self, scopes: Sequence[str], **claims: Any) -> str:
        """Make a token, or give the same one again."""
        asked = (*sorted(scopes), repr(sorted(claims.items())))
        if asked not in self._tokens:
            self._tokens[asked] = self._issuer.token(scopes, **claims)
        return self._tokens[asked]

    def all_scopes(self, **claims: Any) -> str:
        """Make a token of one person who may do everything, everywhere unless `communes` says less."""
        named = {scope for user in USERS.values() for scope in str(user["scope"]).split()}
        named |= {scope for client in CLIENTS.values() for scope in client.split()}
        subject = "everything" if not claims else "everything elsewhere"
        return self.token(sorted(named), subject=subject, **claims)

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send one request and wait for its answer."""
        return self._portal.call(self._client.send, request)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Build and send one request."""
        return self.send(self._client.build_request(method, path, **options))

    def call_all(self, requests: Sequence[httpx.Request]) -> list[httpx.Response]:
        """Send many requests, a few at the same time; answers in the order of the requests."""

        async def run() -> list[httpx.Response]:
            turn = asyncio.Semaphore(4)

            async def one(request: httpx.Request) -> httpx.Response:
                async with turn:
                    return await self._client.send(request)

            return await asyncio.gather(*(one(request) for request in requests))

        return self._portal.call(run)

    def request(self, method: str, path: str, **options: Any) -> httpx.Request:
        """Build a request."""
        return self._client.build_request(method, path, **options)


def _aggregate_id(name: str) -> str:
    data = EVENTS[name].example
    key = AGGREGATE_KEYS[name.split(".")[1]]
    places = (
        data,
        data.get("person", {}),
        data.get("household", {}),
        data.get("entitlement", {}),
    )
    return str(next(place[key] for place in places if key in place))


def _in_the_order_of_life() -> list[str]:
    """Give the event types so that each comes after those that it builds on."""
    first = ["registry.person.registered.v1", "eligibility.entitlement.taken_over.v1"]
    first += ["disbursement.payment_list.sealed.v1"]
    last = ["registry.person.died.v1", "eligibility.entitlement.stopped.v1"]
    others = [name for name in EVENTS if name not in {*first, *last}]
    ordered = [*first, *others, *last]
    return sorted(ordered, key=lambda name: SERVICES.index(name.split(".")[0]))


async def _tell_examples(runner: ServiceRunner, consumer: str) -> None:
    versions: Counter[tuple[str, str]] = Counter()
    for name in _in_the_order_of_life():
        event = EVENTS[name]
        if event.producer() not in CONSUMES[consumer]:
            continue
        key = _aggregate_id(name)
        aggregate = (name.rsplit(".", 2)[0], key)
        versions[aggregate] += 1
        data = event.model_validate(event.example)
        await runner.publish(data, aggregate_id=key, version=versions[aggregate])


@contextlib.asynccontextmanager
async def _run(
    name: str, databases: DatabaseMaker, program: NatsProgram, issuer: TestIssuer, folder: Path
) -> AsyncIterator[ServiceClient]:
    """Run a service that has consumed the examples of every event that it reads.

    Its worker ends after that, so that only what is asked over HTTP costs time.
    """
    nats = await fresh_nats(program, folder / "nats")
    clock = ClockFile(folder / "clock", NOW)
    parts: dict[str, Any] = {"databases": databases, "nats": nats, "issuer": issuer, "clock": clock}
    try:
        async with contextlib.AsyncExitStack() as stack:
            runner = ServiceRunner(**parts, stack=stack)
            await _tell_examples(runner, name)
            client = await runner.start(name, **_settings(name))
            await runner.drain()
            settings = client.context.settings.model_copy(update={"run_worker": False})
        async with contextlib.AsyncExitStack() as stack:
            create = importlib.import_module(f"{name}.main").create_service
            yield await ServiceRunner(**parts, stack=stack).run(create(settings))
    finally:
        nats.kill()
        await databases.drop_all()


@pytest.fixture(scope="session")
def running(
    servers: PostgresServer,
    nats_program: NatsProgram,
    issuer: TestIssuer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], RunningService]]:
    """Give a running service by name; it is started when it is first asked for."""
    started: dict[str, RunningService | Exception] = {}
    with contextlib.ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())

        def start(name: str) -> RunningService:
            folder = tmp_path_factory.mktemp(name)
            run = _run(name, DatabaseMaker(servers), nats_program, issuer, folder)
            client = stack.enter_context(portal.wrap_async_context_manager(run))
            return RunningService(portal, client, issuer)

        def get(name: str) -> RunningService:
            if name not in started:
                try:
                    started[name] = start(name)
                except Exception as error:  # noqa: BLE001 - told to every test, tried only once
                    started[name] = error
            found = started[name]
            if isinstance(found, Exception):
                raise found
            return found

        yield get


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.xdist_group(f"contract-{name}")) for name in SERVICES
    ]
)
def service(
    request: pytest.FixtureRequest, running: Callable[[str], RunningService]
) -> RunningService:
    """Each of the four services."""
    return running(request.param)
