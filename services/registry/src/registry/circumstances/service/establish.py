"""Establish facts set by set, in one pass over people whom the caller has loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import polars as pl

from common.contracts.registry import (
    CircumstanceChanged,
    CircumstanceEnded,
    CircumstanceEstablished,
    PersonState,
)
from common.database.ids import new_id
from registry.circumstances import store
from registry.circumstances.domain import Change, Circumstance, Fact, Recording, established
from registry.circumstances.service.facts import told
from registry.persons.service import People


def recording_of(people: People, reason: str | None = None) -> Recording:
    """Give how this transaction writes rows."""
    return Recording(new_id, people.now, people.recorded_by, reason)


async def establish(people: People, facts: Sequence[Fact]) -> set[UUID]:
    """Record facts of several people, in their order; gives whose were news.

    A fact whose content and period are known already is not written again. Facts of the same kind
    (of the same child) in its way are superseded; what of them holds before or after is kept as
    rows of its own. Events are told through `people` and leave with its `flush`.

    Raises:
        PeriodInvalid: a fact would end before it begins.
    """
    if not facts:
        return set()
    known: dict[tuple[UUID, str, str], list[Circumstance]] = defaultdict(list)
    for rows in (await store.current(people.session, {f.person_id for f in facts})).values():
        for row in rows:
            known[row.fact.topic].append(row)
    recording = recording_of(people)
    changes: list[Change] = []
    for fact in facts:
        commune = people.get(fact.person_id).identity.commune_code
        change = established(known[fact.topic], fact, commune, recording)
        if change is not None:
            known[fact.topic] = change.applied(known[fact.topic])
            changes.append(change)
    await write(people, changes)
    for change in changes:
        _tell(people, change)
    return {row.fact.person_id for change in changes for row in change.fresh}


async def write(people: People, changes: Sequence[Change], *, reason: str | None = None) -> int:
    """Write changes as two statements; gives how many old rows they superseded."""
    written = {row.circumstance_id: row for change in changes for row in change.rows}
    gone = {row.circumstance_id for change in changes for row in change.superseded}
    # A row made and replaced within this transaction never reaches the table.
    stored = gone - written.keys()
    superseded = 0
    if stored:
        superseded = await store.supersede(
            people.session, stored, people.now, by=people.recorded_by, reason=reason
        )
    fresh = [row for key, row in written.items() if key not in gone]
    if fresh:
        await store.insert(people.session, fresh)
    return superseded


async def write_alike(people: People, fact: Fact, commune_code: str, rows: pl.DataFrame) -> None:
    """Record a fact of people about whom nothing is known; telling it is the caller's part.

    Args:
        people: the people of the transaction.
        fact: says what is the same for all.
        commune_code: where all of them live.
        rows: circumstance_id and person_id as text, and what of the fact differs.

    Raises:
        PeriodInvalid: the fact would end before it begins.
    """
    change = established([], fact, commune_code, recording_of(people))
    if change is not None and not rows.is_empty():
        await store.insert_alike(people.session, change.fresh[0], rows)


def _tell(people: People, change: Change) -> None:
    for row in change.without_successor:
        tell_end(people, row, withdrawn=True)
    for row in change.kept:
        _tell_row(people, row, CircumstanceChanged)
    for row in change.fresh:
        _tell_row(people, row, CircumstanceEstablished)


def tell_correction(people: People, change: Change) -> None:
    """Tell that a row took the place of another one."""
    for row in change.fresh:
        _tell_row(people, row, CircumstanceChanged)


def _tell_row(people: People, row: Circumstance, event: type[CircumstanceEstablished]) -> None:
    def make(state: PersonState) -> CircumstanceEstablished:
        return event.model_construct(
            person=state,
            circumstance_id=row.circumstance_id,
            fact=told(row.fact),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            supersedes=row.supersedes,
        )

    people.tell(people.get(row.fact.person_id), make)


def tell_end(people: People, row: Circumstance, *, withdrawn: bool) -> None:
    """Tell that a row no longer holds from its end on, or (withdrawn) never held."""
    people.tell(people.get(row.fact.person_id), partial(_ended, row, withdrawn=withdrawn))


def _ended(row: Circumstance, state: PersonState, *, withdrawn: bool) -> CircumstanceEnded:
    return CircumstanceEnded.model_construct(
        person=state,
        circumstance_id=row.circumstance_id,
        kind=row.fact.kind,
        ended_on=None if withdrawn else row.valid_to,
        withdrawn=withdrawn,
    )
