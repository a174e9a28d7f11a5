"""SQL of the room: payees and their accounts."""

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
  merged_into = excluded.merged_into
WHERE p.person_version < excluded.person_version
"""

_SUPERSEDE = """
UPDATE account a SET superseded_at = $4
FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS k(person_id, bank_code, number_index)
WHERE a.person_id = k.person_id AND a.superseded_at IS NULL
  AND (a.bank_code, a.number_index) IS DISTINCT FROM (k.bank_code, k.number_index)
"""

_INSERT_ACCOUNTS = """
INSERT INTO account (account_id, person_id, commune_code, bank_code, number_encrypted,
  number_index, holder_encrypted, source, recorded_at)
SELECT k.account_id, k.person_id, k.commune_code, k.bank_code, k.number_encrypted,
  k.number_index, k.holder_encrypted, 'commune_list', $8
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[])
  AS k(account_id, person_id, commune_code, bank_code, number_encrypted, number_index,
       holder_encrypted)
WHERE NOT EXISTS (
  SELECT FROM account a WHERE a.person_id = k.person_id AND a.superseded_at IS NULL)
"""


async def upsert_payees(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep the newest state of each person."""
    await sql.run(session, _UPSERT_PAYEES, *columns)


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
  valid_to = excluded.valid_to, version = excluded.version
WHERE r.version < excluded.version
"""


async def upsert_representations(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep the newest state of each appointment."""
    await sql.run(session, _UPSERT_REPRESENTATIONS, *columns)


async def set_methods(
    session: AsyncSession, persons: Sequence[UUID], methods: Sequence[str]
) -> None:
    """Set how each person wants to be paid."""
    await sql.run(
        session,
        "UPDATE payee p SET method = k.method"
        " FROM unnest($1::uuid[], $2::text[]) AS k(person_id, method)"
        " WHERE p.person_id = k.person_id AND p.method <> k.method",
        list(persons),
        list(methods),
    )


async def record_accounts(
    session: AsyncSession, columns: Sequence[list[Any]], now: datetime
) -> None:
    """Supersede accounts that changed, add those that are new, leave equal ones alone."""
    _, persons, _, banks, _, indexes, _ = columns
    await sql.run(session, _SUPERSEDE, persons, banks, indexes, now)
    await sql.run(session, _INSERT_ACCOUNTS, *columns, now)


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


async def sealed_numbers(session: AsyncSession, accounts: Sequence[UUID]) -> list[Record]:
    """Give encrypted number and holder of accounts."""
    return await sql.rows(
        session,
        "SELECT account_id, number_encrypted, holder_encrypted FROM account"
        " WHERE account_id = ANY($1::uuid[])",
        list(accounts),
    )


async def payee(session: AsyncSession, person_id: UUID) -> Record | None:
    """Give a person's channel, or nothing when unknown or not the caller's to see."""
    return await sql.row(
        session,
        "SELECT person_id, commune_code, full_name, personal_id, method, partner, bank_code,"
        " cash_because, rejected_reason FROM payee_channel WHERE person_id = $1",
        person_id,
    )
