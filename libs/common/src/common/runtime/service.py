"""A service as a whole: from its rooms to a FastAPI app with its worker, and a command line."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI

from common.contracts.catalogue import STREAMS
from common.database import migrations
from common.database.session import Database
from common.events.dead_letter_routes import router as dead_letter_router
from common.events.dispatch import Dispatcher
from common.events.nats import Nats
from common.events.standing_routes import router as standing_router
from common.operations.routes import router as operations_router
from common.runtime.clock import BusinessClock, FileBusinessClock
from common.runtime.command_line import run_command_line
from common.runtime.context import ServiceContext
from common.runtime.examiner import Examiner
from common.runtime.invariants import Invariant, invariants_job
from common.runtime.key_guard import KeyGuard
from common.runtime.outgoing import outgoing_client, outside_client
from common.runtime.settings import ServiceSettings
from common.runtime.watchdog import Watchdog
from common.runtime.worker import PeriodicJob, Worker
from common.web.access_routes import router as access_router
from common.web.app import create_app
from common.web.context import AppContext, ReadinessCheck
from common.web.roles import scopes_by_role
from common.web.session_routes import router as session_router
from common.web.tokens import OidcSettings, TokenVerifier

__all__ = [
    "Invariant",
    "PeriodicJob",
    "Service",
    "ServiceContext",
    "cli",
    "make_clock",
    "make_context",
]

_LOG = logging.getLogger(__name__)
_CURSOR_KEY_BYTES = 32
_KEYS_SECONDS = 5.0


@dataclass(slots=True)
class Service:
    """Everything that `build_app` and `cli` need of a service.

    `routers` are included under `/<name>/v1`, upstream first; those of operations and dead letters
    are added here.
    """

    name: str
    settings: ServiceSettings
    dispatcher: Dispatcher
    routers: Sequence[APIRouter]
    jobs: Mapping[str, Any] = field(default_factory=dict)
    """Operation kind -> `common.operations.OperationHandler`."""
    periodic: Sequence[PeriodicJob] = ()
    invariants: Sequence[Invariant] = ()
    title: str = ""
    """Vietnamese title of the OpenAPI page."""


def make_clock(settings: ServiceSettings) -> BusinessClock:
    """Give the business clock that the settings name."""
    if settings.business_clock_file is not None:
        return FileBusinessClock(settings.business_clock_file)
    return BusinessClock()


def make_context(service: Service) -> ServiceContext:
    """Make the resources of a service; nothing is opened yet."""
    settings = service.settings
    password = settings.nats_password
    clock = make_clock(settings)
    db = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.db_pool_size,
        dispatcher=service.dispatcher,
        clock=clock,
        service=service.name,
    )
    db.settings = settings
    return ServiceContext(
        name=service.name,
        db=db,
        clock=clock,
        settings=settings,
        nats=Nats(
            settings.nats_url,
            service=service.name,
            user=settings.nats_user,
            password=password.get_secret_value() if password else None,
            nkey_seed_file=settings.nats_nkey_seed_file,
        ),
        http=outgoing_client(settings.ca_folder, seconds=30.0, connect=5.0),
        outside=outside_client(
            settings.ca_folder,
            seconds=15.0,
            connect=5.0,
            inside_allowed=settings.environment == "sandbox",
        ),
    )


def build_app(service: Service) -> FastAPI:
    """Make the FastAPI app; its lifespan opens the resources and, by settings, the worker.

    `app.state.service` is the `ServiceContext`, `app.state.web` the `AppContext` of dependencies.
    Without `run_api` only health and metrics answer; without `run_worker` nothing works behind.
    """
    settings = service.settings
    context = make_context(service)
    examiner = Examiner(context)
    keys = KeyGuard(context.db, settings.keys_of_data())
    web = AppContext(
        service=service.name,
        title=service.title or f"An Sinh: {service.name}",
        database=context.db,
        clock=context.clock,
        settings=settings,
        tokens=TokenVerifier(
            OidcSettings(
                issuer=settings.oidc_issuer,
                audience=settings.oidc_audience,
                jwks_url=settings.oidc_jwks_url,
                key_age_max=settings.oidc_key_age_hours_max * 3600.0,
                lifetime_max=settings.oidc_token_hours_max * 3600.0,
            ),
            outgoing_client(settings.ca_folder, seconds=3.0, connect=3.0),
        ),
        cursor_key=_cursor_key(settings),
        roles=scopes_by_role(settings.oidc_roles_file),
        rate_limits=settings.rate_limits,
        step_up_seconds=settings.oidc_step_up_minutes * 60.0,
        readiness=_readiness(service, context, examiner, keys),
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        async with _running(service, context, web, keys), examiner.running():
            yield

    own = [operations_router, dead_letter_router, standing_router, session_router, access_router]
    routers = [*service.routers, *own] if settings.run_api else []
    app = create_app(web, routers=routers, lifespan=lifespan)
    app.state.service = context
    app.state.definition = service
    return app


def cli(service_factory: Callable[[Any], Service], settings: type[ServiceSettings]) -> None:
    """Run a command line: api, worker, run, migrate, openapi, invariants, sql."""
    run_command_line(service_factory, settings, build_app)


@contextlib.asynccontextmanager
async def _running(
    service: Service, context: ServiceContext, web: AppContext, keys: KeyGuard
) -> AsyncIterator[None]:
    """Open everything, and close it in the order of reliability.md 7.3, also when the start fails half-way.

    uvicorn has answered the last request when this goes on after `yield`.
    """
    periodic = [*service.periodic, invariants_job(service.invariants)]
    worker = Worker(context, service.dispatcher, jobs=service.jobs, periodic=periodic)
    watchdog = Watchdog(service.name, limit_seconds=service.settings.frozen_seconds_max)
    async with contextlib.AsyncExitStack() as closing:
        watchdog.start()
        closing.push_async_callback(watchdog.stop)
        closing.push_async_callback(context.db.close)
        await context.db.open()
        closing.push_async_callback(web.tokens.close)
        closing.push_async_callback(context.http.aclose)
        closing.push_async_callback(context.outside.aclose)
        closing.push_async_callback(context.nats.close)
        await context.nats.open()
        closing.push_async_callback(worker.stop)
        starting = asyncio.create_task(_start_worker(service, worker, keys), name="start-worker")
        closing.push_async_callback(_end_task, starting)
        # A database that answers decides now; one that is away must not keep the service from starting.
        await asyncio.wait([starting], timeout=_KEYS_SECONDS)
        if starting.done():
            starting.result()
        web.started = True
        _LOG.info("service_started: %s", service.name)
        try:
            yield
        finally:
            web.draining = True
    _LOG.info("service_stopped: %s", service.name)


async def _end_task(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it has ended; its outcome was read before, or is of no use now."""
    task.cancel()
    await asyncio.wait([task])


async def _start_worker(service: Service, worker: Worker, keys: KeyGuard) -> None:
    """Start the work behind once the keys are known to be those of the data."""
    await keys.verify()
    if service.settings.run_worker:
        worker.start()


def _readiness(
    service: Service, context: ServiceContext, examiner: Examiner, keys: KeyGuard
) -> list[ReadinessCheck]:
    suits: list[bool] = []

    async def migrated() -> None:
        if suits:
            return
        package = service.settings.migrations()
        async with context.db.engine.connect() as connection:
            if not await connection.run_sync(migrations.runs_on, package):
                msg = f"the database stands elsewhere than at {migrations.head(package)}"
                raise RuntimeError(msg)
        suits.append(True)

    async def connected() -> None:
        if service.name in STREAMS and not context.nats.is_connected:
            msg = "NATS is not connected"
            raise ConnectionError(msg)

    return [
        ReadinessCheck(name="database", probe=context.db.ping),
        ReadinessCheck(name="migrations", probe=migrated),
        ReadinessCheck(name="nats", probe=connected, required=False),
        ReadinessCheck(name="keys", probe=keys.verified),
        ReadinessCheck(name="usable", probe=examiner.usable),
        *(
            ReadinessCheck(name=name, probe=examiner.passed(name), required=False)
            for name in examiner.names
        ),
    ]


def _cursor_key(settings: ServiceSettings) -> bytes:
    text = settings.cursor_key.get_secret_value()
    if not text:
        return secrets.token_bytes(_CURSOR_KEY_BYTES)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()
