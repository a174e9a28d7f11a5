"""Working off what a check found: take over what the population database has, or keep ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.kernel.names import title_case
from registry.persons import service as persons
from registry.persons.domain import Identity, Person, PersonKey
from registry.persons.service import NewNumber, People, Seen
from registry.persons.service.locked_person import take_seen
from registry.verification.domain import (
    AcceptImpossible,
    Citizen,
    Task,
    TaskClosed,
    TaskNotFound,
    birth_known,
    compare,
)
from registry.verification.domain.tasks import read_written
from registry.verification.service.checks import Seals, aad_of, mark, subject_of
from registry.verification.store import tasks as store

if TYPE_CHECKING:
    from datetime import datetime

    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which fields an officer takes over, and the version of the person that they saw."""

    fields: frozenset[str]
    version: int
    note: str


async def open_tasks(
    session: AsyncSession, rows: Sequence[tuple[UUID, str, str]], now: datetime
) -> None:
    """Ask somebody to look at people (person, commune, reason), once for each reason."""
    if rows:
        await store.open_tasks(session, rows, now)


async def tasks(
    session: AsyncSession,
    commune_code: str | None,
    *,
    reason: str | None,
    is_open: bool,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of tasks of a commune, or of all of the caller's; audited."""
    rows = await store.listed(
        session,
        communes_of(session, commune_code),
        reason=reason,
        is_open=is_open,
        after=after,
        limit=limit,
    )
    await audit.record(
        session, "verification_tasks.listed", "commune", commune_code or "many", {"rows": len(rows)}
    )
    return rows


def communes_of(session: AsyncSession, commune_code: str | None) -> list[str] | None:
    """Give the communes of a list by name, so that an index is found; None: the province."""
    if commune_code is not None:
        return [commune_code]
    communes = session.info["scope"].communes
    return None if communes is None else sorted(communes)


async def task(
    session: AsyncSession, task_id: UUID, *, seals: Seals
) -> tuple[Task, Person, Citizen | None]:
    """Read a task with the person and what the population database told; audited.

    Raises:
        TaskNotFound: not there for the caller.
    """
    found = await store.one(session, task_id)
    if found is None:
        raise TaskNotFound
    person = await persons.by_person_id(session, found.person_id)
    await audit.record(session, "verification_task.read", "person", found.person_id)
    return found, person, _told(found, seals)


async def accept(
    session: AsyncSession, task_id: UUID, taken: Acceptance, *, now: datetime, seals: Seals
) -> Person:
    """Correct a person by what the population database told.

    Raises:
        TaskNotFound, TaskClosed: there is nothing to work off.
        AcceptImpossible: a field was not told, or cannot be taken over.
        PreconditionFailed: the officer's copy of the person is out of date.
        PersonMergedAway: another record stands for this human.
        PersonExists: the number is somebody else's.
    """
    found = await _open(session, task_id)
    citizen = _told(found, seals)
    if citizen is None:
        raise AcceptImpossible
    key = PersonKey(person_id=found.person_id)
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    person = await take_seen(people, Seen(key, taken.version, now))
    people.correct(person, _accepted(person.identity, citizen, taken.fields))
    await people.flush()
    if "personal_id" in taken.fields:
        person = await _take_number(session, person, citizen, taken, now)
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(person_ids=[person.person_id])
    person = people.get(found.person_id)
    verdict = compare(subject_of(person), citizen)
    if verdict.status not in {"unverified", person.verification}:
        mark(people, person, verdict)
        await people.flush()
    await _close(session, found, "accepted", taken.note, now)
    return person


async def keep(session: AsyncSession, task_id: UUID, reason: str, *, now: datetime) -> Task:
    """Keep what is written down, for a reason; the same disagreement does not come up again.

    Raises:
        TaskNotFound, TaskClosed: there is nothing to work off.
    """
    found = await _open(session, task_id)
    await _close(session, found, "kept", reason, now)
    return replace(found, closed_at=now, resolution="kept", note=reason, answer=None)


async def _take_number(
    session: AsyncSession, person: Person, citizen: Citizen, taken: Acceptance, now: datetime
) -> Person:
    if citizen.personal_id is None:
        raise AcceptImpossible
    first = person.identity.personal_id is None
    new = NewNumber(citizen.personal_id, "first" if first else "wrong", taken.note)
    return await persons.rekey_person(
        session, Seen(PersonKey(person_id=person.person_id), person.version, now), new
    )


def _accepted(identity: Identity, citizen: Citizen, fields: frozenset[str]) -> Identity:
    changed: dict[str, Any] = {}
    if "full_name" in fields:
        if citizen.full_name is None:
            raise AcceptImpossible
        changed["full_name"] = title_case(citizen.full_name)
    if "sex" in fields:
        if citizen.sex is None:
            raise AcceptImpossible
        changed["sex"] = citizen.sex
    if "birth_date" in fields:
        born = birth_known(citizen)
        if born is None:
            raise AcceptImpossible
        changed["birth_date"], changed["birth_precision"] = born
    return replace(identity, **changed)


def _told(task: Task, seals: Seals) -> Citizen | None:
    if task.answer is None or seals.cipher is None:
        return None
    return read_written(seals.cipher.decrypt(task.answer, aad_of(task.person_id)))


async def _open(session: AsyncSession, task_id: UUID) -> Task:
    found = await store.one(session, task_id, lock=True)
    if found is None:
        raise TaskNotFound
    if found.closed_at is not None:
        raise TaskClosed
    return found


async def _close(
    session: AsyncSession, task: Task, resolution: str, note: str, now: datetime
) -> None:
    values = {
        "now": now,
        "by": session.info["scope"].actor,
        "note": note,
        "resolution": resolution,
    }
    await store.close(session, task.task_id, values)
    await audit.record(
        session,
        f"verification_task.{resolution}",
        "person",
        task.person_id,
        {"reason": task.reason, "fields": list(task.fields)},
    )
