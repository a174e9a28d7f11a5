"""One place where transactions begin and end, always under a scope."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.asyncio import AsyncSession as PlainAsyncSession
from sqlalchemy.orm import Session as PlainSession
from sqlmodel import Session as ModelSession
from sqlmodel.ext.asyncio.session import AsyncSession as ModelAsyncSession

from common.database.engine import SERVER_SETTINGS, make_engine

if TYPE_CHECKING:
    from common.events.dispatch import Dispatcher
    from common.runtime.clock import BusinessClock

WHOLE_PROVINCE = "*"
_PLAIN_CONNECTIONS = 6
_CLOSE_SECONDS = 10


class _Session(ModelSession):
    """SQLModel deprecates `execute` for newcomers; set-based SQL needs it."""

    execute = PlainSession.execute


class AsyncSession(ModelAsyncSession):
    """A SQLModel session (`exec` for models) on which `execute` (for SQL) is welcome too."""

    sync_session_class = _Session
    execute = PlainAsyncSession.execute


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a transaction may see, and who acts.

    `communes` None is the whole province; an empty set sees nothing.
    """

    communes: frozenset[str] | None
    actor: str
    client: str = ""
    """The program that the person uses (`client_id` of the token)."""

    @classmethod
    def service(cls, actor: str) -> Self:
        """Give the scope of a service acting for itself: the whole province."""
        return cls(None, actor)

    @property
    def setting(self) -> str:
        """Give the value of `app.communes` that the policies read."""
        if self.communes is None:
            return WHOLE_PROVINCE
        return ",".join(sorted(self.communes))


class Database:
    """The only owner of connections, transactions, commits and rollbacks of a service."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        dispatcher: Dispatcher | None = None,
        clock: BusinessClock | None = None,
        service: str = "service",
    ) -> None:
        """Keep what is needed; nothing is opened before `open`.

        Args:
            url: `postgresql://user:password@host:port/database` of the app role.
            pool_size: connections kept; as many again may be opened under load.
            dispatcher: the service's rooms; `emit` hands events to them.
            clock: the business clock; `emit` stamps events with it.
            service: the producer's name in the events' `source`.
        """
        self.url = url
        self.service = service
        self.dispatcher = dispatcher
        self.clock = clock
        self.settings: object | None = None
        """What the installation is set to; a session carries it as `info["settings"]`."""
        self._pool_size = pool_size
        self._engine: AsyncEngine | None = None
        self._plain: asyncpg.Pool[asyncpg.Record] | None = None

    @property
    def engine(self) -> AsyncEngine:
        """The open engine.

        Raises:
            RuntimeError: `open` was not called.
        """
        if self._engine is None:
            msg = "the database is not open"
            raise RuntimeError(msg)
        return self._engine

    async def open(self) -> None:
        """Make the pool. No connection is made yet: a database that starts late is no error."""
        if self._engine is None:
            self._engine = make_engine(self.url, pool_size=self._pool_size, name=self.service)

    async def plain(self) -> asyncpg.Pool[asyncpg.Record]:
        """Give the few connections for hot reads past SQLAlchemy: one statement, one transaction.

        Nothing is reset when one is given back, so a statement may set nothing that outlives it:
        `set_config(..., true)` inside a function, and never a scope of its own.
        """
        if self._plain is None:
            self._plain = asyncpg.create_pool(
                self.url,
                min_size=0,
                max_size=_PLAIN_CONNECTIONS,
                timeout=10,
                command_timeout=150,
                reset=_nothing_to_reset,
                server_settings={**SERVER_SETTINGS, "application_name": self.service},
            )
            await self._plain
        return self._plain

    async def close(self) -> None:
        """Close every connection."""
        plain, self._plain = self._plain, None
        if plain is not None:
            try:
                await asyncio.wait_for(plain.close(), _CLOSE_SECONDS)
            except TimeoutError:
                plain.terminate()
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.dispose()

    @contextlib.asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """Open a transaction: committed at the end of the block, rolled back on any error."""
        async with self._session(scope) as session, session.begin():
            await self._apply(session, scope)
            yield session
            await session.flush()
            await announce(session)

    @contextlib.asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """Open a read-only transaction; PostgreSQL refuses every write in it."""
        async with self._session(scope) as session, session.begin():
            await session.execute(text("SET TRANSACTION READ ONLY"))
            await self._apply(session, scope)
            yield session

    async def ping(self) -> None:
        """Ask the server for a sign of life.

        Raises:
            OSError, sqlalchemy.exc.DBAPIError: there is none.
        """
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    def _session(self, scope: Scope) -> AsyncSession:
        info: dict[str, Any] = {
            "database": self,
            "dispatcher": self.dispatcher,
            "clock": self.clock,
            "scope": scope,
            "settings": self.settings,
        }
        return AsyncSession(self.engine, expire_on_commit=False, info=info)

    @staticmethod
    async def _apply(session: AsyncSession, scope: Scope) -> None:
        await session.execute(
            text(
                "SELECT set_config('app.communes', :communes, true),"
                " set_config('app.actor', :actor, true), set_config('app.client', :client, true)"
            ),
            {"communes": scope.setting, "actor": scope.actor, "client": scope.client},
        )


async def _nothing_to_reset(_: asyncpg.Connection[asyncpg.Record]) -> None:
    """Save the round trip of asyncpg's RESET ALL; see `Database.plain`."""


async def announce(session: PlainAsyncSession) -> None:
    """Wake the relay once per transaction that wrote events; the wake-up travels with the commit."""
    if session.info.pop("outbox_written", False):
        await session.execute(text("SELECT pg_notify('outbox', '')"))


async def raw(session: PlainAsyncSession) -> asyncpg.Connection[asyncpg.Record]:
    """Give the asyncpg connection of the session's transaction, e.g. for COPY.

    COPY into a table with row-level security is refused by PostgreSQL: copy into a temporary table
    (`ON COMMIT DROP`), then `INSERT .. SELECT`.
    """
    connection = await session.connection()
    fairy = await connection.get_raw_connection()
    driver: asyncpg.Connection[asyncpg.Record] | None = fairy.driver_connection
    if driver is None:
        msg = "the session has no open connection"
        raise RuntimeError(msg)
    return driver
