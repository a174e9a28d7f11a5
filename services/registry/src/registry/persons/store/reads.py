"""Hot reads of one person past the ORM: many callers' reads in one statement.

Each is done under its own caller's communes and has its own line in the audit log. A read is
answered when the transaction that holds its audit line has been committed, and not before: an answer
without its line cannot be, whatever breaks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from registry.persons.domain import Identity, Person, PersonKey
from registry.persons.store.batches import Batches, Reader
from registry.persons.store.people import IDENTITY, PERSON, STATE

if TYPE_CHECKING:
    from common.database.session import Database

_BATCH_MAX = 64
_AT_ONCE = 2
_STATEMENT = (
    f"SELECT place, {', '.join(f'(reading).{name}' for name in PERSON.split(', '))}"
    " FROM read_persons($1, $2, $3, $4, $5, $6)"
)

_Read = tuple[PersonKey, Reader]


@dataclass(slots=True)
class ReadQueue:
    """The reads of one process on their way to the database."""

    database: Database
    _batches: Batches[_Read, Person | None] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing waiting."""
        self._batches = Batches(self._fetch, size=_BATCH_MAX, at_once=_AT_ONCE)

    async def read(self, key: PersonKey, reader: Reader) -> Person | None:
        """Read one person and write down that it was done; None when there is nobody to see.

        Raises:
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError: the database did not answer.
        """
        return await self._batches.ask((key, reader))

    async def _fetch(self, batch: list[_Read]) -> list[Person | None]:
        pool = await self.database.plain()
        rows = await pool.fetch(
            _STATEMENT,
            [key.personal_id for key, _ in batch],
            [key.person_id for key, _ in batch],
            [reader.communes for _, reader in batch],
            [reader.actor for _, reader in batch],
            [reader.request_id for _, reader in batch],
            [reader.purpose for _, reader in batch],
        )
        found = {row["place"]: _person(row) for row in rows}
        return [found.get(place) for place in range(1, len(batch) + 1)]


def _person(row: asyncpg.Record) -> Person:
    person_id: UUID = row["person_id"]
    return Person(
        person_id=person_id,
        identity=Identity(**{name: row[name] for name in IDENTITY}),
        **{name: row[name] for name in STATE},
    )
