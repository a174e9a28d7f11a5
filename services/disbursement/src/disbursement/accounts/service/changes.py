"""A second person confirms or refuses a change of where money goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from common.audit import record
from common.database.ids import new_id
from common.database.rows import whole_province
from common.database.session import AsyncSession
from disbursement.accounts.domain import (
    EVERY_BENEFIT,
    HeirOfLiving,
    PayeeUnknown,
    PaymentChangeDecided,
    PaymentChangeNotFound,
    PaymentChangesOutdated,
    ProposerConfirms,
)
from disbursement.accounts.service.notices import Told, tell_citizens
from disbursement.accounts.store import changes as store
from disbursement.accounts.store import people as people_store
from disbursement.accounts.store import proposing
from disbursement.sql import columns


@dataclass(frozen=True, slots=True)
class PaymentChange:
    """A proposed change; `before` and `after` are masked texts."""

    change_id: UUID
    kind: str
    person_id: UUID
    commune_code: str
    benefit: str
    method: str | None
    first_choice: bool
    before: str | None
    after: str
    source: str
    import_id: UUID | None
    proposed_by: str
    proposed_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    full_name: str | None
    personal_id: str | None


@dataclass(frozen=True, slots=True)
class FirstChoices:
    """First choices of a commune that wait; the hash covers people, accounts and payees."""

    changes: int
    accounts: int
    payees: int
    content_hash: str


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    person_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[PaymentChange]:
    """Give changes of the caller's communes."""
    rows = await store.search(
        session,
        commune_code=commune_code,
        state=state,
        person_id=person_id,
        after=after,
        limit=limit,
    )
    return [PaymentChange(**dict(row)) for row in rows]


async def first_choices(
    session: AsyncSession, commune_code: str, import_id: UUID | None, *, confirmer: str
) -> FirstChoices:
    """Give what one confirmation of all first choices would confirm."""
    row = await store.first_summary(session, commune_code, import_id, confirmer)
    return FirstChoices(**dict(row or {}))


async def confirm_first_choices(
    session: AsyncSession,
    commune_code: str,
    import_id: UUID | None,
    *,
    content_hash: str,
    reason: str,
    confirmer: str,
    now: datetime,
) -> FirstChoices:
    """Confirm every first choice of a commune's new people at once, exactly those that were seen.

    Changes of something that is in use are never in it: each of them is decided on its own.

    Raises:
        PaymentChangesOutdated: others wait than the confirmer saw.
    """
    chosen = await store.first_ids(session, commune_code, import_id, confirmer)
    seen = await first_choices(session, commune_code, import_id, confirmer=confirmer)
    if seen.content_hash != content_hash or seen.changes != len(chosen):
        raise PaymentChangesOutdated
    await _close(session, chosen, "confirmed", confirmer, reason, now)
    await record(
        session, "payment_changes.confirmed", "commune", commune_code,
        {"changes": seen.changes, "content_hash": content_hash},
    )  # fmt: skip
    return seen


async def decide(
    session: AsyncSession,
    change_id: UUID,
    decision: Literal["confirmed", "refused"],
    *,
    reason: str,
    decided_by: str,
    now: datetime,
) -> PaymentChange:
    """Confirm a change, which then takes effect, or refuse it; the citizen is told.

    Raises:
        PaymentChangeNotFound, PaymentChangeDecided: it does not wait.
        ProposerConfirms: the same person proposed it.
    """
    found = await store.find(session, change_id)
    if found is None:
        raise PaymentChangeNotFound
    if found["state"] != "pending":
        raise PaymentChangeDecided
    if found["proposed_by"] == decided_by:
        raise ProposerConfirms
    await _close(session, [change_id], decision, decided_by, reason, now)
    await record(
        session, f"payment_change.{decision}", "person", found["person_id"],
        {"change_id": str(change_id), "kind": found["kind"]},
    )  # fmt: skip
    decided = await store.find(session, change_id)
    return PaymentChange(**dict(decided or found))


async def propose_heir(
    session: AsyncSession,
    person_id: UUID,
    heir_id: UUID,
    *,
    basis: str,
    proposed_by: str,
    now: datetime,
) -> PaymentChange:
    """Propose who receives what is still owed to a dead person.

    Raises:
        PayeeUnknown: the dead person or the heir is unknown to the caller.
        HeirOfLiving: no death is recorded.
    """
    dead, heir = (
        await people_store.payee(session, person_id),
        await people_store.payee(session, heir_id),
    )
    if dead is None or heir is None:
        raise PayeeUnknown
    if dead["death_date"] is None:
        raise HeirOfLiving
    change_id = new_id()
    row = (
        change_id, "payee", person_id, dead["commune_code"], EVERY_BENEFIT, None, None,
        None, heir_id, heir["full_name"], False,
        dead["full_name"], heir["full_name"], f"heir: {basis}", None, proposed_by,
    )  # fmt: skip
    try:
        await proposing.insert(session, columns([row], proposing.CHANGE_WIDTH), now)
    except asyncpg.UniqueViolationError as error:
        raise PaymentChangeDecided from error
    await record(session, "payment_change.proposed", "person", person_id, {"kind": "heir"})
    made = await store.find(session, change_id)
    return PaymentChange(**dict(made or {}))


async def _close(
    session: AsyncSession,
    changes: Sequence[UUID],
    decision: Literal["confirmed", "refused"],
    decided_by: str,
    reason: str,
    now: datetime,
) -> None:
    closed = await store.decide(
        session, changes, state=decision, decided_by=decided_by, now=now, reason=reason
    )
    if len(closed) != len(changes):
        raise PaymentChangeDecided
    if decision == "confirmed":
        async with whole_province(session):
            await store.apply(session, changes, now)
    told = [
        Told(
            row["person_id"], row["commune_code"], f"change_{decision}", row["change_id"],
            row["before"] or "", row["after"],
        )
        for row in closed
        if not row["first_choice"]
    ]  # fmt: skip
    await tell_citizens(session, told, now)
