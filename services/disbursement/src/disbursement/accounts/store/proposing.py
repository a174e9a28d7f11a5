"""Proposals: set-based, for one choice or a whole commune's list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_CHOICE = """
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[],
  $7::bytea[], $8::bytea[], $9::text[], $10::bytea[], $11::bytea[], $12::text[], $13::text[],
  $14::uuid[])
  AS k(change_id, person_id, commune_code, method, account_id, bank_code, number_encrypted,
       number_index, number_masked, holder_encrypted, holder_index, proposed_by, source, import_id)
"""
CHOICE_WIDTH = 14

_CHANNEL_TEXT = """
CASE WHEN {method} = 'cash' THEN 'Tiền mặt'
     ELSE concat_ws(' ', nullif({bank}, ''), coalesce({masked}, '(chưa có số)')) END
"""

_CHANNELS = f"""
WITH choice AS ({_CHOICE}), compared AS (
  SELECT k.*, p.chosen, p.method AS old_method, a.bank_code AS old_bank, a.number_masked AS old_masked,
    p.account_id AS old_account, c.change_id AS pending,
    coalesce(c.method = k.method AND (k.method = 'cash'
      OR (b.bank_code, b.number_index, b.holder_index)
         IS NOT DISTINCT FROM (k.bank_code, k.number_index, k.holder_index)), false) AS waits,
    p.method = k.method AND (k.method = 'cash'
      OR (a.account_id IS NULL AND k.number_index IS NULL)
      OR (a.rejected_reason IS NULL AND a.bank_code = k.bank_code
          AND a.number_index = k.number_index
          AND coalesce(a.holder_index, k.holder_index) IS NOT DISTINCT FROM k.holder_index)
      OR (k.number_index IS NULL AND a.rejected_reason IS NULL)) AS same
  FROM choice k JOIN payee p USING (person_id)
  LEFT JOIN account a ON a.account_id = p.account_id
  LEFT JOIN payment_change c
    ON c.person_id = k.person_id AND c.kind = 'channel' AND c.state = 'pending'
  LEFT JOIN account b ON b.account_id = c.account_id
), replaced AS (
  UPDATE payment_change c SET state = 'withdrawn', decided_at = $15
  FROM compared k WHERE c.change_id = k.pending AND NOT k.waits
  RETURNING c.change_id
), chosen AS (
  UPDATE payee p SET chosen = true FROM compared k
  WHERE p.person_id = k.person_id AND k.same AND NOT p.chosen
), wanted AS (
  SELECT * FROM compared WHERE NOT same AND NOT waits
), added AS (
  INSERT INTO account (account_id, person_id, commune_code, bank_code, number_encrypted,
    number_index, number_masked, holder_encrypted, holder_index, source, recorded_at)
  SELECT account_id, person_id, commune_code, bank_code, number_encrypted, number_index,
    number_masked, holder_encrypted, holder_index, source, $15
  FROM wanted WHERE number_index IS NOT NULL
)
SELECT w.change_id, w.person_id, w.commune_code, w.method,
  CASE WHEN w.method = 'account' THEN
    CASE WHEN w.number_index IS NOT NULL THEN w.account_id ELSE w.old_account END END AS account_id,
  NOT w.chosen AND w.pending IS NULL AS first_choice,
  {_CHANNEL_TEXT.format(method="w.old_method", bank="w.old_bank", masked="w.old_masked")} AS before,
  {_CHANNEL_TEXT.format(method="w.method", bank="w.bank_code", masked="w.number_masked")} AS after,
  w.source, w.import_id, w.proposed_by
FROM wanted w
"""
"""A choice equal to what is confirmed withdraws what waits; one equal to what waits changes nothing.
An account that a bank refused is never "the same": to use it again somebody must confirm it anew.
Only the very first choice of a person is a first choice, not one that replaces it while it waits."""

_INSERT = """
INSERT INTO payment_change (change_id, kind, person_id, commune_code, benefit, method, account_id,
  representation_id, payee_person_id, payee_name, first_choice, before, after, source, import_id,
  proposed_by, proposed_at)
SELECT k.*, $17 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[],
  $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::boolean[], $12::text[], $13::text[],
  $14::text[], $15::uuid[], $16::text[]) AS k
"""
CHANGE_WIDTH = 16

_PAYEES = """
WITH wanted AS (
  SELECT k.*, coalesce(k.payee, k.person_id) AS target, r.payee_person_id AS routed
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::boolean[], $7::text[])
    AS k(person_id, benefit, commune_code, payee, basis, signed, proposed_by)
  LEFT JOIN payee_route r USING (person_id, benefit)
), settled AS (
  UPDATE payment_change c SET state = 'withdrawn', decided_at = $8
  FROM wanted k WHERE c.person_id = k.person_id AND c.kind = 'payee' AND c.benefit = k.benefit
   AND c.state = 'pending' AND (k.signed OR c.payee_person_id <> k.target)
), named AS (
  UPDATE payment_change c SET proposed_by = k.proposed_by
  FROM wanted k WHERE c.person_id = k.person_id AND c.kind = 'payee' AND c.benefit = k.benefit
   AND c.state = 'pending' AND c.payee_person_id = k.target AND c.proposed_by = ''
   AND NOT k.signed
), dropped AS (
  DELETE FROM payee_route r USING wanted k
   WHERE r.person_id = k.person_id AND r.benefit = k.benefit AND k.signed AND k.payee IS NULL
), routed AS (
  INSERT INTO payee_route AS r (person_id, benefit, commune_code, payee_person_id, basis)
  SELECT person_id, benefit, commune_code, payee, basis FROM wanted
   WHERE signed AND payee IS NOT NULL
  ON CONFLICT (person_id, benefit) DO UPDATE SET payee_person_id = excluded.payee_person_id,
    change_id = NULL, basis = excluded.basis
   WHERE r.payee_person_id <> excluded.payee_person_id
)
SELECT k.person_id, k.benefit, k.commune_code, k.target AS payee_person_id,
  p.full_name AS payee_name, k.routed IS NULL AS first_choice, o.full_name AS before
FROM wanted k LEFT JOIN payee p ON p.person_id = k.target
LEFT JOIN payee o ON o.person_id = coalesce(k.routed, k.person_id)
WHERE NOT k.signed AND k.target <> coalesce(k.routed, k.person_id)
  AND NOT EXISTS (SELECT FROM payment_change c WHERE c.person_id = k.person_id
    AND c.kind = 'payee' AND c.benefit = k.benefit AND c.state = 'pending'
    AND c.payee_person_id = k.target)
"""
"""A signed decision names its payee by two people; a list or a merge only proposes one."""


async def compare_channels(
    session: AsyncSession, columns: Sequence[list[Any]], now: datetime
) -> list[Record]:
    """Keep the accounts of choices that differ from what is confirmed; gives those choices."""
    return await sql.rows(session, _CHANNELS, *columns, now)


async def insert(session: AsyncSession, columns: Sequence[list[Any]], now: datetime) -> None:
    """Write proposals."""
    await sql.run(session, _INSERT, *columns, now)


async def compare_payees(
    session: AsyncSession, columns: Sequence[list[Any]], now: datetime
) -> list[Record]:
    """Apply payees of signed decisions; gives those that somebody must confirm first."""
    return await sql.rows(session, _PAYEES, *columns, now)
