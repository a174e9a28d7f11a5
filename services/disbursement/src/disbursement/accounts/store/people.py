"""Payees, who may receive for them, and accounts that a bank refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_UPSERT_PAYEES = """
INSERT INTO payee AS p (person_id, commune_code, personal_id, former_number, full_name, sort_key,
  birth_date, village, death_date, person_version, merged_into)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::date[], $8::text[], $9::date[], $10::bigint[], $11::uuid[])
ON CONFLICT (person_id) DO UPDATE SET
  commune_code = excluded.commune_code, personal_id = excluded.personal_id,
  former_number = excluded.former_number, full_name = excluded.full_name,
  sort_key = excluded.sort_key, birth_date = excluded.birth_date, village = excluded.village,
  death_date = excluded.death_date, person_version = excluded.person_version,
  merged_into = excluded.merged_into,
  death_heard_at = CASE WHEN excluded.death_date IS NULL THEN NULL
    WHEN excluded.death_date IS DISTINCT FROM p.death_date THEN clock_timestamp()
    ELSE p.death_heard_at END
WHERE p.person_version < excluded.person_version
"""

_FOLLOW = """
UPDATE {table} t SET commune_code = p.commune_code
FROM payee p WHERE p.person_id = t.person_id AND p.person_id = ANY($1::uuid[])
  AND t.commune_code <> p.commune_code
"""
"""What belongs to a person is seen and decided where the person lives now."""

_FOLLOWERS = ("account", "payment_change", "payee_route", "representation")


_HUMANS = """
WITH RECURSIVE up AS (
  SELECT person_id, merged_into AS human_id, 1 AS steps FROM payee WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT up.person_id, q.merged_into, steps + 1 FROM up JOIN payee q ON q.person_id = up.human_id
   WHERE q.merged_into IS NOT NULL AND steps < 20
), roots AS (
  SELECT DISTINCT ON (person_id) person_id, human_id FROM up ORDER BY person_id, steps DESC
)
UPDATE payee p SET human_id = r.human_id
FROM payee q LEFT JOIN roots r USING (person_id)
WHERE p.person_id = q.person_id AND (q.merged_into IS NOT NULL OR q.human_id IS NOT NULL)
  AND p.human_id IS DISTINCT FROM r.human_id
"""


async def follow_merges(session: AsyncSession) -> None:
    """Name, for each merged record, the record that stands for the human now."""
    await sql.run(session, _HUMANS)


async def upsert_payees(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep the newest state of each person; what is theirs follows them to their commune."""
    await sql.run(session, _UPSERT_PAYEES, *columns)
    for table in _FOLLOWERS:
        await sql.run(session, _FOLLOW.format(table=table), columns[0])


_UPSERT_REPRESENTATIONS = """
INSERT INTO representation AS r (representation_id, person_id, commune_code, kind,
  representative_person_id, representative_name, may_receive_money, valid_from, valid_to, version)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[],
  $7::boolean[], $8::date[], $9::date[], $10::bigint[])
ON CONFLICT (representation_id) DO UPDATE SET
  person_id = excluded.person_id, commune_code = excluded.commune_code, kind = excluded.kind,
  representative_person_id = excluded.representative_person_id,
  representative_name = excluded.representative_name,
  may_receive_money = excluded.may_receive_money, valid_from = excluded.valid_from,
  valid_to = excluded.valid_to, version = excluded.version,
  confirmed_by = CASE WHEN (r.person_id, r.kind, r.representative_person_id,
      r.representative_name, r.may_receive_money) IS NOT DISTINCT FROM (excluded.person_id,
      excluded.kind, excluded.representative_person_id, excluded.representative_name,
      excluded.may_receive_money) AND (excluded.valid_to IS NOT DISTINCT FROM r.valid_to
      OR excluded.valid_to < coalesce(r.valid_to, 'infinity')) THEN r.confirmed_by END
WHERE r.version < excluded.version
RETURNING representation_id, person_id, commune_code, representative_name, valid_to,
  may_receive_money AND confirmed_by IS NULL AS waits
"""

_ENDED = """
UPDATE payment_change c SET state = 'withdrawn', decided_at = now()
WHERE c.kind = 'recipient' AND c.state = 'pending' AND c.representation_id = ANY($1::uuid[])
"""


async def upsert_representations(
    session: AsyncSession, columns: Sequence[list[Any]]
) -> list[Record]:
    """Keep the newest state of each appointment; gives those that nobody confirmed yet.

    An appointment that only ends earlier stays confirmed; any other change asks again.
    """
    changed = await sql.rows(session, _UPSERT_REPRESENTATIONS, *columns)
    await sql.run(session, _ENDED, [row["representation_id"] for row in changed])
    return [row for row in changed if row["waits"]]


async def reject(
    session: AsyncSession, accounts: Sequence[UUID], reasons: Sequence[str], now: datetime
) -> None:
    """Mark accounts that a bank refused; the first reason stays."""
    await sql.run(
        session,
        "UPDATE account a SET rejected_reason = k.reason, rejected_at = $3"
        " FROM unnest($1::uuid[], $2::text[]) AS k(account_id, reason)"
        " WHERE a.account_id = k.account_id AND a.rejected_reason IS NULL",
        list(accounts),
        list(reasons),
        now,
    )


async def payee(session: AsyncSession, person_id: UUID) -> Record | None:
    """Give a person's channel, or nothing when unknown or not the caller's to see."""
    return await sql.row(
        session,
        "SELECT person_id, commune_code, full_name, personal_id, method, partner, bank_code,"
        " cash_because, rejected_reason, death_date FROM payee_channel WHERE person_id = $1",
        person_id,
    )
