"""Establish dated facts, set by set; each tells what it superseded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.contracts.registry import CircumstanceEstablished, DisabilityFact, PensionIncomeFact
from common.database.ids import new_id
from registry.circumstances import store
from registry.circumstances.domain import Circumstance, Fact, PeriodInvalid
from registry.persons.domain import Person, PersonNotFound, replace_period
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def current(
    session: AsyncSession, person_ids: Sequence[UUID]
) -> dict[UUID, list[Circumstance]]:
    """Read the facts of people as they are known now."""
    return await store.current(session, person_ids)


async def establish(people: People, facts: Sequence[Fact]) -> set[UUID]:
    """Record facts of several people, at most one of a kind for each; gives whose were news.

    A fact whose content and period are known already is not written again. Facts in its way are
    superseded; what of them holds before or after is kept as rows of its own.
    """
    if not facts:
        return set()
    known = await store.current(people.session, {fact.person_id for fact in facts})
    superseded: list[UUID] = []
    fresh: list[Circumstance] = []
    for fact in facts:
        rows = [row for row in known.get(fact.person_id, []) if row.fact.kind == fact.kind]
        if any(_covers(row, fact) for row in rows):
            continue
        replacement = replace_period(rows, fact.valid_from, fact.valid_to)
        commune = people.get(fact.person_id).identity.commune_code
        superseded += [row.circumstance_id for row in replacement.superseded]
        fresh += [
            Circumstance(
                new_id(),
                commune,
                replace(row.fact, valid_from=start, valid_to=end),
                row.circumstance_id,
            )
            for row, start, end in replacement.kept
        ]
        replaced = replacement.superseded[-1].circumstance_id if replacement.superseded else None
        fresh.append(Circumstance(new_id(), commune, fact, replaced))
    if superseded:
        await store.supersede(people.session, superseded, people.now)
    if fresh:
        await store.insert(people.session, fresh, now=people.now, recorded_by=people.recorded_by)
    for row in fresh:
        _tell(people, row)
    return {row.fact.person_id for row in fresh}


async def establish_for(
    session: AsyncSession, personal_id: str, fact: Fact, *, now: datetime
) -> tuple[Person, Circumstance]:
    """Record a fact about one person, as an officer enters it.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        PeriodInvalid: it would end before it begins.
    """
    if fact.valid_from and fact.valid_to and fact.valid_to <= fact.valid_from:
        raise PeriodInvalid
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    own = replace(fact, person_id=person.person_id)
    await establish(people, [own])
    await people.flush()
    rows = (await store.current(session, [person.person_id]))[person.person_id]
    row = next(row for row in rows if row.fact.kind == own.kind and _covers(row, own))
    await audit.record(
        session,
        "circumstance.established",
        "person",
        person.person_id,
        {"kind": own.kind, "circumstance_id": str(row.circumstance_id)},
    )
    return person, row


def _covers(row: Circumstance, fact: Fact) -> bool:
    starts = row.valid_from is None or (
        fact.valid_from is not None and row.valid_from <= fact.valid_from
    )
    ends = row.valid_to is None or (fact.valid_to is not None and fact.valid_to <= row.valid_to)
    return starts and ends and fact.same_content(row.fact)


def _tell(people: People, row: Circumstance) -> None:
    fact = row.fact
    told: DisabilityFact | PensionIncomeFact
    if fact.kind == "disability" and fact.degree is not None:
        told = DisabilityFact(degree=fact.degree, certificate_date=fact.certificate_date)
    else:
        told = PensionIncomeFact(monthly_amount=fact.monthly_amount or 0)
    people.tell(
        people.get(fact.person_id),
        lambda state: CircumstanceEstablished.model_construct(
            person=state,
            circumstance_id=row.circumstance_id,
            fact=told,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            supersedes=row.supersedes,
        ),
    )
