"""People as payees: this service's own copy, who may receive for them, how they are paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.contracts.registry import PersonState, RepresentationState
from common.database.session import AsyncSession
from common.kernel.names import sort_key
from disbursement.accounts.service.proposing import RecipientNamed, take_recipients
from disbursement.accounts.store import people as store
from disbursement.sql import columns


@dataclass(frozen=True, slots=True)
class Payee:
    """How a person is paid today."""

    person_id: UUID
    commune_code: str
    full_name: str
    personal_id: str | None
    method: str
    partner: str | None
    bank_code: str | None
    cash_because: str | None
    rejected_reason: str | None
    death_date: date | None


async def take_people(session: AsyncSession, states: Iterable[tuple[PersonState, int]]) -> None:
    """Keep this service's own copy of people: the latest version wins."""
    latest: dict[UUID, tuple[PersonState, int]] = {}
    for person, version in states:
        known = latest.get(person.person_id)
        if known is None or known[1] < version:
            latest[person.person_id] = (person, version)
    rows = [
        (
            person.person_id,
            person.commune_code,
            person.personal_id,
            person.former_number,
            person.full_name,
            sort_key(person.full_name),
            person.birth_date,
            person.village,
            person.death_date,
            version,
            person.merged_into,
        )
        for person, version in latest.values()
    ]
    await store.upsert_payees(session, columns(rows, 11))


async def follow_merges(session: AsyncSession) -> None:
    """Let all records of one human count as one person in what was paid."""
    await store.follow_merges(session)


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment of a person as the registry tells it, with its event's version and author."""

    person: PersonState
    representation: RepresentationState
    version: int
    recorded_by: str


async def take_representations(
    session: AsyncSession, items: Sequence[Appointment], now: datetime
) -> None:
    """Keep who may receive a person's money; a new recipient counts once somebody confirmed it."""
    latest = {item.representation.representation_id: item for item in items}
    rows = [
        (
            item.representation.representation_id,
            item.person.person_id,
            item.person.commune_code,
            item.representation.kind,
            item.representation.representative_person_id,
            item.representation.representative_name,
            item.representation.may_receive_money,
            item.representation.valid_from,
            item.representation.valid_to,
            item.version,
        )
        for item in latest.values()
    ]
    waiting = await store.upsert_representations(session, columns(rows, 10))
    named = [
        RecipientNamed(
            row["representation_id"],
            row["person_id"],
            row["commune_code"],
            row["representative_name"],
            latest[row["representation_id"]].recorded_by,
        )
        for row in waiting
    ]
    await take_recipients(session, named, now)


async def reject(session: AsyncSession, refused: Sequence[tuple[UUID, str]], now: datetime) -> None:
    """Mark accounts that a bank refused for good: until a new one is declared, pay in cash."""
    if refused:
        await store.reject(
            session, [account for account, _ in refused], [why for _, why in refused], now
        )


async def payee(session: AsyncSession, person_id: UUID) -> Payee | None:
    """Give how a person is paid today."""
    row = await store.payee(session, person_id)
    return Payee(**dict(row)) if row is not None else None
