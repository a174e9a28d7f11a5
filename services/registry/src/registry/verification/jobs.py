"""The run of checks over a commune: many at once, resumable, never stopped by an outage."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from registry.persons import service as persons
from registry.persons.domain import Person
from registry.verification import service
from registry.verification.domain import UNVERIFIED, birth_of, compare, read_citizen
from registry.verification.gateway import PopulationGateway, PopulationUnavailable, Query
from registry.verification.service import Answer

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from registry.settings import RegistrySettings


async def verify_commune(ctx: OperationContext) -> None:
    """Check every person of a commune whose data nobody has confirmed."""
    settings: RegistrySettings = ctx.settings
    gateway = PopulationGateway(ctx.http, settings)
    limit = asyncio.Semaphore(settings.population_parallel)
    commune, reason = str(ctx.params["commune_code"]), str(ctx.params["reason"])
    checkpoint = ctx.checkpoint
    after = UUID(checkpoint["after"]) if checkpoint.get("after") else None
    counts = Counter(checkpoint.get("counts", {}))
    while not ctx.cancelled():
        async with ctx.db.read(ctx.scope) as session:
            people = await persons.next_to_verify(session, commune, after)
        if not people:
            break
        asked = [(person, _request_id(ctx.id, person)) for person in people]
        async with ctx.db.transaction(ctx.scope) as session:
            await service.note_queries(
                session, asked, procedure=settings.population_procedure, reason=reason
            )
        answers = await asyncio.gather(
            *(
                _check(gateway, limit, _query(person, request, ctx.actor, settings), person)
                for person, request in asked
            )
        )
        after = people[-1].person_id
        counts.update(answer.verdict.status for answer in answers)
        async with ctx.db.transaction(ctx.scope) as session:
            await service.apply(session, answers, operation_id=ctx.id, now=ctx.clock.now())
            await ctx.progress(
                ctx.done + len(answers),
                checkpoint={"after": str(after), "counts": dict(counts)},
                session=session,
            )
    ctx.result({"commune_code": commune, **{status: counts[status] for status in _STATUSES}})


_STATUSES = ("verified", "mismatch", "not_found", "unverified")


def _request_id(operation_id: UUID, person: Person) -> str:
    # A resumed run asks under the same number: the population database sees one question.
    return uuid5(operation_id, str(person.person_id)).hex


def _query(person: Person, request_id: str, official: str, settings: RegistrySettings) -> Query:
    return Query(
        request_id=request_id,
        official=official,
        procedure=settings.population_procedure,
        personal_id=str(person.identity.personal_id),
        full_name=person.identity.full_name,
        birth=birth_of(service.subject_of(person)),
    )


async def _check(
    gateway: PopulationGateway, limit: asyncio.Semaphore, query: Query, person: Person
) -> Answer:
    async with limit:
        try:
            answer = await gateway.look_up(query)
        except PopulationUnavailable:
            return Answer(person.person_id, query.request_id, UNVERIFIED)
    verdict = compare(service.subject_of(person), read_citizen(answer))
    return Answer(person.person_id, query.request_id, verdict)
