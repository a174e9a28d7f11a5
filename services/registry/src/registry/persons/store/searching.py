"""Searches of people: the SQL is the function `search_persons`, here are its questions and rows.

Row-level security lets only leakproof operators find an index: `LIKE` and `extract` are not, so a
prefix is a range of `text_pattern_ops` and a birth year a range of dates. Names that sound alike
are compared within the communes that are asked for: there is no trigram index beside the others,
because the planner would combine it with them and be thirty times slower.

Each search is done under its own caller's communes and has its own line in the audit log, committed
before it is answered. Those of one commune go out together; wide ones have a lane of their own, so
that a short question never waits behind a long one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.persons.domain import Person
from registry.persons.store.batches import Batches, Reader
from registry.persons.store.people import PERSON, person_of

if TYPE_CHECKING:
    from common.database.session import Database

ALIKE = 0.4
"""Least share of common trigrams of two names that one typing error may keep apart."""
_LAST = "\U0010ffff"
"""Behind every character: the end of a range of beginnings."""
_SMALL_AT_ONCE = 2
_SMALL_TOGETHER = 8
_WIDE_AT_ONCE = 2
_COLUMNS = ", ".join(f"(found).{name}" for name in f"{PERSON}, name_sort".split(", "))
_FETCH = f"SELECT place, {_COLUMNS} FROM search_persons($1)"
_EXECUTE = f"SELECT {_COLUMNS} FROM search_persons(cast(:searches AS jsonb))"

Match = Literal["prefix", "exact", "similar"]
FoundRow = Mapping[str, Any]
"""A row of `person` as it was read, with `name_sort`."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of people is limited to; without communes nobody is found."""

    communes: Sequence[str]
    name_key: str | None = None
    match: Match = "prefix"
    number: str | None = None
    birth_year: int | None = None
    village: str | None = None
    verification: str | None = None
    after: tuple[str, UUID] | None = None
    limit: int = 100
    subject: str = "many"
    """Whom the audit line names: the commune, or `many`."""
    narrowed: Sequence[str] = ()
    """What the audit line says that was searched by."""


_Asked = tuple[Search, Reader]


@dataclass(slots=True)
class SearchQueue:
    """The searches of one process on their way to the database."""

    database: Database
    _small: Batches[_Asked, list[FoundRow]] = field(init=False)
    _wide: Batches[_Asked, list[FoundRow]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing waiting."""
        self._small = Batches(self._fetch, size=_SMALL_TOGETHER, at_once=_SMALL_AT_ONCE)
        self._wide = Batches(self._fetch, size=1, at_once=_WIDE_AT_ONCE)

    async def search(self, wanted: Search, reader: Reader) -> list[FoundRow]:
        """Read a page of people and write down that it was done.

        Raises:
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError: the database did not answer.
        """
        lane = self._wide if len(wanted.communes) > 1 else self._small
        return await lane.ask((wanted, reader))

    async def _fetch(self, batch: list[_Asked]) -> list[list[FoundRow]]:
        pool = await self.database.plain()
        asked = [question_of(wanted, reader, place) for place, (wanted, reader) in enumerate(batch)]
        found: list[list[FoundRow]] = [[] for _ in batch]
        for row in await pool.fetch(_FETCH, to_json(asked).decode()):
            found[row["place"]].append(row)
        return found


async def search(session: AsyncSession, wanted: Search, reader: Reader) -> list[tuple[Person, str]]:
    """Read a page of people with their sort keys, in a transaction that is open for more."""
    searches = to_json([question_of(wanted, reader, 0)]).decode()
    found = await session.execute(text(_EXECUTE), {"searches": searches})
    return [(person_of(row), row["name_sort"]) for row in found.mappings()]


def question_of(wanted: Search, reader: Reader, place: int) -> dict[str, Any]:
    """Give a search as `search_persons` is asked it."""
    question: dict[str, Any] = {
        "place": place,
        "scope": reader.communes,
        "actor": reader.actor,
        "request": reader.request_id,
        "purpose": reader.purpose,
        "subject": wanted.subject,
        "narrowed": wanted.narrowed,
        "communes": wanted.communes,
        "number": wanted.number,
        "village": wanted.village,
        "verification": wanted.verification,
        "at_most": wanted.limit,
    }
    similar = wanted.match == "similar" and wanted.name_key is not None
    if wanted.name_key is not None:
        question |= {"match": wanted.match, "name": wanted.name_key}
        question["name_end"] = wanted.name_key + _LAST
    if similar:
        question |= {"alike": ALIKE, "pieces": _pieces(str(wanted.name_key))}
    if wanted.birth_year is not None:
        # A year that is remembered wrongly by one is the commonest error beside the name's.
        around = 1 if similar else 0
        question["born_from"] = date(wanted.birth_year - around, 1, 1)
        question["born_to"] = date(wanted.birth_year + around + 1, 1, 1)
    if wanted.after is not None:
        question["after_sort"], question["after_id"] = wanted.after
    return question


def _pieces(name_key: str) -> list[str]:
    """Cut what was typed into three; one of them is found, wherever, in every name that counts."""
    third, rest = divmod(len(name_key), 3)
    first, second = third + (rest > 0), 2 * third + rest
    return [name_key[:first], name_key[first:second], name_key[second:]]
