"""What routes ask for: a transaction, the clock, the settings.

The write session is a dependency with `scope="function"`: FastAPI then leaves it, and so commits,
before the answer is sent. With the default a failed commit would still answer 201.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request

from common.database.session import AsyncSession, Scope
from common.runtime.clock import BusinessClock
from common.web.auth import Actor, ActorDep
from common.web.context import AppContext, context_of


def scope_of(actor: Actor) -> Scope:
    """Return the scope of a caller's transactions."""
    return Scope(communes=actor.communes, actor=actor.subject, client=actor.client_id)


async def write_session(request: Request, actor: ActorDep) -> AsyncIterator[AsyncSession]:
    """Open the request's one transaction, limited to the caller's communes; commit at the end."""
    scope = scope_of(actor)
    async with context_of(request).database.transaction(scope) as session:
        yield session


async def read_session(request: Request, actor: ActorDep) -> AsyncIterator[AsyncSession]:
    """Open a READ ONLY transaction, limited to the caller's communes."""
    scope = scope_of(actor)
    async with context_of(request).database.read(scope) as session:
        yield session


async def app_context(request: Request) -> AppContext:
    """Give the application's context."""
    return context_of(request)


async def business_clock(request: Request) -> BusinessClock:
    """Give the business clock (months, deadlines, recorded_at)."""
    return context_of(request).clock


async def service_settings(request: Request) -> Any:
    """Give the service's settings object."""
    return context_of(request).settings


SessionDep = Annotated[AsyncSession, Depends(write_session, scope="function")]
ReadSessionDep = Annotated[AsyncSession, Depends(read_session, scope="function")]
ClockDep = Annotated[BusinessClock, Depends(business_clock)]
ContextDep = Annotated[AppContext, Depends(app_context)]
SettingsDep = Annotated[Any, Depends(service_settings)]
"""The settings; annotate the service's own class instead to have its type:
`Annotated[RegistrySettings, Depends(service_settings)]`."""

__all__ = [
    "ActorDep",
    "ClockDep",
    "ContextDep",
    "ReadSessionDep",
    "SessionDep",
    "SettingsDep",
    "service_settings",
]
