"""`python -m <service> ...`: the only way a service is started, in every installation."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI

from common.audit.command import audit_report
from common.database import migrations
from common.database.session import Database
from common.observability.logging import configure_logging
from common.runtime.findings import examine, told
from common.runtime.invariants import check_invariants
from common.runtime.settings import MigrationSettings, ServiceSettings

if TYPE_CHECKING:
    from common.runtime.service import Service

_REQUEST_SECONDS = 20
_HELP = {
    "api": "answer requests only",
    "worker": "relay, consumers and jobs only (health and metrics still answer)",
    "run": "both, as the settings say",
    "migrate": "bring the database to the newest revision (as the owner)",
    "openapi": "print the OpenAPI document",
    "doctor": "say what is wrong with this service and what to do next (in Vietnamese)",
    "invariants": "check the truths of this database, read-only; exit 1 when one is broken",
    "audit": "check the sealed audit log and print its head; exit 1 when a block does not fit",
    "sql": "print the migrations as SQL, for a linter",
}


class DrainingServer(uvicorn.Server):
    """On SIGTERM: not ready, still answering until the proxy has seen it, then no new requests."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, *, drain_seconds: float) -> None:
        """Serve `app`; a second signal ends the waiting."""
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin to drain; stop accepting after `drain_seconds`."""
        draining, self._app.state.web.draining = self._app.state.web.draining, True
        if draining or not self._drain_seconds:
            super().handle_exit(sig, frame)
            return
        later = threading.Timer(self._drain_seconds, super().handle_exit, (sig, frame))
        later.daemon = True
        later.start()


def run_command_line(
    service_factory: Callable[[Any], Service],
    settings: type[ServiceSettings],
    build_app: Callable[[Service], FastAPI],
) -> None:
    """Read the arguments of this process and do what they say."""
    parser = argparse.ArgumentParser(prog=f"python -m {settings.service}")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in _HELP.items():
        each = commands.add_parser(name, help=text)
        each.add_argument(
            "--only-settings",
            action="store_true",
            help="read the settings of this command, say when one is missing or wrong, and end",
        )
        if name == "audit":
            each.add_argument("--head", help="head kept outside the server, `block:digest`")
    arguments = parser.parse_args()
    command = arguments.command
    if arguments.only_settings:
        _only_settings(command, service_factory, settings)
        return
    if command == "openapi":
        app = build_app(service_factory(settings.for_documents()))
        json.dump(app.openapi(), sys.stdout, ensure_ascii=False, indent=2, sort_keys=True)
        sys.stdout.write("\n")
    elif command == "sql":
        migrations.offline_sql(settings.migrations())
    elif command == "migrate":
        asyncio.run(_migrate(settings, MigrationSettings()))
    elif command == "doctor":
        sys.exit(asyncio.run(_doctor(service_factory(settings()))))
    elif command == "audit":
        sys.exit(asyncio.run(_audit(service_factory(settings()), arguments.head)))
    elif command == "invariants":
        sys.exit(asyncio.run(_invariants(service_factory(settings()))))
    else:
        loaded = settings()
        parts = {"run_api": loaded.run_api and command != "worker"}
        parts["run_worker"] = loaded.run_worker and command != "api"
        _serve(service_factory(loaded.model_copy(update=parts)), build_app)


def _only_settings(
    command: str, service_factory: Callable[[Any], Service], settings: type[ServiceSettings]
) -> None:
    """Read what `command` reads at its start, and put the service together as it does.

    Raises:
        pydantic.ValidationError: a setting is missing or refused.
        OSError: a secret file is not there.
    """
    if command == "migrate":
        MigrationSettings()
    elif command not in {"openapi", "sql"}:
        service_factory(settings())
    sys.stdout.write(f"{settings.service} {command}: settings are complete\n")


def _serve(service: Service, build_app: Callable[[Service], FastAPI]) -> None:
    configure_logging(service.name, json=True)
    app = build_app(service)
    config = uvicorn.Config(
        app,
        host=service.settings.host,
        port=service.settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=_REQUEST_SECONDS,
        timeout_keep_alive=65,
        loop="uvloop",
        http="httptools",
        lifespan="on",
    )
    server = DrainingServer(config, app, drain_seconds=service.settings.drain_seconds)
    server.run()
    if not server.started:
        sys.exit(1)


async def _migrate(service: type[ServiceSettings], settings: MigrationSettings) -> None:
    owner = settings.owner_database_url.get_secret_value()
    try:
        revision = await migrations.upgrade(owner, service.migrations(), service=service.service)
    except migrations.SchemaUnknownError as error:
        sys.exit(f"{service.service}: {error}")
    sys.stdout.write(f"{service.service}: database at revision {revision}\n")


async def _doctor(service: Service) -> int:
    from common.runtime.service import make_context

    context = make_context(service)
    await context.db.open()
    await context.nats.open()
    try:
        found = await examine(context)
    finally:
        await context.nats.close()
        await context.http.aclose()
        await context.outside.aclose()
        await context.db.close()
    sys.stdout.write("\n".join(told(found)) + "\n")
    return 1 if any(found.values()) else 0


async def _audit(service: Service, head: str | None) -> int:
    db = Database(service.settings.database_url.get_secret_value(), service=service.name)
    lines, whole = await audit_report(db, head)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if whole else 1


async def _invariants(service: Service) -> int:
    db = Database(service.settings.database_url.get_secret_value(), service=service.name)
    await db.open()
    try:
        broken = await check_invariants(db, service.invariants)
    finally:
        await db.close()
    for name, violations in broken.items():
        sys.stdout.write(f"BROKEN {name}\n")
        for line in violations[:20]:
            sys.stdout.write(f"  {line}\n")
    if not broken:
        sys.stdout.write(f"{service.name}: all invariants hold\n")
    return 1 if broken else 0
