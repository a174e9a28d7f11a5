"""What other rooms ask of the directory, and how it is changed: one proposes, another decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.audit import record
from common.database.ids import new_id
from common.database.session import AsyncSession
from disbursement.directory import store
from disbursement.directory.domain import (
    ChangeByProposer,
    ChangeDecided,
    ChangeKind,
    ChangeNotFound,
    ClientTaken,
    DebtorAccount,
    Key,
    KeyTaken,
    Partner,
    PartnerUnknown,
    Route,
)
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class Change:
    """A proposal about a partner, and what became of it."""

    change_id: UUID
    partner: str
    kind: ChangeKind
    content: Mapping[str, Any]
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


async def partners(session: AsyncSession) -> list[Partner]:
    """Give every partner by code."""
    return [_partner(row) for row in await store.partners(session)]


async def partner(session: AsyncSession, code: str) -> Partner:
    """Give a partner.

    Raises:
        PartnerUnknown: nobody has this code.
    """
    row = await store.partner(session, code)
    if row is None:
        raise PartnerUnknown
    return _partner(row)


async def keys(session: AsyncSession, code: str) -> list[Key]:
    """Give every key of a partner, the newest first."""
    return [Key(**dict(row)) for row in await store.keys(session, code)]


async def verification_keys(session: AsyncSession, code: str, day: date) -> dict[str, str]:
    """Give the keys that verify a partner's messages on a day: key id -> public key."""
    return {
        key.key_id: key.public_key
        for key in await keys(session, code)
        if key.valid_from <= day and (key.valid_to is None or day <= key.valid_to)
    }


async def debtor_accounts(session: AsyncSession, code: str) -> list[DebtorAccount]:
    """Give the accounts that a partner takes money from."""
    return [DebtorAccount(**dict(row)) for row in await store.debtor_accounts(session, code)]


async def debtor_account(
    session: AsyncSession, code: str, commune_code: str, day: date
) -> DebtorAccount | None:
    """Give the account that pays a commune's lists through a partner on a day."""
    row = await store.debtor_account(session, code, commune_code, day)
    return DebtorAccount(**dict(row)) if row is not None else None


async def routes(session: AsyncSession) -> list[Route]:
    """Give every route, the most particular first."""
    return [Route(**dict(row)) for row in await store.routes(session)]


async def propose(
    session: AsyncSession,
    code: str,
    content: Mapping[str, Any],
    *,
    reason: str,
    by: str,
    now: datetime,
) -> Change:
    """Propose a change of a partner; nothing counts before another person has confirmed it.

    Args:
        session: the transaction.
        code: the partner; a new one only with a change of kind `partner`.
        content: the change as JSON values; `kind` says what it is about.
        reason: why, for the one who decides.
        by: who proposes.
        now: the business clock.

    Raises:
        PartnerUnknown, KeyTaken, ClientTaken: it could never count.
    """
    await _check(session, code, content)
    change_id = new_id()
    text = json.dumps(content, ensure_ascii=False)
    await store.propose(session, [change_id, code, content["kind"], text, reason, by, now])
    await record(
        session, "partner_change.proposed", "partner_change", change_id,
        {"partner": code, "kind": content["kind"]},
    )  # fmt: skip
    return await change(session, change_id)


async def decide(
    session: AsyncSession,
    change_id: UUID,
    *,
    confirmed: bool,
    by: str,
    reason: str | None,
    now: datetime,
) -> Change:
    """Confirm or refuse a proposal; what is confirmed counts from this moment.

    Raises:
        ChangeNotFound, ChangeDecided: there is nothing to decide.
        ChangeByProposer: the same person proposed it.
        PartnerUnknown, KeyTaken, ClientTaken: it cannot count any more.
    """
    row = await store.change(session, change_id, lock=True)
    if row is None:
        raise ChangeNotFound
    if row["state"] != "proposed":
        raise ChangeDecided
    if row["proposed_by"] == by:
        raise ChangeByProposer
    if confirmed:
        await _check(session, row["partner"], row["content"])
        content = json.dumps(row["content"], ensure_ascii=False)
        await store.apply(session, row["kind"], row["partner"], content)
    state = "confirmed" if confirmed else "refused"
    await store.decide(session, [change_id, state, by, now, reason])
    await record(
        session, f"partner_change.{state}", "partner_change", change_id,
        {"partner": row["partner"], "kind": row["kind"]},
    )  # fmt: skip
    return await change(session, change_id)


async def change(session: AsyncSession, change_id: UUID) -> Change:
    """Give a proposal.

    Raises:
        ChangeNotFound: there is none.
    """
    row = await store.change(session, change_id)
    if row is None:
        raise ChangeNotFound
    return _change(row)


async def changes(
    session: AsyncSession, *, state: str | None, after: UUID | None, limit: int
) -> list[Change]:
    """Give proposals, the newest first."""
    return [
        _change(row) for row in await store.changes(session, state=state, after=after, limit=limit)
    ]


async def _check(session: AsyncSession, code: str, content: Mapping[str, Any]) -> None:
    kind = content["kind"]
    if kind == "partner":
        owner = await store.client_owner(session, content["client_id"])
        if owner not in {None, code}:
            raise ClientTaken
        return
    if await store.partner(session, code) is None:
        raise PartnerUnknown
    if kind == "key" and await store.key_exists(session, content["key_id"]):
        raise KeyTaken
    if kind == "key_end":
        known = {key.key_id for key in await keys(session, code)}
        if content["key_id"] not in known:
            raise ChangeNotFound("Không có khóa này để kết thúc.")


def _partner(row: Record) -> Partner:
    return Partner(**dict(row))


def _change(row: Record) -> Change:
    return Change(**dict(row))
