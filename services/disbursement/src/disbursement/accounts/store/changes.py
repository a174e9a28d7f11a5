"""Reading and deciding of changes; sealed numbers for files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database.rows import whole_province
from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_COLUMNS = """
c.change_id, c.kind, c.person_id, c.commune_code, c.benefit, c.method, c.first_choice, c.before,
c.after, c.source, c.import_id, c.proposed_by, c.proposed_at, c.state, c.decided_by, c.decided_at,
c.reason, p.full_name, p.personal_id
"""

_FIRST = """
FROM payment_change c LEFT JOIN account a ON a.account_id = c.account_id
WHERE c.state = 'pending' AND c.first_choice AND c.commune_code = $1
  AND ($2::uuid IS NULL OR c.import_id = $2) AND c.proposed_by <> $3
"""

_FIRST_SUMMARY = f"""
SELECT count(*)::integer AS changes,
  count(*) FILTER (WHERE c.kind = 'channel' AND c.method = 'account')::integer AS accounts,
  count(*) FILTER (WHERE c.kind <> 'channel')::integer AS payees,
  encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', c.change_id, c.kind, c.person_id,
    c.method, c.after, encode(a.number_index, 'hex'), encode(a.holder_index, 'hex'),
    c.payee_person_id), E'\\n' ORDER BY c.change_id), ''), 'UTF8')), 'hex') AS content_hash
{_FIRST}
"""

_DECIDE = """
UPDATE payment_change SET state = $2, decided_by = $3, decided_at = $4, reason = $5
WHERE change_id = ANY($1::uuid[]) AND state = 'pending'
RETURNING change_id, kind, person_id, commune_code, benefit, method, account_id, representation_id,
  payee_person_id, first_choice, before, after, source
"""

_APPLY_CHANNELS = """
WITH chosen AS (
  SELECT c.person_id, c.method, c.account_id, p.account_id AS old
  FROM payment_change c JOIN payee p USING (person_id)
  WHERE c.change_id = ANY($1::uuid[]) AND c.kind = 'channel'
), gone AS (
  UPDATE account a SET superseded_at = $2 FROM chosen k
   WHERE a.account_id = k.old AND k.old IS DISTINCT FROM k.account_id AND a.superseded_at IS NULL
)
UPDATE payee p SET chosen = true, method = k.method, account_id = coalesce(k.account_id, p.account_id)
FROM chosen k WHERE p.person_id = k.person_id
"""

_APPLY_RECIPIENTS = """
UPDATE representation r SET confirmed_by = c.decided_by FROM payment_change c
WHERE c.change_id = ANY($1::uuid[]) AND c.kind = 'recipient'
  AND r.representation_id = c.representation_id
"""

_APPLY_PAYEES = """
INSERT INTO payee_route AS r (person_id, benefit, commune_code, payee_person_id, change_id, basis)
SELECT person_id, benefit, commune_code, payee_person_id, change_id, source FROM payment_change
WHERE change_id = ANY($1::uuid[]) AND kind = 'payee'
ON CONFLICT (person_id, benefit) DO UPDATE SET payee_person_id = excluded.payee_person_id,
  change_id = excluded.change_id, basis = excluded.basis
"""


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    person_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give changes in the order in which they were proposed."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM payment_change c LEFT JOIN payee p USING (person_id)"
        " WHERE c.state = $1 AND ($2::text IS NULL OR c.commune_code = $2)"
        " AND ($3::uuid IS NULL OR c.person_id = $3)"
        " AND ($4::uuid IS NULL OR c.change_id > $4) ORDER BY c.change_id LIMIT $5",
        state,
        commune_code,
        person_id,
        after,
        limit,
    )


async def find(session: AsyncSession, change_id: UUID) -> Record | None:
    """Give a change with its row locked."""
    return await sql.row(
        session,
        f"SELECT {_COLUMNS} FROM payment_change c LEFT JOIN payee p USING (person_id)"
        " WHERE c.change_id = $1 FOR UPDATE OF c",
        change_id,
    )


async def first_summary(
    session: AsyncSession, commune_code: str, import_id: UUID | None, confirmer: str
) -> Record | None:
    """Count and hash the first choices that wait for somebody else than their proposer."""
    return await sql.row(session, _FIRST_SUMMARY, commune_code, import_id, confirmer)


async def first_ids(
    session: AsyncSession, commune_code: str, import_id: UUID | None, confirmer: str
) -> list[UUID]:
    """Give the first choices that wait, locked."""
    found = await sql.rows(
        session,
        f"SELECT c.change_id {_FIRST} ORDER BY c.change_id FOR UPDATE OF c",
        commune_code,
        import_id,
        confirmer,
    )
    return [row["change_id"] for row in found]


async def decide(
    session: AsyncSession,
    changes: Sequence[UUID],
    *,
    state: str,
    decided_by: str,
    now: datetime,
    reason: str,
) -> list[Record]:
    """Close changes; gives those that still waited."""
    return await sql.rows(session, _DECIDE, list(changes), state, decided_by, now, reason)


async def apply(session: AsyncSession, changes: Sequence[UUID], now: datetime) -> None:
    """Let confirmed changes take effect on where money goes."""
    await sql.run(session, _APPLY_CHANNELS, list(changes), now)
    await sql.run(session, _APPLY_RECIPIENTS, list(changes))
    await sql.run(session, _APPLY_PAYEES, list(changes))


async def keep_notices(session: AsyncSession, columns: Sequence[list[Any]], now: datetime) -> None:
    """Keep what citizens are told."""
    await sql.run(
        session,
        "INSERT INTO citizen_notice (notice_id, person_id, commune_code, kind, subject_id, text,"
        " recorded_at) SELECT k.*, $7 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[],"
        " $5::uuid[], $6::text[]) AS k",
        *columns,
        now,
    )


async def sealed_numbers(session: AsyncSession, accounts: Sequence[UUID]) -> list[Record]:
    """Give encrypted number and holder of accounts, of every commune."""
    async with whole_province(session):
        return await sql.rows(
            session,
            "SELECT account_id, number_encrypted, holder_encrypted FROM account"
            " WHERE account_id = ANY($1::uuid[])",
            list(accounts),
        )
