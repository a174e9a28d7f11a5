"""Seal, read, count and end facts that reveal HIV; the rest of the world hears a neutral code.

Every read is written into the audit log with its purpose and reason. The audit entry names the
sealed row, not the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.sealing import BlindIndex, FieldCipher
from registry.circumstances import service as circumstances
from registry.circumstances.domain import Fact, PeriodInvalid
from registry.persons import service as persons
from registry.persons.domain import Person, PersonNotFound
from registry.persons.service import People
from registry.sealed_facts import store
from registry.sealed_facts.domain import (
    Counted,
    Counts,
    SealedFactNotFound,
    SealedFactsOff,
    SealedFactUnchanged,
    SealedStatement,
    count,
)
from registry.sealed_facts.store import SealedRow

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_REASON = "theo hồ sơ niêm phong"
"""What stands beside the neutral code: the reason itself is sealed."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What sealing needs: the key of sealed facts and this installation's neutral code."""

    cipher: FieldCipher
    digest: BlindIndex
    neutral_code: str

    @classmethod
    def of(cls, key: str, neutral_code: str) -> Keeper:
        """Make a keeper from settings.

        Raises:
            SealedFactsOff: a setting is missing.
        """
        if not key or not neutral_code:
            raise SealedFactsOff
        return cls(FieldCipher(key), BlindIndex(key), neutral_code)

    def seal(self, statement: SealedStatement, commune_code: str) -> SealedRow:
        """Make a row."""
        fact_id = new_id()
        content = self.cipher.encrypt(statement.text(), _aad(fact_id, statement.person_id))
        return SealedRow(fact_id, statement.person_id, commune_code, content)

    def open(self, row: SealedRow) -> SealedStatement:
        """Read a row.

        Raises:
            SealBroken: the row was altered, or belongs to another key.
        """
        text = self.cipher.decrypt(row.content, _aad(row.fact_id, row.person_id))
        return SealedStatement.read(row.person_id, text)


@dataclass(frozen=True, slots=True)
class Access:
    """Why somebody looks: a purpose from the list, and the reason in their own words."""

    purpose: str
    reason: str

    def detail(self) -> dict[str, str]:
        """Give what the audit log keeps."""
        return {"purpose": self.purpose, "reason": self.reason}


async def record_sealed(
    people: People, keeper: Keeper, statements: Sequence[SealedStatement]
) -> set[UUID]:
    """Seal what is stated about people whom the caller has loaded; gives whose were news.

    The neutral code is established for each; events leave with the flush of `people`. What is
    sealed already and not contradicted is not written again, so that a list may be sent twice.

    Raises:
        PeriodInvalid: a fact would end before it begins.
    """
    wanted = {one.person_id: one for one in statements}
    if not wanted:
        return set()
    rows = await store.current(people.session, wanted)
    gone: list[UUID] = []
    fresh: list[SealedRow] = []
    neutral: list[Fact] = []
    for person_id, stated in wanted.items():
        row = rows.get(person_id)
        known = None if row is None else keeper.open(row)
        if not stated.adds_to(known):
            continue
        merged = stated.merged_into(known)
        if merged.valid_from and merged.valid_to and merged.valid_to <= merged.valid_from:
            raise PeriodInvalid
        if row is not None:
            gone.append(row.fact_id)
        commune = people.get(person_id).identity.commune_code
        fresh.append(keeper.seal(merged, commune))
        neutral.append(_neutral(keeper, merged))
    await store.replace(people.session, gone, fresh, now=people.now, recorded_by=people.recorded_by)
    await circumstances.establish(people, neutral)
    return {row.person_id for row in fresh}


async def record_one(
    session: AsyncSession,
    keeper: Keeper,
    personal_id: str,
    statement: SealedStatement,
    *,
    now: datetime,
) -> UUID:
    """Seal what an officer enters about one person; gives the sealed row.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        PeriodInvalid: it would end before it begins.
    """
    people, person = await _load(session, personal_id, now)
    await record_sealed(people, keeper, [replace(statement, person_id=person.person_id)])
    await people.flush()
    row = (await store.current(session, [person.person_id]))[person.person_id]
    await audit.record(session, "sealed_fact.recorded", "sealed_fact", row.fact_id)
    return row.fact_id


async def read_one(
    session: AsyncSession, keeper: Keeper, personal_id: str, access: Access
) -> tuple[UUID, SealedStatement]:
    """Read what is sealed about one person; audited with the purpose and the reason.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        SealedFactNotFound: nothing is sealed.
    """
    person = await persons.by_personal_id(session, personal_id)
    row = (await store.current(session, [person.person_id])).get(person.person_id)
    if row is None:
        raise SealedFactNotFound
    await audit.record(session, "sealed_fact.read", "sealed_fact", row.fact_id, access.detail())
    return row.fact_id, keeper.open(row)


async def end_one(
    session: AsyncSession,
    keeper: Keeper,
    personal_id: str,
    ending: tuple[date, str],
    *,
    now: datetime,
) -> UUID:
    """Let the fact hold only until before a day; `ending` is the day and the reason, sealed too.

    Raises:
        PersonNotFound, SealedFactNotFound: not there, or not the caller's.
        SealedFactUnchanged: it does not hold until then.
    """
    people, person = await _load(session, personal_id, now)
    row, known = await _known(session, keeper, person)
    ended_on, reason = ending
    starts_later = known.valid_from is not None and ended_on <= known.valid_from
    if starts_later or known.valid_to is not None:
        raise SealedFactUnchanged
    sealed = keeper.seal(replace(known, valid_to=ended_on, note=reason), row.commune_code)
    await _exchange(people, row, [sealed])
    await circumstances.end_kind(people, person.person_id, "neutral", ended_on, reason=_REASON)
    await people.flush()
    await audit.record(session, "sealed_fact.ended", "sealed_fact", sealed.fact_id)
    return sealed.fact_id


async def withdraw_one(
    session: AsyncSession, keeper: Keeper, personal_id: str, access: Access, *, now: datetime
) -> UUID:
    """Take back what was sealed by mistake; gives the row that no longer counts.

    Raises:
        PersonNotFound, SealedFactNotFound: not there, or not the caller's.
    """
    people, person = await _load(session, personal_id, now)
    row, _ = await _known(session, keeper, person)
    await _exchange(people, row, [])
    await circumstances.withdraw_kind(people, person.person_id, "neutral", reason=_REASON)
    await people.flush()
    detail = access.detail()
    await audit.record(session, "sealed_fact.withdrawn", "sealed_fact", row.fact_id, detail)
    return row.fact_id


async def counts(
    session: AsyncSession,
    keeper: Keeper,
    scope: tuple[str | None, date],
    access: Access,
    *,
    now: datetime,
) -> Counts:
    """Count living people of poor households for the form; `scope` is the commune and the day.

    Rows that could point at fewer than five people are not given out. Audited.
    """
    commune_code, on = scope
    rows = await store.of_communes(session, commune_code)
    held = [row.person_id for row in rows if _holds(keeper.open(row), on)]
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(person_ids=held)
    counted = [
        Counted(person.identity.birth_date, person.identity.sex)
        for person in people.everybody()
        if person.poverty_class == "poor" and (person.death_date is None or person.death_date > on)
    ]
    await audit.record(
        session, "sealed_facts.counted", "commune", commune_code or "*", access.detail()
    )
    return count(counted, on)


async def follow(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Put sealed facts under the commune where their people live now."""
    if communes:
        await store.move(session, communes)


async def _load(session: AsyncSession, personal_id: str, now: datetime) -> tuple[People, Person]:
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    return people, person


async def _known(
    session: AsyncSession, keeper: Keeper, person: Person
) -> tuple[SealedRow, SealedStatement]:
    row = (await store.current(session, [person.person_id])).get(person.person_id)
    if row is None:
        raise SealedFactNotFound
    return row, keeper.open(row)


async def _exchange(people: People, row: SealedRow, rows: Sequence[SealedRow]) -> None:
    await store.replace(
        people.session, [row.fact_id], rows, now=people.now, recorded_by=people.recorded_by
    )


def _neutral(keeper: Keeper, stated: SealedStatement) -> Fact:
    return Fact(
        stated.person_id,
        "neutral",
        valid_from=stated.valid_from,
        valid_to=stated.valid_to,
        content={"code": keeper.neutral_code},
    )


def _holds(stated: SealedStatement, on: date) -> bool:
    begun = stated.valid_from is None or stated.valid_from <= on
    return begun and (stated.valid_to is None or on < stated.valid_to)


def _aad(fact_id: UUID, person_id: UUID) -> str:
    return f"sealed_fact|content|{fact_id}|{person_id}"
