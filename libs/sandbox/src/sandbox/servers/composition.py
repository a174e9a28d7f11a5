"""The whole An Sinh on one machine: which steps and programs, in which order."""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox.servers.accounts import Account, can_run_python, can_use
from sandbox.servers.done_steps import source_fingerprint
from sandbox.servers.environment import (
    CLOCK_FOLDER,
    WORLD,
    WORLD_FOLDER,
    Environment,
    service_url,
)
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Program, SeedFile, Step
from sandbox.servers.secret_files import SERVICES

FIRST_INSTANT = "2026-11-12T08:00:00+07:00"
"""Where the business clock of a new sandbox stands: the day on which the commune's file arrives."""


def an_sinh(home: Home, account: Account | None) -> Plan:
    """Databases and NATS run already; then migrations and streams, the services, the world.

    Services run as the account of the servers when it can read this Python installation, otherwise
    as the user who starts the system (root, for an installation below root's home).
    """
    environment = Environment(home)
    unprivileged = services_can_be_unprivileged(home, account)
    python, sources = sys.executable, source_fingerprint(("common", *SERVICES))
    migrations = tuple(
        Step(
            name=f"migrate-{service}",
            argv=(python, "-m", service, "migrate"),
            env=environment.of_migrations(service),
            unprivileged=unprivileged,
            fingerprint=sources,
        )
        for service in SERVICES
    )
    streams = Step(
        name="streams",
        argv=(python, "-m", "common.events.streams"),
        env=environment.of_streams(),
        unprivileged=unprivileged,
        fingerprint=sources,
    )
    services = tuple(
        Program(
            name=service,
            argv=(python, "-m", service, "run"),
            env=environment.of_service(service),
            ready_url=f"{service_url(service)}/readyz",
            live_url=f"{service_url(service)}/livez",
            url=service_url(service),
            unprivileged=unprivileged,
        )
        for service in SERVICES
    )
    world = Program(
        name="world",
        argv=(python, "-m", "sandbox.world"),
        env=environment.of_world(),
        ready_url=f"{WORLD}/issuer/.well-known/openid-configuration",
        live_url=f"{WORLD}/issuer/.well-known/openid-configuration",
        url=WORLD,
        unprivileged=unprivileged,
    )
    return Plan(
        steps=((*migrations, streams),),
        groups=(services, (world,)),
        folders=(CLOCK_FOLDER, WORLD_FOLDER),
        seeds=(SeedFile(path=f"{CLOCK_FOLDER}/{environment.clock_file.name}", text=FIRST_INSTANT),),
    )


def services_can_be_unprivileged(home: Home, account: Account | None) -> bool:
    """Decide by trying: can the account run this Python and reach the secrets of this home?"""
    nearest = next(folder for folder in (home.root, *home.root.parents) if folder.exists())
    return can_use(account, Path(nearest)) and can_run_python(account)
