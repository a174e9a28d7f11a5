"""Benefits that a decision grants once, and what is owed for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

WIDTH = 16
_INSERT = """
INSERT INTO one_off (one_off_id, commune_code, decision_number, signed_on, benefit, provision,
  article, amount, quantity, unit, event_on, pay_month, subject_id, payee_person_id, payee_name,
  payee_number)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::text[], $6::text[],
  $7::text[], $8::bigint[], $9::integer[], $10::text[], $11::date[], $12::date[], $13::uuid[],
  $14::uuid[], $15::text[], $16::text[])
ON CONFLICT (one_off_id) DO NOTHING
"""

_OWE = """
INSERT INTO obligation (obligation_id, person_id, benefit, month, kind, seq, commune_code, grp,
  amount, state, for_list_month, one_off_id)
SELECT name_uuid('obligation:one_off:' || g.one_off_id), g.subject_id, g.benefit, g.pay_month,
  'one_off', coalesce(before.seq, 0) + row_number() OVER (
    PARTITION BY g.subject_id, g.benefit, g.pay_month ORDER BY g.one_off_id) - 1,
  g.commune_code, 'one_off', g.amount, 'open', g.pay_month, g.one_off_id
FROM one_off g
LEFT JOIN LATERAL (SELECT max(o.seq) + 1 AS seq FROM obligation o
  WHERE (o.person_id, o.benefit, o.month, o.kind) = (g.subject_id, g.benefit, g.pay_month, 'one_off')
) AS before ON true
WHERE g.one_off_id = ANY($1::uuid[]) AND g.amount > 0
ON CONFLICT (one_off_id) DO NOTHING
"""

_COLUMNS = """
g.one_off_id, g.commune_code, g.decision_number, g.signed_on, g.benefit, g.article, g.amount,
g.quantity, g.unit, g.event_on, g.pay_month, g.subject_id, g.payee_person_id, g.payee_name,
g.handed_on, g.handed_by, g.receipt, o.state, o.reason, o.line_id
"""


async def keep(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep grants, and owe what of them is money; a grant counts once."""
    await sql.run(session, _INSERT, *columns)
    await sql.run(session, _OWE, columns[0])


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    one_off_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 1,
) -> list[Record]:
    """Give grants with what became of the money."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM one_off g LEFT JOIN obligation o USING (one_off_id)"
        " WHERE ($1::text IS NULL OR g.commune_code = $1)"
        " AND ($2::uuid IS NULL OR g.one_off_id = $2)"
        " AND ($3::uuid IS NULL OR g.one_off_id > $3) ORDER BY g.one_off_id LIMIT $4",
        commune_code,
        one_off_id,
        after,
        limit,
    )


async def hand_over(
    session: AsyncSession, one_off_id: UUID, *, on: date, by: str, receipt: str
) -> bool:
    """Write down that a grant in kind was handed out, once; gives whether it was open."""
    return bool(
        await sql.run(
            session,
            "UPDATE one_off SET handed_on = $2, handed_by = $3, receipt = $4"
            " WHERE one_off_id = $1 AND quantity IS NOT NULL AND handed_on IS NULL",
            one_off_id,
            on,
            by,
            receipt,
        )
    )
