"""Taking in the plain rows of a slice as whole columns: new people, their facts and their events.

What is prepared needs no database and may be made while the slice before is written. A row that
changes what is known of a person, or has the number of somebody else, is left to the way that looks
at it alone (`registry.lists.service.beneficiaries`); so is a row that speaks of the household.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

import polars as pl

from common.contracts.registry import (
    CircumstanceEstablished,
    DisabilityFact,
    IntakeRowAccepted,
    ListedBenefit,
    PaymentInstruction,
    PersonRegistered,
    PersonState,
)
from common.database.ids import new_id_texts
from registry.circumstances.domain import Fact
from registry.circumstances.service.establish import write_alike
from registry.lists.service.bulk_events import Sender, filled, outbox_rows, sign, told_again
from registry.lists.service.known_rows import renew
from registry.lists.service.sealing import with_seals
from registry.lists.store import results as store
from registry.persons.domain import Identity, Person
from registry.persons.service import People, state_of
from registry.persons.service.bulk import register_frame, rows_like_known

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.lists.service.beneficiaries import Intake

RECORDED_BY = "intake"
_RESULT = ("row_number", "outcome", "person_id", "benefit", "digest")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Plain rows with all that they will write; `left`: row numbers for the slow path."""

    rows: pl.DataFrame
    left: Sequence[int]


def prepare(intake: Intake, plain: pl.DataFrame) -> Prepared:
    """Make ids, digests and seals for the plain rows; nothing is read or written.

    Rows are left out that speak of a household, whose person stands twice in the slice, or for
    whose person a death notice waits.
    """
    waiting = [number for number in intake.waiting if number]
    alone = (
        pl.col("poverty").is_null()
        & pl.col("personal_id").is_unique()
        & ~pl.col("personal_id").is_in(waiting)
    )
    chosen = plain.with_columns(alone=alone)
    left = chosen.filter(~pl.col("alone"))["row_number"].to_list()
    rows = chosen.filter(pl.col("alone")).drop("alone", "poverty")
    if rows.is_empty():
        return Prepared(rows, left)
    return Prepared(_with_secrets(intake, _with_ids(intake, rows)), left)


def _with_ids(intake: Intake, rows: pl.DataFrame) -> pl.DataFrame:
    since = intake.made.paid_since or intake.list_month
    decided = pl.col("decision_date").dt.strftime("%Y-%m")
    # Ids of one kind follow one another, so that each index grows at its end.
    names = ("person_id", "version_id", "registered_id", "fact_event_id", "accepted_id")
    ids = {name: pl.Series(new_id_texts(rows.height), dtype=pl.String) for name in names}
    told = pl.col("degree").is_not_null().cast(pl.Int64)
    return rows.with_columns(pl.Series(name, values) for name, values in ids.items()).with_columns(
        commune_code=pl.lit(intake.made.commune_code),
        birth_precision=pl.lit("day"),
        first=pl.lit(1, dtype=pl.Int64),
        second=pl.lit(2, dtype=pl.Int64),
        version=2 + told,
        paid_from=pl.max_horizontal(pl.lit(str(since)), decided),
        paid_to=pl.lit(str(intake.list_month)),
    )


def _with_secrets(intake: Intake, rows: pl.DataFrame) -> pl.DataFrame:
    """Add what keeps account numbers apart from everything else: the keyed digest and the seal."""
    of = intake.digest.of
    digests = [rf"\x{of(text).hex()}" for text in _plain(rows)]
    rows = rows.with_columns(digest=pl.Series(digests, dtype=pl.String))
    return with_seals(intake.disbursement_key, rows)


def _plain(rows: pl.DataFrame) -> pl.Series:
    """Give the texts whose digests tell whether a row is news, as for a row alone."""
    paid = [sign("method"), sign("bank_code"), sign("account")]
    benefit = _benefit().model_dump(mode="json", warnings=False)
    text = json.dumps([benefit, paid], sort_keys=True)
    # The row reader's text has only ASCII: letters of a decision's number are written as escapes.
    numbers = rows["decision_number"].unique().to_list()
    escaped = [json.dumps(number)[1:-1] for number in numbers]
    number = pl.col("decision_number").replace_strict(
        pl.Series(numbers), pl.Series(escaped), return_dtype=pl.String
    )
    return rows.with_columns(decision_number=number).select(text=filled(text, rows.schema))["text"]


_LISTED = (
    *("benefit", "stated_category", "coefficient", "amount", "decision_number", "decision_date"),
    *("paid_from", "paid_to"),
)


def _benefit() -> ListedBenefit:
    return ListedBenefit.model_construct(**{name: sign(name) for name in _LISTED})


async def take_in(
    session: AsyncSession, intake: Intake, prepared: Prepared
) -> tuple[pl.DataFrame, Sequence[int]]:
    """Write plain rows with their facts and events; gives the rows taken in and those left.

    The caller writes the results of the rows that were taken in.
    """
    rows = prepared.rows
    if rows.is_empty():
        return rows, prepared.left
    alike = await rows_like_known(session, rows, intake.made.commune_code)
    set_aside = rows.filter(pl.col("row_number").is_in(alike))["row_number"].to_list()
    rows = rows.filter(~pl.col("row_number").is_in(alike)) if alike else rows
    if rows.is_empty():
        return rows, [*prepared.left, *set_aside]
    refused = await register_frame(session, rows, now=intake.now, recorded_by=RECORDED_BY)
    again = rows.filter(pl.col("row_number").is_in(list(refused)))
    fresh = rows.filter(~pl.col("row_number").is_in(list(refused))) if refused else rows
    if not fresh.is_empty():
        fresh = await _establish(session, intake, fresh)
        await _tell(session, _outbox_of_new(intake, fresh, _sender(session)))
    known, left = await renew(session, intake, again)
    news = known.filter(pl.col("outcome") == "updated") if not known.is_empty() else known
    if not news.is_empty():
        await _tell(session, _outbox_of_known(intake, news, _sender(session)))
    taken = [fresh.with_columns(outcome=pl.lit("created")).select(_RESULT)]
    if not known.is_empty():
        taken.append(known.select(_RESULT))
    return pl.concat(taken), [*prepared.left, *set_aside, *left]


async def _establish(session: AsyncSession, intake: Intake, rows: pl.DataFrame) -> pl.DataFrame:
    """Record degrees of disability of people about whom nothing is known yet."""
    disabled = rows.filter(pl.col("degree").is_not_null())
    facts = disabled.select("person_id", "degree").with_columns(
        circumstance_id=pl.Series(
            new_id_texts(disabled.height) if disabled.height else [], dtype=pl.String
        )
    )
    people = People(session, now=intake.now, recorded_by=RECORDED_BY)
    # Which degree it is stands in the rows.
    fact = Fact(UUID(int=0), "disability", degree="severe")
    await write_alike(people, fact, intake.made.commune_code, facts)
    facts = facts.drop("degree")
    return rows.join(facts, on="person_id", how="left", maintain_order="left")


def _sender(session: AsyncSession) -> Sender:
    return Sender(f"/ansinh/{session.info['database'].service}", session.info["clock"].now())


def _outbox_of_new(intake: Intake, rows: pl.DataFrame, sender: Sender) -> pl.DataFrame:
    state = state_of(_anybody(intake))
    registered = PersonRegistered.model_construct(person=state, recorded_by=RECORDED_BY)
    fact = CircumstanceEstablished.model_construct(
        person=state,
        circumstance_id=sign("circumstance_id"),
        fact=DisabilityFact.model_construct(degree=sign("degree")),
        valid_from=None,
        valid_to=None,
        supersedes=None,
    )
    accepted = _accepted(intake, state)
    disabled = rows.filter(pl.col("degree").is_not_null())
    return pl.concat(
        [
            outbox_rows(rows, registered, sender, version="first", event_id="registered_id"),
            outbox_rows(disabled, fact, sender, version="second", event_id="fact_event_id"),
            outbox_rows(rows, accepted, sender, version="version", event_id="accepted_id"),
        ]
    )


def _outbox_of_known(intake: Intake, rows: pl.DataFrame, sender: Sender) -> pl.DataFrame:
    person = replace(
        _anybody(intake),
        household_id=sign("household_id"),
        poverty_class=sign("poverty_class"),
        verification=sign("verification"),
        missing_since=sign("missing_since"),
    )
    person.identity = replace(person.identity, former_number=sign("former_number"))
    accepted = _accepted(intake, state_of(person))
    return outbox_rows(rows, accepted, sender, version="version", event_id="accepted_id")


def _accepted(intake: Intake, state: PersonState) -> IntakeRowAccepted:
    return IntakeRowAccepted.model_construct(
        person=state,
        import_id=intake.made.import_id,
        row_number=sign("row_number"),
        list_month=intake.list_month,
        benefit=_benefit(),
        payment=PaymentInstruction.model_construct(
            method=sign("method"),
            bank_code=sign("bank_code"),
            account_sealed=sign("account_sealed"),
        ),
        recorded_by=intake.made.created_by,
    )


async def _tell(session: AsyncSession, told: pl.DataFrame) -> None:
    await store.tell_frame(session, told)
    dispatcher = session.info["dispatcher"]
    if dispatcher is not None and dispatcher.bulk_types:
        kinds = {kind.subject(): kind for kind in dispatcher.bulk_types}
        await dispatcher.dispatch(session, told_again(told, kinds), bulk=True)


def _anybody(intake: Intake) -> Person:
    """Give a new person with signs for all that a plain row says."""
    return Person(
        sign("person_id"),
        Identity(
            full_name=sign("full_name"),
            birth_date=sign("birth_date"),
            birth_precision="day",
            sex=sign("sex"),
            commune_code=intake.made.commune_code,
            personal_id=sign("personal_id"),
            village=sign("village"),
            phone=sign("phone"),
        ),
        version=1,
    )
