"""Files that go out, and the payments in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_COLUMNS = """
delivery_id, list_id, commune_code, month, partner, reference, format, file_sha256, lines, total,
state, attempts, inquiries, renewals, last_error
"""

_INSERT_DELIVERIES = """
INSERT INTO delivery (delivery_id, list_id, commune_code, month, partner, reference, format,
  file_encrypted, file_sha256, lines, total, state, sealed_on)
SELECT k.delivery_id, $1, $2, $3, k.partner, k.reference, k.format, k.file_encrypted,
  k.file_sha256, k.lines, k.total, 'ready', $12
FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::text[],
  $10::integer[], $11::bigint[]) AS k(delivery_id, partner, reference, format, file_encrypted,
  file_sha256, lines, total)
"""

_INSERT_PAYMENTS = """
INSERT INTO payment (payment_id, list_id, delivery_id, commune_code, month, person_id, benefit,
  partner, end_to_end_id, amount, account_id, state)
SELECT l.line_id, l.list_id, d.delivery_id, l.commune_code, l.list_month, l.person_id, l.benefit,
  l.partner, 'A' || upper(replace(l.line_id::text, '-', '')) || lpad(l.attempt::text, 2, '0'),
  l.total, l.account_id, 'sealed'
FROM sealed_line l JOIN delivery d ON d.list_id = l.list_id AND d.partner = l.partner
WHERE l.list_id = $1
"""


async def insert(
    session: AsyncSession,
    *,
    list_id: UUID,
    commune_code: str,
    month: date,
    sealed_on: date,
    columns: Sequence[list[Any]],
) -> int:
    """Store the files of a sealed list and make its payments; gives how many payments."""
    await sql.run(session, _INSERT_DELIVERIES, list_id, commune_code, month, *columns, sealed_on)
    return await sql.run(session, _INSERT_PAYMENTS, list_id)


async def renew(session: AsyncSession, delivery_id: UUID, columns: Sequence[Any]) -> None:
    """Put a new file in the place of a refused one: reference, format, file, digest.

    What was refused stays in `delivery_former`.
    """
    await sql.run(
        session,
        "INSERT INTO delivery_former (delivery_id, commune_code, reference, format, file_sha256)"
        " SELECT delivery_id, commune_code, reference, format, file_sha256 FROM delivery"
        " WHERE delivery_id = $1",
        delivery_id,
    )
    await sql.run(
        session,
        "UPDATE delivery SET reference = $2, format = $3, file_encrypted = $4, file_sha256 = $5,"
        " state = 'ready', last_error = NULL, not_before = NULL, renewals = renewals + 1,"
        " version = version + 1 WHERE delivery_id = $1 AND state = 'refused'",
        delivery_id,
        *columns,
    )


async def interrupted(session: AsyncSession) -> int:
    """Whatever was being sent when a process died is now of unknown outcome."""
    return await sql.run(
        session,
        "UPDATE delivery SET state = 'unknown', last_error = 'interrupted', version = version + 1"
        " WHERE state = 'sending'",
    )


async def claim(session: AsyncSession, partners: Sequence[str], now: datetime) -> Record | None:
    """Take the next ready delivery and mark it as being sent, before anything leaves."""
    return await sql.row(
        session,
        "UPDATE delivery SET state = 'sending', sending_since = $1, attempts = attempts + 1,"
        " version = version + 1 WHERE delivery_id = (SELECT delivery_id FROM delivery"
        " WHERE state = 'ready' AND partner = ANY($2::text[])"
        " AND (not_before IS NULL OR not_before <= clock_timestamp()) ORDER BY reference FOR UPDATE SKIP LOCKED LIMIT 1)"
        f" RETURNING {_COLUMNS}, file_encrypted",
        now,
        list(partners),
    )


async def partners_with_work(session: AsyncSession, partners: Sequence[str]) -> list[str]:
    """Give the partners with a delivery that is ready or unknown and need not wait."""
    found = await sql.rows(
        session,
        "SELECT DISTINCT partner FROM delivery WHERE state IN ('ready', 'unknown')"
        " AND partner = ANY($1::text[])"
        " AND (not_before IS NULL OR not_before <= clock_timestamp()) ORDER BY partner",
        list(partners),
    )
    return [row["partner"] for row in found]


async def unknown(session: AsyncSession, partner: str) -> list[Record]:
    """Give the deliveries of a partner whose outcome nobody knows and that need not wait."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM delivery WHERE state = 'unknown' AND partner = $1"
        " AND (not_before IS NULL OR not_before <= clock_timestamp()) ORDER BY reference",
        partner,
    )


async def postpone(session: AsyncSession, delivery_id: UUID, pause: timedelta) -> None:
    """Leave a delivery alone for a while, by the server's own clock."""
    await sql.run(
        session,
        "UPDATE delivery SET not_before = clock_timestamp() + $2::interval,"
        " inquiries = inquiries + 1, version = version + 1 WHERE delivery_id = $1",
        delivery_id,
        pause,
    )


async def move(
    session: AsyncSession, delivery_id: UUID, *, expected: str, state: str, error: str | None
) -> bool:
    """Change a delivery's state if it still is what the caller thinks."""
    return bool(
        await sql.run(
            session,
            "UPDATE delivery SET state = $3, last_error = $4, version = version + 1"
            " WHERE delivery_id = $1 AND state = $2",
            delivery_id,
            expected,
            state,
            error,
        )
    )


async def mark_payments_sent(session: AsyncSession, deliveries: Sequence[UUID]) -> None:
    """The partner has the file: its payments are on their way."""
    await sql.run(
        session,
        "UPDATE payment SET state = 'sent'"
        " WHERE delivery_id = ANY($1::uuid[]) AND state = 'sealed'",
        list(deliveries),
    )


async def find(session: AsyncSession, list_id: UUID, partner: str) -> Record | None:
    """Give a list's delivery to a partner, with its encrypted file."""
    return await sql.row(
        session,
        f"SELECT {_COLUMNS}, file_encrypted FROM delivery WHERE list_id = $1 AND partner = $2",
        list_id,
        partner,
    )


async def of_list(session: AsyncSession, list_id: UUID) -> list[Record]:
    """Give a list's deliveries."""
    return await sql.rows(
        session, f"SELECT {_COLUMNS} FROM delivery WHERE list_id = $1 ORDER BY partner", list_id
    )


async def of_partner(
    session: AsyncSession, partner: str, *, after: str | None, limit: int
) -> list[Record]:
    """Give a partner's deliveries by reference."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM delivery WHERE partner = $1"
        " AND ($2::text IS NULL OR reference > $2) ORDER BY reference LIMIT $3",
        partner,
        after,
        limit,
    )


async def outcomes(session: AsyncSession, payments: Sequence[UUID]) -> list[Record]:
    """Give the state of payments."""
    return await sql.rows(
        session,
        "SELECT payment_id, state, reason, settled_on FROM payment"
        " WHERE payment_id = ANY($1::uuid[])",
        list(payments),
    )


async def payments_of_person(session: AsyncSession, person_id: UUID) -> list[Record]:
    """Give a person's payments, newest month first."""
    return await sql.rows(
        session,
        "SELECT payment_id, list_id, month, benefit, partner, amount, state, reason, settled_on,"
        " end_to_end_id FROM payment WHERE person_id = $1 ORDER BY month DESC, benefit",
        person_id,
    )


async def payment_of_reference(session: AsyncSession, end_to_end_id: str) -> Record | None:
    """Give a payment with the reference of the file that it went out with."""
    return await sql.row(
        session,
        "SELECT p.payment_id, p.end_to_end_id, p.list_id, d.reference AS list_reference,"
        " p.commune_code, p.month, p.person_id, p.benefit, p.partner, p.amount, p.state, p.reason,"
        " p.raw_reason, p.settled_on, p.message_id"
        " FROM payment p JOIN delivery d USING (delivery_id) WHERE p.end_to_end_id = $1",
        end_to_end_id,
    )


async def exceptions_of_payment(session: AsyncSession, end_to_end_id: str) -> list[Record]:
    """Give what partners said about a payment and did not count."""
    return await sql.rows(
        session,
        "SELECT message_id, code, outcome, amount FROM partner_exception"
        " WHERE end_to_end_id = $1 ORDER BY exception_id",
        end_to_end_id,
    )
