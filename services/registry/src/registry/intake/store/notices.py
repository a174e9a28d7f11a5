"""Every SQL statement about death notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.kernel.names import search_key
from registry.intake.domain.imports import Notice
from registry.staging import stage

_NOTICE = (
    "notice_id, personal_id, former_number, full_name, birth_date, birth_precision, death_date,"
    " notice_number, commune_code"
)
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice to keep, and what became of it."""

    notice: Notice
    row_number: int
    notice_date: date | None
    registering_commune: str | None
    state: str
    person_id: UUID | None


def _notice(row: RowMapping) -> Notice:
    return Notice(**row)


async def known_numbers(
    session: AsyncSession, commune_code: str, numbers: Sequence[str]
) -> set[str]:
    """Give which notice numbers of a commune were taken in before."""
    found = await session.execute(
        text(
            "SELECT notice_number FROM death_notice"
            " WHERE commune_code = :commune AND notice_number = ANY (:numbers)"
        ),
        {"commune": commune_code, "numbers": list(numbers)},
    )
    return set(found.scalars())


async def insert(
    session: AsyncSession, import_id: UUID, rows: Sequence[NoticeRow], now: datetime
) -> None:
    """Keep notices."""
    columns = {
        "notice_id": "uuid",
        "row_number": "integer",
        "commune_code": "text",
        "notice_number": "text",
        "full_name": "text",
        "name_key": "text",
        "birth_date": "date",
        "birth_precision": "text",
        "personal_id": "text",
        "former_number": "text",
        "death_date": "date",
        "notice_date": "date",
        "registering_commune": "text",
        "state": "text",
        "person_id": "uuid",
    }
    await stage(session, "staged_notice", columns, (_record(row) for row in rows))
    listed = ", ".join(columns)
    await session.execute(
        text(
            f"INSERT INTO death_notice (import_id, recorded_at, matched_at, {listed})"
            f" SELECT cast(:id AS uuid), cast(:now AS timestamptz),"
            f" CASE WHEN state = 'matched' THEN cast(:now AS timestamptz) END, {listed}"
            " FROM pg_temp.staged_notice"
        ),
        {"id": import_id, "now": now},
    )


def _record(row: NoticeRow) -> tuple[object, ...]:
    notice = row.notice
    return (
        notice.notice_id,
        row.row_number,
        notice.commune_code,
        notice.notice_number,
        notice.full_name,
        search_key(notice.full_name),
        notice.birth_date,
        notice.birth_precision,
        notice.personal_id,
        notice.former_number,
        notice.death_date,
        row.notice_date,
        row.registering_commune,
        row.state,
        row.person_id,
    )


async def pending(
    session: AsyncSession, personal_ids: Sequence[str], former_numbers: Sequence[str]
) -> list[Notice]:
    """Read notices that wait for one of these numbers."""
    found = await session.execute(
        text(
            f"SELECT {_NOTICE} FROM death_notice WHERE state = 'pending' AND (personal_id ="
            " ANY (:numbers) OR (personal_id IS NULL AND former_number = ANY (:former)))"
            " ORDER BY notice_id"
        ),
        {"numbers": list(personal_ids), "former": list(former_numbers)},
    )
    return [_notice(row) for row in found.mappings()]


async def pending_numbers(session: AsyncSession) -> set[str]:
    """Read every number for which a notice waits."""
    found = await session.execute(
        text(
            "SELECT coalesce(personal_id, former_number) FROM death_notice"
            " WHERE state = 'pending' AND coalesce(personal_id, former_number) IS NOT NULL"
        )
    )
    return set(found.scalars())


async def waiting(session: AsyncSession, after: UUID | None) -> list[Notice]:
    """Read the next notices that wait for anybody."""
    found = await session.execute(
        text(
            f"SELECT {_NOTICE} FROM death_notice WHERE state = 'pending'"
            " AND (cast(:after AS uuid) IS NULL OR notice_id > :after)"
            f" ORDER BY notice_id LIMIT {_BATCH}"
        ),
        {"after": after},
    )
    return [_notice(row) for row in found.mappings()]


async def settle(
    session: AsyncSession, rows: Sequence[tuple[UUID, str, UUID]], now: datetime
) -> None:
    """Write down what became of waiting notices (notice, state, person)."""
    await stage(
        session,
        "settled_notice",
        {"notice_id": "uuid", "state": "text", "person_id": "uuid"},
        rows,
    )
    await session.execute(
        text(
            "UPDATE death_notice n SET state = s.state, person_id = s.person_id,"
            " matched_at = :now FROM pg_temp.settled_notice s WHERE n.notice_id = s.notice_id"
        ),
        {"now": now},
    )
