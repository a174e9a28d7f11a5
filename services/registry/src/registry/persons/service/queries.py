"""Questions about people. Reading one is written into the audit log by the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakKeyDictionary

from common import audit
from common.kernel.names import search_key
from common.kernel.personal_id import compact
from common.observability.trace import current_trace
from common.runtime.clock import VN_TZ
from registry.areas import service as areas
from registry.persons.domain import Person, PersonKey, PersonNotFound, Verification
from registry.persons.store import people as store
from registry.persons.store import records, searching, versions
from registry.persons.store.batches import Reader
from registry.persons.store.reads import ReadQueue
from registry.persons.store.searching import FoundRow, Match, Search, SearchQueue
from registry.persons.store.versions import VersionRow

if TYPE_CHECKING:
    from common.database.session import AsyncSession, Database

_NARROWING = ("name", "birth_year", "verification", "number", "village")


async def by_key(session: AsyncSession, key: PersonKey) -> Person:
    """Read a person by number or id; audited.

    Raises:
        PersonNotFound: nobody of this key in the caller's communes.
    """
    if key.person_id is not None:
        return await by_person_id(session, key.person_id)
    return await by_personal_id(session, str(key.personal_id))


_QUEUES: WeakKeyDictionary[Database, ReadQueue] = WeakKeyDictionary()


async def read_one(database: Database, key: PersonKey, reader: Reader) -> Person:
    """Read a person by number (also one of before) or id, past the ORM; audited.

    Raises:
        PersonNotFound: nobody of this key in the reader's communes.
    """
    queue = _QUEUES.get(database)
    if queue is None:
        queue = _QUEUES[database] = ReadQueue(database)
    person = await queue.read(key, reader)
    if person is None:
        raise PersonNotFound
    audit.mark_recorded()
    return person


async def by_personal_id(session: AsyncSession, personal_id: str) -> Person:
    """Read a person by the 12 digits, of now or of before; audited.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
    """
    found = await store.by_personal_ids(session, [personal_id], lock=False)
    if not found:
        holders = await records.holders_of(session, [personal_id])
        found = await store.by_ids(session, set(holders.values()), lock=False)
    return await _read(session, found)


async def by_person_id(session: AsyncSession, person_id: UUID) -> Person:
    """Read a person by id; audited.

    Raises:
        PersonNotFound: nobody with this id in the caller's communes.
    """
    return await _read(session, await store.by_ids(session, [person_id], lock=False))


async def _read(session: AsyncSession, found: list[Person]) -> Person:
    if not found:
        raise PersonNotFound
    await audit.record(session, "person.read", "person", found[0].person_id)
    return found[0]


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """What a list of people is narrowed to.

    `name` is compared without accents: its beginning, the whole, or (`similar`) with typing errors,
    where a birth year may be wrong by one too. `number` is one of today or of before.
    """

    name: str | None = None
    birth_year: int | None = None
    verification: Verification | None = None
    number: str | None = None
    village: str | None = None
    match: Match = "prefix"


def searched_communes(
    own: frozenset[str] | None, commune_code: str | None, province_code: str
) -> Sequence[str]:
    """Give where a search looks: one commune, or all of the caller's (None: the whole province).

    Somebody of the whole province gets its communes by name: with them an index is found, which
    `everything` would not.
    """
    if commune_code is not None:
        return [commune_code]
    return sorted(own) if own is not None else _communes_of(province_code)


@cache
def _communes_of(province_code: str) -> Sequence[str]:
    return tuple(commune.code for commune in areas.communes(province_code))


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a list is read: behind whom (sort key and id), and how many."""

    after: tuple[str, UUID] | None
    limit: int


async def search(
    session: AsyncSession,
    communes: str | Sequence[str],
    wanted: PersonFilter,
    *,
    after: tuple[str, UUID] | None = None,
    limit: int,
) -> list[tuple[Person, str]]:
    """Read a page of people of communes, in the order of Vietnamese names; audited.

    Similar names come in the order of their likeness instead, and only the first page of them.
    """
    codes = [communes] if isinstance(communes, str) else communes
    scope = session.info["scope"]
    reader = Reader(
        communes=scope.setting,
        actor=scope.actor,
        request_id=current_trace().request_id,
        purpose=audit.current_purpose(),
    )
    audit.mark_recorded()
    return await searching.search(session, _criteria(codes, wanted, Slice(after, limit)), reader)


_SEARCHES: WeakKeyDictionary[Database, SearchQueue] = WeakKeyDictionary()


async def find(
    database: Database,
    communes: Sequence[str],
    wanted: PersonFilter,
    part: Slice,
    reader: Reader,
) -> list[FoundRow]:
    """Do as `search` does, past the ORM and in a transaction of its own."""
    queue = _SEARCHES.get(database)
    if queue is None:
        queue = _SEARCHES[database] = SearchQueue(database)
    audit.mark_recorded()
    return await queue.search(_criteria(communes, wanted, part), reader)


def _criteria(communes: Sequence[str], wanted: PersonFilter, part: Slice) -> Search:
    key = search_key(wanted.name) if wanted.name is not None else None
    # A name without a letter or a digit is the beginning of nobody's name; PostgreSQL's texts have
    # no NUL.
    nobody = key == "" or "\0" in (wanted.village or "")
    return Search(
        communes=() if nobody else communes,
        name_key=key,
        match=wanted.match,
        number=compact(wanted.number) if wanted.number is not None else None,
        birth_year=wanted.birth_year,
        village=None if nobody else wanted.village,
        verification=wanted.verification,
        after=part.after,
        limit=part.limit,
        subject=communes[0] if len(communes) == 1 else "many",
        narrowed=[name for name in _NARROWING if getattr(wanted, name) is not None],
    )


async def history(
    session: AsyncSession,
    person: Person,
    *,
    as_of: date | None = None,
    known_on: date | None = None,
) -> list[VersionRow]:
    """Give a person's history, narrowed to what held on a day, as known at the end of a day.

    Without `known_on` the rows known now; with it those that were not yet superseded then.
    """
    rows = await versions.history(session, person.person_id)
    if known_on is not None:
        end = datetime.combine(known_on + timedelta(days=1), time.min, VN_TZ)
        rows = [
            row
            for row in rows
            if row.recorded_at < end and (row.superseded_at is None or row.superseded_at >= end)
        ]
    elif as_of is not None:
        rows = [row for row in rows if row.superseded_at is None]
    if as_of is not None:
        rows = [
            row
            for row in rows
            if (row.valid_from is None or row.valid_from <= as_of)
            and (row.valid_to is None or as_of < row.valid_to)
        ]
    return rows
