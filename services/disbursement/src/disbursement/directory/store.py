"""SQL of the room. What is confirmed stands in rows; what is proposed stands beside, without effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_PARTNER = """
code, kind, name, format, delivery, address, client_id, token_url, contract, fees, profile, version
"""
_CHANGE = """
change_id, partner, kind, content, reason, state, proposed_by, proposed_at, decided_by, decided_at,
decision_reason
"""


async def partners(session: AsyncSession) -> list[Record]:
    """Give every partner by code."""
    return await sql.rows(session, f"SELECT {_PARTNER} FROM partner ORDER BY code")


async def partner(session: AsyncSession, code: str) -> Record | None:
    """Give a partner."""
    return await sql.row(session, f"SELECT {_PARTNER} FROM partner WHERE code = $1", code)


async def client_owner(session: AsyncSession, client_id: str) -> str | None:
    """Give the partner that a client belongs to."""
    found: str | None = await sql.value(
        session, "SELECT code FROM partner WHERE client_id = $1", client_id
    )
    return found


async def keys(session: AsyncSession, code: str) -> list[Record]:
    """Give every key of a partner, the newest first."""
    return await sql.rows(
        session,
        "SELECT partner, key_id, public_key, valid_from, valid_to FROM partner_key"
        " WHERE partner = $1 ORDER BY valid_from DESC, key_id",
        code,
    )


async def key_exists(session: AsyncSession, key_id: str) -> bool:
    """Tell whether a key id was given to anybody."""
    found: bool = await sql.value(
        session, "SELECT EXISTS (SELECT FROM partner_key WHERE key_id = $1)", key_id
    )
    return found


async def debtor_accounts(session: AsyncSession, code: str) -> list[Record]:
    """Give the accounts that a partner takes money from."""
    return await sql.rows(
        session,
        "SELECT partner, commune_code, holder, account, bank_code, valid_from"
        " FROM debtor_account WHERE partner = $1 ORDER BY commune_code NULLS FIRST, valid_from",
        code,
    )


async def debtor_account(
    session: AsyncSession, code: str, commune_code: str, day: date
) -> Record | None:
    """Give the account for a commune on a day: its own one before the province's."""
    return await sql.row(
        session,
        "SELECT partner, commune_code, holder, account, bank_code, valid_from"
        " FROM debtor_account WHERE partner = $1 AND valid_from <= $3"
        " AND (commune_code = $2 OR commune_code IS NULL)"
        " ORDER BY commune_code NULLS LAST, valid_from DESC LIMIT 1",
        code,
        commune_code,
        day,
    )


async def routes(session: AsyncSession) -> list[Record]:
    """Give every route, the most particular first."""
    return await sql.rows(
        session,
        "SELECT method, bank_code, commune_code, partner FROM partner_route"
        " ORDER BY method, commune_code NULLS LAST, bank_code NULLS LAST",
    )


async def propose(session: AsyncSession, columns: Sequence[Any]) -> None:
    """Keep a proposal."""
    await sql.run(
        session,
        "INSERT INTO partner_change (change_id, partner, kind, content, reason, state,"
        " proposed_by, proposed_at) VALUES ($1, $2, $3, $4::text::jsonb, $5, 'proposed', $6, $7)",
        *columns,
    )


async def change(session: AsyncSession, change_id: UUID, *, lock: bool = False) -> Record | None:
    """Give a proposal."""
    return await sql.row(
        session,
        f"SELECT {_CHANGE} FROM partner_change WHERE change_id = $1{' FOR UPDATE' if lock else ''}",
        change_id,
    )


async def changes(
    session: AsyncSession, *, state: str | None, after: UUID | None, limit: int
) -> list[Record]:
    """Give proposals, the newest first."""
    return await sql.rows(
        session,
        f"SELECT {_CHANGE} FROM partner_change WHERE ($1::text IS NULL OR state = $1)"
        " AND ($2::uuid IS NULL OR change_id < $2) ORDER BY change_id DESC LIMIT $3",
        state,
        after,
        limit,
    )


async def decide(session: AsyncSession, columns: Sequence[Any]) -> None:
    """Write who decided a proposal, and how; the table refuses the proposer."""
    await sql.run(
        session,
        "UPDATE partner_change SET state = $2, decided_by = $3, decided_at = $4,"
        " decision_reason = $5 WHERE change_id = $1",
        *columns,
    )


_APPLY = {
    "partner": """
INSERT INTO partner AS p (code, kind, name, format, delivery, address, client_id, token_url,
  contract, fees, profile)
SELECT $1, c->>'partner_kind', c->>'name', c->>'format', c->>'delivery', c->>'address',
  c->>'client_id', c->>'token_url', c->'contract', c->'fees', c->'profile'
FROM (SELECT $2::text::jsonb AS c) AS k
ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name,
  format = excluded.format, delivery = excluded.delivery, address = excluded.address,
  client_id = excluded.client_id, token_url = excluded.token_url, contract = excluded.contract,
  fees = excluded.fees, profile = excluded.profile, version = p.version + 1
""",
    "key": """
INSERT INTO partner_key (partner, key_id, public_key, valid_from, valid_to)
SELECT $1, c->>'key_id', c->>'public_key', (c->>'valid_from')::date, (c->>'valid_to')::date
FROM (SELECT $2::text::jsonb AS c) AS k
""",
    "key_end": """
UPDATE partner_key SET valid_to = (c->>'valid_to')::date
FROM (SELECT $2::text::jsonb AS c) AS k WHERE partner = $1 AND key_id = c->>'key_id'
""",
    "debtor_account": """
INSERT INTO debtor_account (partner, commune_code, holder, account, bank_code, valid_from)
SELECT $1, c->>'commune_code', c->>'holder', c->>'account', c->>'bank_code',
  (c->>'valid_from')::date
FROM (SELECT $2::text::jsonb AS c) AS k
ON CONFLICT (partner, commune_code, valid_from) DO UPDATE SET holder = excluded.holder,
  account = excluded.account, bank_code = excluded.bank_code
""",
    "route": """
INSERT INTO partner_route (method, bank_code, commune_code, partner)
SELECT c->>'method', c->>'bank_code', c->>'commune_code', $1
FROM (SELECT $2::text::jsonb AS c) AS k
ON CONFLICT (method, bank_code, commune_code) DO UPDATE SET partner = excluded.partner
""",
}
"""Kind of change -> the statement that makes it so."""


async def apply(session: AsyncSession, kind: str, partner_code: str, content: str) -> int:
    """Make a confirmed change so; gives how many rows it touched."""
    return await sql.run(session, _APPLY[kind], partner_code, content)
