"""Taking in one slice of a beneficiary list, as a set, in one transaction.

For each person things are told in this order: registered or corrected, reclassified, circumstance
established, died (where a notice waited), row accepted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import (
    IntakeRowAccepted,
    ListedBenefit,
    PaymentInstruction,
    PersonState,
)
from common.kernel.months import Month
from common.sealing import BlindIndex
from registry.households import service as households
from registry.households.domain import ClassStatement
from registry.lists.domain.imports import Import
from registry.lists.domain.people_rows import PEOPLE_KINDS
from registry.lists.domain.rows import RowReading
from registry.lists.service.carers import carer_identity, find_carer
from registry.lists.service.payments import sealed_account
from registry.lists.service.recognition import recognise_rows
from registry.lists.service.residence import NamedPlace, ask_where_open
from registry.lists.service.stated import Stated, record_stated, stated_category
from registry.lists.store import results as store
from registry.lists.store.results import RowResult
from registry.notices import service as notices
from registry.persons.domain import Identity, Person, may_be_same
from registry.persons.service import People
from registry.sealed_facts.service import Keeper
from registry.verification import service as verification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.database.session import AsyncSession

_TASKS = ("sex_contradicts_id", "birth_year_contradicts_id", "id_cmnd")
"""Findings that somebody has to look into, though the row goes in."""


@dataclass(frozen=True)
class Intake:
    """What every slice of one import needs to know."""

    made: Import
    list_month: Month
    disbursement_key: str
    digest: BlindIndex
    waiting: frozenset[str]
    """Numbers for which a death notice waits."""
    now: datetime
    keeper: Keeper | None = None
    """Seals what a category reveals; None: this installation takes in no such row."""


@dataclass(slots=True)
class _Row:
    """A row on its way in."""

    reading: RowReading
    person: Person
    is_new: bool
    changed: bool = False
    carer: Person | None = None
    """Who is paid for the person."""


@dataclass(slots=True)
class _Slice:
    session: AsyncSession
    intake: Intake
    people: People
    rows: list[_Row] = field(default_factory=list)


async def apply_slice(
    session: AsyncSession,
    intake: Intake,
    number: int,
    readings: Sequence[RowReading],
    *,
    created: int = 0,
) -> None:
    """Take in one slice: people, classes, facts, deaths, events, results.

    The caller holds the commune's lock; `created` rows of the slice went in as whole columns.
    """
    made = intake.made
    work = _Slice(session, intake, People(session, now=intake.now, recorded_by="intake"))
    await _find_people(work, [reading for reading in readings if not reading.refused])
    await _correct(work)
    await _classify(work)
    await _establish(work)
    await _note_deaths(work)
    results = {row.reading.row_number: row for row in work.rows}
    digests = await _accept(work)
    await work.people.flush()
    tasks = [
        (row.person.person_id, made.commune_code, finding.code)
        for row in work.rows
        for finding in row.reading.findings
        if finding.code in _TASKS
    ]
    await verification.open_tasks(session, tasks, intake.now)
    await _ask_for_residence(work)
    await store.insert_slice(
        session,
        made,
        number,
        [_result(reading, results.get(reading.row_number), digests) for reading in readings],
        created=created,
        now=intake.now,
    )


async def _ask_for_residence(work: _Slice) -> None:
    places = [
        NamedPlace(row.person, row.reading.person.former_commune, row.reading.person.village)
        for row in work.rows
        if row.reading.person.former_commune
    ]
    await ask_where_open(work.session, places, now=work.intake.now)


async def _find_people(work: _Slice, readings: Sequence[RowReading]) -> None:
    """Find or register the person of each row; rows about somebody else's number are refused."""
    people = work.people
    carers = [r.benefit.beside.carer for r in readings if r.benefit.beside.carer]
    numbers = [r.person.personal_id for r in readings if r.person.personal_id]
    await people.load(
        personal_ids=[*numbers, *(carer.personal_id for carer in carers)],
        former_numbers=[
            r.person.former_number
            for r in readings
            if r.person.former_number and not r.person.personal_id
        ],
    )
    known = {person.person_id for person in people.everybody()}
    unknown: dict[tuple[str, ...], Identity] = {}
    strange = [
        (reading, _identity(reading, work.intake.made))
        for reading in readings
        if people.find(reading.person.key) is None
    ]
    meant = await recognise_rows(people, work.intake.made.commune_code, strange)
    known |= {person.person_id for person in meant.values()}
    for reading, identity in strange:
        if not reading.refused and reading.row_number not in meant:
            unknown.setdefault(reading.person.key, identity)
    # Of a carer with a row of their own that row says more, so it comes first.
    for carer in carers:
        if people.find((carer.personal_id,)) is None:
            unknown.setdefault((carer.personal_id,), carer_identity(carer, work.intake.made))
    await people.register(list(unknown.values()))
    for reading in readings:
        if reading.refused:
            continue
        person = meant.get(reading.row_number) or people.find(reading.person.key)
        if person is None or person.identity.commune_code != work.intake.made.commune_code:
            reading.note("id_known_elsewhere", "identity")
        elif not may_be_same(person.identity, _identity(reading, work.intake.made)):
            reading.note("id_of_other_person", "identity")
        else:
            _take(work, known, (reading, person))


def _take(work: _Slice, known: set[UUID], found: tuple[RowReading, Person]) -> None:
    reading, person = found
    payee = find_carer(work.people, reading, work.intake.made)
    if not reading.refused:
        is_new = person.person_id not in known
        known.add(person.person_id)
        work.rows.append(_Row(reading, person, is_new, carer=payee))


def _identity(reading: RowReading, made: Import) -> Identity:
    person = reading.person
    if person.birth_date is None or person.sex is None:
        msg = "only rows that were read without an error are taken in"
        raise ValueError(msg)
    return Identity(
        full_name=person.full_name,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        sex=person.sex,
        commune_code=made.commune_code,
        personal_id=person.personal_id,
        former_number=person.former_number,
        village=person.village,
        former_commune=person.former_commune,
        phone=person.phone,
    )


async def _correct(work: _Slice) -> None:
    """Bring known people up to what the list states; what was verified stays."""
    wanted: list[tuple[_Row, Identity]] = []
    for row in work.rows:
        if row.is_new:
            continue
        stated = _stated(row)
        if row.person.identity.differences(row.person.identity.merged(stated)):
            wanted.append((row, row.person.identity.merged(stated)))
    await work.people.load_history({row.person.person_id for row, _ in wanted})
    for row, identity in wanted:
        row.changed = bool(work.people.correct(row.person, identity))


def _stated(row: _Row) -> dict[str, object]:
    stated = row.reading.person
    known = row.person.identity
    facts: dict[str, object] = {
        "village": stated.village,
        "former_commune": stated.former_commune,
        "phone": stated.phone,
        "former_number": stated.former_number,
    }
    if row.person.verification != "verified":
        facts |= {"full_name": stated.full_name, "sex": stated.sex}
        if stated.birth_precision == "day" or known.birth_precision != "day":
            facts |= {
                "birth_date": stated.birth_date,
                "birth_precision": stated.birth_precision,
            }
    return facts


async def _classify(work: _Slice) -> None:
    statements = [
        ClassStatement(
            row.person.person_id, row.reading.benefit.poverty, work.intake.list_month.year
        )
        for row in work.rows
        if row.reading.benefit.poverty is not None
    ]
    changed = await households.classify(work.people, statements)
    _mark(work, changed)


async def _establish(work: _Slice) -> None:
    """Record what rows state; what differs from what is known holds from the list's month on."""
    rows = [
        row for row in work.rows if row.reading.benefit.category or row.reading.benefit.beside.facts
    ]
    stated = [Stated(row.person.person_id, row.reading, row.carer) for row in rows]
    changed = await record_stated(
        work.people, stated, work.intake.list_month, keeper=work.intake.keeper
    )
    _mark(work, changed)


async def _note_deaths(work: _Slice) -> None:
    waiting = work.intake.waiting
    if waiting:
        persons: dict[UUID, Person] = {}
        named: set[str] = set()
        for row in work.rows:
            stated, who = row.reading.person, row.person.identity
            # A list may name somebody by a number of before.
            theirs = {stated.personal_id, stated.former_number, who.personal_id, who.former_number}
            if theirs & waiting:
                persons[row.person.person_id] = row.person
                named |= {number for number in theirs if number}
        if persons:
            _mark(work, await notices.settle_about(work.people, persons.values(), named))
    for row in work.rows:
        if row.person.death_date is not None:
            row.reading.note("person_deceased", "full_name")


def _mark(work: _Slice, changed: set[UUID]) -> None:
    for row in work.rows:
        row.changed = row.changed or row.person.person_id in changed


async def _accept(work: _Slice) -> dict[int, bytes]:
    """Tell each row whose benefit is news; gives the keyed digest of every accepted row."""
    known = await store.last_digests(
        work.session, [row.person.person_id for row in work.rows if not row.is_new]
    )
    digests: dict[int, bytes] = {}
    for row in work.rows:
        if work.intake.made.kind in PEOPLE_KINDS:
            continue
        benefit = _benefit(row.reading, work.intake)
        digest = work.intake.digest.of(_plain(row.reading, benefit))
        digests[row.reading.row_number] = digest
        key = (row.person.person_id, benefit.benefit)
        if known.get(key) == digest:
            continue
        known[key] = digest
        row.changed = True
        benefit = benefit.model_copy(
            update={"payee_person_id": row.carer.person_id if row.carer else None}
        )
        payment = _payment(row, work.intake.disbursement_key)
        work.people.tell(row.person, partial(_accepted, row.reading, work.intake, benefit, payment))
    return digests


def _benefit(reading: RowReading, intake: Intake) -> ListedBenefit:
    listed = reading.benefit
    if listed.category is None or listed.decision_date is None or listed.amount is None:
        msg = "only rows that were read without an error are taken in"
        raise ValueError(msg)
    since = intake.made.paid_since or intake.list_month
    return ListedBenefit(
        benefit=listed.category.benefit,
        stated_category=stated_category(listed.category, intake.keeper),
        coefficient=listed.coefficient or "1.0",
        amount=listed.amount,
        decision_number=listed.decision_number,
        decision_date=listed.decision_date,
        paid_from=max(since, Month.of(listed.decision_date)),
        paid_to=intake.list_month,
    )


def _plain(reading: RowReading, benefit: ListedBenefit) -> str:
    """Give what makes a row news. It holds the account: only its keyed digest is ever kept."""
    listed = reading.benefit
    payment = [listed.method, listed.bank_code, listed.account]
    payment += [listed.bank_branch] if listed.bank_branch else []
    return json.dumps([benefit.model_dump(mode="json"), payment], sort_keys=True)


def _payment(row: _Row, public_key: str) -> PaymentInstruction:
    listed = row.reading.benefit
    if listed.method != "account" or listed.account is None:
        return PaymentInstruction(method="cash")
    payee = row.carer or row.person
    carer = listed.beside.carer
    return PaymentInstruction(
        method="account",
        bank_code=listed.bank_code,
        bank_branch=listed.bank_branch,
        account_sealed=sealed_account(
            public_key,
            listed.account,
            holder=carer.full_name if carer else row.reading.person.full_name,
            person_id=payee.person_id,
        ),
    )


def _accepted(
    reading: RowReading,
    intake: Intake,
    benefit: ListedBenefit,
    payment: PaymentInstruction,
    state: PersonState,
) -> IntakeRowAccepted:
    return IntakeRowAccepted.model_construct(
        person=state,
        import_id=intake.made.import_id,
        row_number=reading.row_number,
        list_month=intake.list_month,
        benefit=benefit,
        payment=payment,
        recorded_by=intake.made.created_by,
    )


def _result(reading: RowReading, row: _Row | None, digests: Mapping[int, bytes]) -> RowResult:
    if row is None:
        return RowResult(reading.row_number, "refused", reading.findings)
    outcome = "created" if row.is_new else "updated" if row.changed else "unchanged"
    category = reading.benefit.category
    return RowResult(
        row_number=reading.row_number,
        outcome=outcome,
        findings=reading.findings,
        person_id=row.person.person_id,
        benefit=category.benefit if category else None,
        digest=digests.get(reading.row_number),
    )
