"""What was known on a day is what had been told by then, however it was corrected afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from common.contracts.envelope import Event
from common.contracts.registry import (
    CareFact,
    CareSourceFact,
    ChildFact,
    CircumstanceChanged,
    CircumstanceEnded,
    CircumstanceEstablished,
    DetentionFact,
    DisabilityFact,
    FacilityFact,
    HouseholdReclassified,
    MaritalFact,
    PensionIncomeFact,
    PersonCorrected,
    PersonDied,
    PersonMoved,
    PersonState,
    StudyFact,
    SupportFact,
)
from common.database.ids import new_id
from common.database.session import Database, Scope
from common.kernel.months import Month
from eligibility.facts import service as facts

START = date(2025, 1, 1)
FIRST, LAST = Month(2025, 1), Month(2027, 6)
WORKER = Scope.service("test")

FACTS = (
    DisabilityFact(degree="severe", certificate_date=date(2019, 5, 6)),
    DisabilityFact(degree="very_severe"),
    PensionIncomeFact(monthly_amount=400_000),
    PensionIncomeFact(monthly_amount=900_000, income_kind="survivor"),
    StudyFact(level="general"),
    StudyFact(level="vocational", continuous=False),
    MaritalFact(status="widowed"),
    SupportFact(support="none"),
    CareSourceFact(father="dead", mother="unidentified"),
    CareFact(care="taken_in", carer_qualifies=True),
    DetentionFact(detention="detained"),
    FacilityFact(),
    ChildFact(child_key="a", birth_date=date(2010, 3, 1), studying=True),
    ChildFact(child_key="b", birth_date=date(2015, 8, 1)),
)

day_strategy = st.integers(0, 900).map(lambda days: START + timedelta(days=days))
period = st.tuples(st.none() | day_strategy, st.none() | st.integers(30, 600))
operation = st.one_of(
    st.tuples(st.just("establish"), st.sampled_from(FACTS), period),
    st.tuples(st.just("change"), st.integers(0, 5), st.sampled_from(FACTS), period),
    st.tuples(st.just("end"), st.integers(0, 5), day_strategy),
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("poverty"), st.sampled_from(["poor", "near_poor", "none"]), period),
    st.tuples(st.just("die"), day_strategy),
    st.tuples(st.just("live")),
    st.tuples(st.just("move"), st.sampled_from(["25000", "24997"]), day_strategy),
)
story = st.lists(st.tuples(st.integers(0, 40), operation), min_size=1, max_size=14)


@dataclass
class Life:
    """One person as a registry would tell about them; the same story gives the same events."""

    person: PersonState
    version: int = 0
    known: list[tuple[UUID, Any, date | None, date | None]] | None = None

    def tell(self, what: Any) -> Any | None:
        """Turn an operation into an event, or nothing where it has no object."""
        self.known = self.known or []
        data = getattr(self, f"_{what[0]}")(*what[1:])
        if data is None:
            return None
        self.version += 1
        self.person = data.person
        return Event[Any](
            id=new_id(), source="registry", type=data.event_type, sequence=self.version,
            subject=str(self.person.person_id), time=datetime(2025, 1, 1, tzinfo=UTC), data=data,
        )  # fmt: skip

    def _establish(self, fact: Any, when: Any, supersedes: UUID | None = None) -> Any:
        start, length = when
        end = None if length is None else (start or START) + timedelta(days=length)
        kind = CircumstanceEstablished if supersedes is None else CircumstanceChanged
        item = (new_id(), fact, start, end)
        assert self.known is not None
        self.known.append(item)
        return kind(
            person=self.person, circumstance_id=item[0], fact=fact, valid_from=start, valid_to=end,
            supersedes=supersedes,
        )  # fmt: skip

    def _change(self, place: int, fact: Any, when: Any) -> Any:
        if not self.known:
            return None
        old = self.known.pop(place % len(self.known))
        return self._establish(fact, when, old[0])

    def _end(self, place: int, day: date) -> Any:
        if not self.known:
            return None
        identity, fact, _, _ = self.known[place % len(self.known)]
        return CircumstanceEnded(
            person=self.person, circumstance_id=identity, kind=fact.kind, ended_on=day
        )

    def _withdraw(self, place: int) -> Any:
        if not self.known:
            return None
        identity, fact, _, _ = self.known.pop(place % len(self.known))
        return CircumstanceEnded(
            person=self.person, circumstance_id=identity, kind=fact.kind, ended_on=None,
            withdrawn=True,
        )  # fmt: skip

    def _poverty(self, poverty_class: Any, when: Any) -> Any:
        start, length = when[0] or START, when[1]
        return HouseholdReclassified(
            person=self.person, poverty_class=poverty_class, year=start.year, valid_from=start,
            valid_to=None if length is None else start + timedelta(days=length),
        )  # fmt: skip

    def _die(self, day: date) -> Any:
        dead = self.person.model_copy(update={"death_date": day})
        return PersonDied(person=dead, death_date=day, source="family")

    def _live(self) -> Any:
        living = self.person.model_copy(update={"death_date": None})
        return PersonCorrected(person=living, changed=("death_date",), recorded_by="t")

    def _move(self, place: str, day: date) -> Any:
        moved = self.person.model_copy(update={"commune_code": place})
        return PersonMoved(
            person=moved, from_commune=self.person.commune_code, to_commune=place, moved_on=day
        )


def newborn() -> Life:
    return Life(
        PersonState(
            person_id=new_id(),
            personal_id=None,
            full_name="Người Thử",
            sex="female",
            birth_date=date(1990, 2, 3),
            commune_code="25000",
            village="Thôn 1",
        )
    )


def registered(life: Life) -> Any:
    return life.tell(("live",))


async def keep(db: Database, batches: Sequence[tuple[datetime, list[Any]]]) -> None:
    async with db.transaction(WORKER) as session:
        for now, events in batches:
            await facts.keep(session, events, now)


async def frame(db: Database, life: Life, known_on: date | None = None) -> pl.DataFrame:
    async with db.read(WORKER) as session:
        found = await facts.months_frame(
            session, [life.person.person_id], FIRST, LAST, known_on=known_on
        )
    return found.drop("person_id").sort("month")


def at(days: int) -> datetime:
    return datetime(2025, 1, 1, 3, tzinfo=UTC) + timedelta(days=days)


async def check(db: Database, steps: Sequence[tuple[int, Any]], cut: int) -> None:
    whole, before, bulk = newborn(), newborn(), newborn()
    batches, prefix, together = [(at(0), [registered(whole)])], [(at(0), [registered(before)])], []
    together.append(registered(bulk))
    day = 0
    for gap, what in steps:
        day += gap
        event = whole.tell(what)
        if event is not None:
            batches.append((at(day), [event]))
        if day <= cut and (early := before.tell(what)) is not None:
            prefix.append((at(day), [early]))
        if (one := bulk.tell(what)) is not None:
            together.append(one)
    await keep(db, batches)
    await keep(db, prefix)
    await keep(db, [(at(day), together)])

    known_on = START + timedelta(days=cut)
    assert_frame_equal(await frame(db, whole, known_on), await frame(db, before))
    now = await frame(db, whole)
    assert_frame_equal(await frame(db, bulk), now)
    identity = str(whole.person.person_id)
    async with db.read(WORKER) as session:
        for month in (FIRST, FIRST + 9, FIRST + 17, LAST):
            sheet = await facts.sheet_frame(session, month)
            flat = sheet.filter(pl.col("person_id") == identity).drop("person_id")
            dated = now.filter(pl.col("month") == month.ordinal)
            assert_frame_equal(flat.select(dated.columns), dated)


async def test_known_then_is_what_had_been_told_and_the_sheet_is_the_dated_rows(
    service_database: Callable[..., Awaitable[Any]],
) -> None:
    made = await service_database("eligibility")
    db = Database(made.url, service="eligibility")
    await db.open()
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,),
    )
    @given(steps=story, cut=st.integers(0, 400))
    def examples(steps: list[tuple[int, Any]], cut: int) -> None:
        asyncio.run_coroutine_threadsafe(check(db, steps, cut), loop).result(60)

    try:
        await asyncio.to_thread(examples)
    finally:
        await db.close()


async def test_people_of_another_commune_are_not_on_the_sheet_of_a_scope(
    service_database: Callable[..., Awaitable[Any]],
) -> None:
    made = await service_database("eligibility")
    db = Database(made.url, service="eligibility")
    await db.open()
    here, there = newborn(), newborn()
    there.person = there.person.model_copy(update={"commune_code": "24997"})
    await keep(db, [(at(0), [registered(here)]), (at(0), [registered(there)])])
    async with db.read(Scope(frozenset({"25000"}), "officer")) as session:
        seen = await facts.sheet_frame(session, FIRST)
    assert seen["person_id"].to_list() == [str(here.person.person_id)]
    await db.close()
