"""Checking people against the population database; tasks for those whose data disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.contracts.registry import PersonState, PersonVerified
from common.operations import service as operations
from registry.areas import service as areas
from registry.persons import service as persons
from registry.persons.domain import CommuneNotYours, Person, Verification
from registry.persons.service import People, PersonFilter
from registry.verification import store
from registry.verification.domain import Subject, Verdict
from registry.verification.store import CheckRow, Standing

if TYPE_CHECKING:
    from common.database.session import AsyncSession

OPERATION = "verification"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back about one person."""

    person_id: UUID
    request_id: str
    verdict: Verdict


def subject_of(person: Person) -> Subject:
    """Give what is compared of a person."""
    who = person.identity
    return Subject(who.full_name, who.birth_date, who.birth_precision, who.sex)


async def start(
    session: AsyncSession, commune_code: str, *, reason: str, province_code: str
) -> tuple[UUID, int]:
    """Queue a run of checks over a commune's people; gives the operation and how many.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
    """
    areas.own_commune(commune_code, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune_code not in communes:
        raise CommuneNotYours
    total = await persons.count_to_verify(session, commune_code)
    params = {"commune_code": commune_code, "reason": reason}
    operation_id = await operations.start(
        session, OPERATION, params, commune_code=commune_code, total=total
    )
    await audit.record(session, "verification.started", "commune", commune_code, {"people": total})
    return operation_id, total


async def note_queries(
    session: AsyncSession,
    queries: Sequence[tuple[Person, str]],
    *,
    procedure: str,
    reason: str,
) -> None:
    """Write down, before asking, who is asked about, by which official, for which procedure."""
    for person, request_id in queries:
        await audit.record(
            session,
            "population.queried",
            "person",
            person.person_id,
            {"procedure": procedure, "reason": reason, "population_request": request_id},
        )


async def apply(
    session: AsyncSession, answers: Sequence[Answer], *, operation_id: UUID, now: datetime
) -> None:
    """Record answers; who agrees now, or does so no longer, is told."""
    people = People(session, now=now, recorded_by="verification")
    await people.load(person_ids=[answer.person_id for answer in answers])
    rows = []
    for answer in answers:
        person = people.get(answer.person_id)
        verdict = answer.verdict
        rows.append(
            CheckRow(
                person.person_id,
                person.identity.commune_code,
                answer.request_id,
                verdict.status,
                verdict.mismatches,
            )
        )
        if verdict.status not in {"unverified", person.verification}:
            person.verification = verdict.status
            people.tell(person, partial(_verified, verdict))
    await store.insert_checks(session, rows, operation_id=operation_id, now=now)
    agreed = [row.person_id for row in rows if row.status == "verified"]
    if agreed:
        await store.close_tasks(session, agreed, now)
    await people.flush()


def _verified(verdict: Verdict, state: PersonState) -> PersonVerified:
    return PersonVerified.model_construct(
        person=state, status=verdict.status, mismatches=verdict.mismatches
    )


async def open_tasks(
    session: AsyncSession, rows: Sequence[tuple[UUID, str, str]], now: datetime
) -> None:
    """Ask somebody to look at people (person, commune, reason), once for each reason."""
    if rows:
        await store.open_tasks(session, rows, now)


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
