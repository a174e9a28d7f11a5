"""Hot reads of one person past the ORM: many callers' reads in one statement.

Each is done under its own caller's communes and has its own line in the audit log.

While a statement runs, further reads gather and go out together with the next one, so a busy server
pays one round trip and one commit for many reads, and an idle one waits for nobody. A read is
answered when the transaction that holds its audit line has been committed, and not before: an answer
without its line cannot be, whatever breaks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from common.database.ids import new_id
from registry.persons.domain import Identity, Person, PersonKey
from registry.persons.store.people import IDENTITY, PERSON, STATE

if TYPE_CHECKING:
    from common.database.session import Database

_BATCH_MAX = 64
_AT_ONCE = 2
_STATEMENT = (
    f"SELECT place, {', '.join(f'(reading).{name}' for name in PERSON.split(', '))}"
    " FROM read_persons($1, $2, $3, $4, $5, $6, $7)"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the communes that the token names, the actor, the request."""

    communes: str
    actor: str
    request_id: str | None
    at: datetime


@dataclass(slots=True)
class _Read:
    key: PersonKey
    reader: Reader
    answer: asyncio.Future[Person | None]


@dataclass(slots=True)
class ReadQueue:
    """The reads of one process on their way to the database."""

    database: Database
    _waiting: deque[_Read] = field(default_factory=deque)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def read(self, key: PersonKey, reader: Reader) -> Person | None:
        """Read one person and write down that it was done; None when there is nobody to see.

        Raises:
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError: the database did not answer.
        """
        answer: asyncio.Future[Person | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Read(key, reader, answer))
        if len(self._running) < _AT_ONCE:
            task = asyncio.create_task(self._drain())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await answer

    async def _drain(self) -> None:
        while self._waiting:
            count = min(_BATCH_MAX, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(count)]
            try:
                found = await self._fetch(batch)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, RuntimeError) as error:
                for read in batch:
                    if not read.answer.done():
                        read.answer.set_exception(error)
                continue
            except asyncio.CancelledError:
                for read in batch:
                    read.answer.cancel()
                raise
            for place, read in enumerate(batch, start=1):
                if not read.answer.done():
                    read.answer.set_result(found.get(place))

    async def _fetch(self, batch: list[_Read]) -> dict[int, Person]:
        pool = await self.database.plain()
        rows = await pool.fetch(
            _STATEMENT,
            [read.key.personal_id for read in batch],
            [read.key.person_id for read in batch],
            [read.reader.communes for read in batch],
            [read.reader.actor for read in batch],
            [read.reader.request_id for read in batch],
            [new_id() for _ in batch],
            max(read.reader.at for read in batch),
        )
        return {row["place"]: _person(row) for row in rows}


def _person(row: asyncpg.Record) -> Person:
    person_id: UUID = row["person_id"]
    return Person(
        person_id=person_id,
        identity=Identity(**{name: row[name] for name in IDENTITY}),
        **{name: row[name] for name in STATE},
    )
