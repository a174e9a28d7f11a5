"""A service: its rooms, its work, its app, its worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI

from common.database.session import AsyncSession
from common.events.dispatch import Dispatcher
from common.runtime.context import ServiceContext
from common.runtime.settings import ServiceSettings

__all__ = ["Invariant", "PeriodicJob", "Service", "ServiceContext", "build_app", "cli"]


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Work that repeats; one copy at a time per service (advisory lock)."""

    name: str
    interval_seconds: float
    run: Callable[[ServiceContext], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A read-only truth: `check` gives one line per violation (ids only), nothing when it holds."""

    name: str
    check: Callable[[AsyncSession], Awaitable[Sequence[str]]]


@dataclass(slots=True)
class Service:
    """Everything that `build_app` and `cli` need of a service."""

    name: str
    settings: ServiceSettings
    dispatcher: Dispatcher
    routers: Sequence[APIRouter]
    migrations_package: str
    jobs: Mapping[str, Any] = field(default_factory=dict)
    """Operation kind -> `common.operations.OperationHandler`."""
    periodic: Sequence[PeriodicJob] = ()
    invariants: Sequence[Invariant] = ()


def build_app(service: Service) -> FastAPI:
    """Make the FastAPI app; its lifespan opens the resources and, by settings, the worker."""
    raise NotImplementedError


def cli(service_factory: Callable[[Any], Service], settings: type[ServiceSettings]) -> None:
    """Run a command line: api, worker, run, migrate, openapi or invariants."""
    raise NotImplementedError
