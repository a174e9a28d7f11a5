"""Checking people against the population database: one, some, a commune, or all by and by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.contracts.registry import PersonState, PersonVerified
from common.operations import service as operations
from common.sealing import BlindIndex, FieldCipher
from registry.areas import service as areas
from registry.persons import service as persons
from registry.persons.domain import (
    CommuneNotYours,
    Person,
    PersonKey,
    PersonNotFound,
    Verification,
)
from registry.persons.service import People, PersonFilter
from registry.verification.domain import FieldResult, Subject, Verdict
from registry.verification.domain.tasks import disagreement, reason_of, written
from registry.verification.store import checks as store
from registry.verification.store import tasks as task_store
from registry.verification.store.checks import CheckRow, Standing
from registry.verification.store.tasks import NewTask

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings

OPERATION = "verification"
ROUND = "population"
_SLICE = 200


@dataclass(frozen=True, slots=True)
class Seals:
    """How answers are kept while somebody has to look at them, and known again afterwards."""

    cipher: FieldCipher | None
    index: BlindIndex | None

    @classmethod
    def of(cls, settings: RegistrySettings) -> Seals:
        """Use the key that seals uploads; without one no answer is kept."""
        key = settings.upload_key.get_secret_value()
        return cls(FieldCipher(key), BlindIndex(key)) if key else cls(None, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back about one person."""

    person_id: UUID
    request_id: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a run asks about, and why; without `people` everybody of the commune who is open."""

    commune_code: str
    reason: str
    people: tuple[str, ...] = ()


def subject_of(person: Person) -> Subject:
    """Give what is compared of a person."""
    who = person.identity
    return Subject(
        who.full_name,
        who.birth_date,
        who.birth_precision,
        who.sex,
        who.personal_id,
        who.former_number,
    )


async def start(session: AsyncSession, wanted: Wanted, *, province_code: str) -> tuple[UUID, int]:
    """Queue a run of checks; gives the operation and about how many people it asks.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
        PersonNotFound: one of the named people is not in the commune.
    """
    commune = wanted.commune_code
    areas.own_commune(commune, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune not in communes:
        raise CommuneNotYours
    params: dict[str, Any] = {"commune_code": commune, "reason": wanted.reason}
    if wanted.people:
        ids = await _named(session, wanted)
        params["person_ids"] = [str(one) for one in ids]
        total = len(ids)
    else:
        total = await store.count_open(session, commune)
    operation_id = await operations.start(
        session, OPERATION, params, commune_code=commune, total=total
    )
    await audit.record(session, "verification.started", "commune", commune, {"people": total})
    return operation_id, total


async def _named(session: AsyncSession, wanted: Wanted) -> list[UUID]:
    found = []
    for key in wanted.people:
        person = await persons.by_key(session, PersonKey.parse(key))
        if person.identity.commune_code != wanted.commune_code or person.merged_into is not None:
            raise PersonNotFound
        found.append(person.person_id)
    return sorted(set(found))


async def note_queries(
    session: AsyncSession,
    queries: Sequence[tuple[Person, str]],
    *,
    procedure: str,
    reason: str,
    official: str,
) -> None:
    """Write down, before asking, who is asked about, by which official, for which procedure."""
    for person, request_id in queries:
        await audit.record(
            session,
            "population.queried",
            "person",
            person.person_id,
            {
                "official": official,
                "procedure": procedure,
                "reason": reason,
                "population_request": request_id,
            },
        )


async def apply(
    session: AsyncSession,
    answers: Sequence[Answer],
    *,
    operation_id: UUID | None,
    now: datetime,
    seals: Seals,
) -> None:
    """Record answers; who agrees now, or does so no longer, is told.

    What disagrees becomes a task; what is settled is closed. Who was not answered about stays as
    they were.
    """
    people = People(session, now=now, recorded_by="verification")
    await people.load(person_ids=[answer.person_id for answer in answers])
    # Who was moved or merged meanwhile is left for the next run.
    here = {person.person_id for person in people.everybody()}
    answers = [answer for answer in answers if answer.person_id in here]
    rows, tasks = [], []
    for answer in answers:
        person, verdict = people.get(answer.person_id), with_residence(answer, people)
        rows.append(
            CheckRow(
                person.person_id,
                person.identity.commune_code,
                answer.request_id,
                verdict.status,
                verdict.mismatches,
                verdict.fields,
            )
        )
        if verdict.status not in {"unverified", person.verification}:
            mark(people, person, verdict)
        reason = reason_of(verdict)
        if reason is not None:
            tasks.append(_task(person, reason, verdict, seals))
    await store.insert_checks(session, rows, operation_id=operation_id, now=now)
    heard = {a.person_id: reason_of(a.verdict) for a in answers if _heard(a.verdict)}
    agreed = [row.person_id for row in rows if row.status == "verified"]
    if heard:
        await task_store.close_answered(session, heard, agreed, now)
    if tasks:
        await task_store.open_with_answers(session, tasks, now)
    await people.flush()


def mark(people: People, person: Person, verdict: Verdict) -> None:
    """Write down and tell what the population database says of a person."""
    person.verification = verdict.status
    people.tell(person, partial(_verified, verdict))


def with_residence(answer: Answer, people: People) -> Verdict:
    """Add whether the commune agrees; a move is no reason to doubt who somebody is."""
    verdict = answer.verdict
    if verdict.citizen is None:
        return verdict
    here = people.get(answer.person_id).identity.commune_code
    lives = _residence(verdict.citizen.residence, here)
    return replace(verdict, fields={**verdict.fields, "residence": lives})


def _residence(code: str | None, here: str) -> FieldResult:
    """Compare communes; the population database may still have the code of before 1/7/2025."""
    if code is None:
        return "unknown"
    if code == here:
        return "agrees"
    book = areas.book()
    heirs = {unit.new_code for unit in book.former_by_code(code)}
    if here in heirs:
        return "unknown" if code in book.communes or len(heirs) > 1 else "agrees"
    return "differs" if heirs or code in book.communes else "unknown"


def _heard(verdict: Verdict) -> bool:
    return verdict.status != "unverified" or verdict.several or verdict.citizen is not None


def _task(person: Person, reason: str, verdict: Verdict, seals: Seals) -> NewTask:
    fields = ("personal_id",) if verdict.tells_number else verdict.mismatches
    answer = digest = None
    if seals.cipher is not None and verdict.citizen is not None:
        answer = seals.cipher.encrypt(written(verdict.citizen), aad_of(person.person_id))
    if seals.index is not None:
        digest = seals.index.of(disagreement(subject_of(person), verdict))
    return NewTask(person.person_id, person.identity.commune_code, reason, fields, answer, digest)


def aad_of(person_id: UUID) -> str:
    """Bind a sealed answer to its person."""
    return f"verification_task:{person_id}"


def _verified(verdict: Verdict, state: PersonState) -> PersonVerified:
    return PersonVerified.model_construct(
        person=state, status=verdict.status, mismatches=verdict.mismatches
    )


async def standing(
    session: AsyncSession,
    commune_code: str,
    status: Verification,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[tuple[Person, str, Standing]]:
    """Read a page of people of one status, with what is open about them."""
    rows = await persons.search(
        session, commune_code, PersonFilter(verification=status), after=after, limit=limit
    )
    found = await store.standing(session, [person.person_id for person, _ in rows])
    return [(person, sort, found[person.person_id]) for person, sort in rows]


async def next_people(
    session: AsyncSession, wanted: Mapping[str, Any], after: UUID | None, *, now: datetime
) -> list[Person]:
    """Give the next people whom a run asks about; `wanted` are the run's parameters."""
    named = wanted.get("person_ids")
    if named is None:
        ids = await store.next_open(session, str(wanted["commune_code"]), after, _SLICE)
    else:
        ids = [UUID(one) for one in sorted(named) if after is None or UUID(one) > after][:_SLICE]
    return await _people(session, ids, now)


async def _people(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> list[Person]:
    people = People(session, now=now, recorded_by="verification")
    await people.load(person_ids=ids)
    wanted = set(ids)
    found = [person for person in people.everybody() if person.person_id in wanted]
    return sorted(found, key=lambda person: person.person_id)


async def next_round(
    session: AsyncSession, settings: RegistrySettings, now: datetime
) -> list[Person]:
    """Give the next people whom the round of scheduled checks asks about, and remember how far.

    A round goes through everybody by id; after its end the next one begins. Whoever is asked about
    was not asked within `verification_every_days`, or nobody answered then.
    """
    state = await store.round_of(session, ROUND, now)
    older = now - timedelta(days=settings.verification_every_days)
    due, after = await store.next_due(
        session, state["after_id"], older_than=older, limit=settings.verification_per_minute
    )
    begun = state["after_id"] is None
    await store.save_round(
        session,
        ROUND,
        {
            "after_id": after,
            "started_at": now if begun else state["started_at"],
            "finished_at": now if after is None else state["finished_at"],
            "asked": len(due) if begun else state["asked"] + len(due),
        },
    )
    return await _people(session, due, now)


async def follow(session: AsyncSession, homes: dict[UUID, str]) -> None:
    """Take what is known of people along into the commune where they live now."""
    await store.follow(session, homes)
