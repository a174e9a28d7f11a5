"""Runs of checks: many at once, resumable, never stopped by an outage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from common.database.session import Scope
from registry.persons.domain import Person
from registry.verification import service
from registry.verification.domain import UNVERIFIED, birth_of, judge
from registry.verification.gateway import PopulationGateway, PopulationUnavailable, Query
from registry.verification.service import Answer, Seals

if TYPE_CHECKING:
    from datetime import datetime

    from common.operations.runner import OperationContext
    from common.runtime.context import ServiceContext
    from registry.settings import RegistrySettings

_STATUSES = ("verified", "mismatch", "not_found", "unverified")
_SLICE = 200
_SCHEDULED = "scheduled_review"


async def verify_commune(ctx: OperationContext) -> None:
    """Check everybody of a commune whose data nobody has confirmed, or the people who are named."""
    settings: RegistrySettings = ctx.settings
    asker = _Asker(ctx, ctx.actor, str(ctx.params["reason"]))
    checkpoint = ctx.checkpoint
    after = UUID(checkpoint["after"]) if checkpoint.get("after") else None
    counts = Counter(checkpoint.get("counts", {}))
    while not ctx.cancelled():
        async with ctx.db.transaction(ctx.scope) as session:
            people = await service.next_people(session, ctx.params, after, now=ctx.clock.now())
        if not people:
            break
        answers = await asker.ask(people, ctx.id, ctx.scope)
        after = people[-1].person_id
        counts.update(answer.verdict.status for answer in answers)
        async with ctx.db.transaction(ctx.scope) as session:
            await service.apply(
                session,
                answers,
                operation_id=ctx.id,
                now=ctx.clock.now(),
                seals=Seals.of(settings),
            )
            await ctx.progress(
                ctx.done + len(answers),
                checkpoint={"after": str(after), "counts": dict(counts)},
                session=session,
            )
    commune = str(ctx.params["commune_code"])
    ctx.result({"commune_code": commune, **{status: counts[status] for status in _STATUSES}})


async def verify_round(ctx: ServiceContext) -> None:
    """Ask about the next people of the scheduled round: at most so many a minute."""
    settings: RegistrySettings = ctx.settings
    if not settings.verification_every_days or not settings.population_url:
        return
    scope = Scope.service("registry-verification")
    now = ctx.clock.now()
    async with ctx.db.transaction(scope) as session:
        people = await service.next_round(session, settings, now)
    asker = _Asker(ctx, settings.population_official, _SCHEDULED)
    for start in range(0, len(people), _SLICE):
        answers = await asker.ask(people[start : start + _SLICE], _day(now), scope)
        async with ctx.db.transaction(scope) as session:
            await service.apply(
                session, answers, operation_id=None, now=now, seals=Seals.of(settings)
            )


class _Asker:
    """Asks about some people at once, each question written down before."""

    def __init__(self, ctx: OperationContext | ServiceContext, official: str, reason: str) -> None:
        self._db = ctx.db
        self._settings: Any = ctx.settings
        self._official = official
        self._reason = reason
        self._gateway = PopulationGateway(ctx.http, ctx.settings)
        self._limit = asyncio.Semaphore(ctx.settings.population_parallel)

    async def ask(self, people: Sequence[Person], run: UUID, scope: Scope) -> list[Answer]:
        """Ask; a resumed run asks under the same numbers, so that one question is seen."""
        asked = [(person, uuid5(run, str(person.person_id)).hex) for person in people]
        async with self._db.transaction(scope) as session:
            await service.note_queries(
                session,
                asked,
                procedure=self._settings.population_procedure,
                reason=self._reason,
                official=self._official,
            )
        return await asyncio.gather(*(self._check(*question) for question in asked))

    async def _check(self, person: Person, request_id: str) -> Answer:
        subject = service.subject_of(person)
        query = Query(
            request_id=request_id,
            official=self._official,
            procedure=self._settings.population_procedure,
            personal_id=subject.personal_id,
            former_number=subject.former_number,
            full_name=subject.full_name,
            birth=birth_of(subject),
        )
        async with self._limit:
            try:
                answer = await self._gateway.look_up(query)
            except PopulationUnavailable:
                return Answer(person.person_id, request_id, UNVERIFIED)
        return Answer(person.person_id, request_id, judge(subject, answer))


def _day(now: datetime) -> UUID:
    return uuid5(UUID(int=0), f"{_SCHEDULED} {now:%Y-%m-%d}")
