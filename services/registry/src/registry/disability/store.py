"""Every SQL statement about councils, cases, sessions, certificates and complaints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.rows import fetch
from registry.disability.domain import OPEN, Case, Member

_MEMBER = (
    "appointment_id, commune_code, full_name, role, appointed_on, ended_on, decision_number,"
    " trained_on"
)
_CASE = (
    "case_id, person_id, commune_code, request, received_on, due_on, state, degree, kinds,"
    " concluded_on, concluded_by, session_id, version"
)
Row = Mapping[str, Any]


async def members(session: AsyncSession, commune_code: str) -> list[Member]:
    """Read every appointment of a commune, past ones too."""
    return await fetch(
        session,
        Member,
        f"SELECT {_MEMBER} FROM disability_council_member WHERE commune_code = :commune"
        " ORDER BY appointed_on, appointment_id",
        {"commune": commune_code},
    )


async def cases(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Case]:
    """Read and lock cases, in the order of their ids."""
    found = await session.execute(
        text(
            f"SELECT {_CASE} FROM disability_case WHERE case_id = ANY (:ids)"
            " ORDER BY case_id FOR UPDATE"
        ),
        {"ids": list(ids)},
    )
    return {row["case_id"]: _case(row) for row in found.mappings()}


async def open_case_of(session: AsyncSession, person_id: UUID) -> UUID | None:
    """Find the case of a person that is not finished."""
    found = await session.execute(
        text(
            "SELECT case_id FROM disability_case WHERE person_id = :person AND state = ANY (:open)"
        ),
        {"person": person_id, "open": list(OPEN)},
    )
    case_id: UUID | None = found.scalar_one_or_none()
    return case_id


async def page_of_cases(
    session: AsyncSession,
    commune_code: str,
    state: str | None,
    *,
    after: UUID | None,
    limit: int,
) -> list[Case]:
    """Read a page of a commune's cases in the order of their ids."""
    found = await session.execute(
        text(
            f"SELECT {_CASE} FROM disability_case WHERE commune_code = :commune"
            " AND (cast(:state AS text) IS NULL OR state = :state)"
            " AND (cast(:after AS uuid) IS NULL OR case_id > :after)"
            " ORDER BY case_id LIMIT :limit"
        ),
        {"commune": commune_code, "state": state, "after": after, "limit": limit},
    )
    return [_case(row) for row in found.mappings()]


async def update_case(session: AsyncSession, case: Case, recorded: Row) -> None:
    """Write where a case stands now."""
    await session.execute(
        text(
            "UPDATE disability_case SET state = :state, degree = :degree, kinds = :kinds,"
            " concluded_on = :concluded_on, concluded_by = :concluded_by,"
            " session_id = :session_id, version = :version, changed_at = :recorded_at"
            " WHERE case_id = :case_id"
        ),
        _values(case) | {"recorded_at": recorded["recorded_at"]},
    )


async def rows_of_case(session: AsyncSession, table: str, case_id: UUID) -> list[dict[str, Any]]:
    """Read what belongs to a case; `table` is a constant of the caller."""
    return await fetch(
        session, dict, f"SELECT * FROM {table} WHERE case_id = :case", {"case": case_id}
    )


async def opinions_of_session(session: AsyncSession, session_id: UUID) -> list[dict[str, Any]]:
    """Read every opinion of a session."""
    return await fetch(
        session,
        dict,
        "SELECT case_id, appointment_id, finding, kinds, reasons FROM disability_opinion"
        " WHERE session_id = :id ORDER BY case_id, appointment_id",
        {"id": session_id},
    )


async def next_certificate(session: AsyncSession, commune_code: str, year: int) -> int:
    """Take the next running number of a commune's year; one taker at a time."""
    found = await session.execute(
        text(
            "INSERT INTO disability_certificate_series AS s (commune_code, year, last_number)"
            " VALUES (:commune, :year, 1) ON CONFLICT (commune_code, year)"
            " DO UPDATE SET last_number = s.last_number + 1 RETURNING last_number"
        ),
        {"commune": commune_code, "year": year},
    )
    return int(found.scalar_one())


async def close_referral(session: AsyncSession, case_id: UUID, values: Row) -> None:
    """Write the result of the referral that waits for one."""
    await session.execute(
        text(
            "UPDATE disability_referral SET result_on = :result_on, loss_percent = :loss_percent,"
            " degree = :degree, kinds = :kinds, document = :document"
            " WHERE case_id = :case AND result_on IS NULL"
        ),
        {"case": case_id, **values},
    )


async def answer_complaint(
    session: AsyncSession, case_id: UUID, complaint_id: UUID, values: Row
) -> bool:
    """Write the answer to a complaint; False when there is none that waits."""
    done = await session.execute(
        text(
            "UPDATE disability_complaint SET answered_on = :answered_on, outcome = :outcome,"
            " answer = :answer WHERE complaint_id = :id AND case_id = :case"
            " AND answered_on IS NULL RETURNING complaint_id"
        ),
        {"id": complaint_id, "case": case_id, **values},
    )
    return done.scalar_one_or_none() is not None


async def to_reassess(
    session: AsyncSession,
    commune_code: str,
    until: date,
    years: int,
    *,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read whose degree must be determined anew by a day, earliest first.

    The day stands in the fact; where it does not, and the fact began before the birthday that
    the rule names, it is that birthday.
    """
    return await fetch(
        session,
        dict,
        "SELECT * FROM (SELECT c.circumstance_id, c.person_id, p.personal_id, p.full_name,"
        " c.degree, coalesce(cast(c.content ->> 'reassess_on' AS date),"
        " CASE WHEN coalesce(c.certificate_date, c.valid_from)"
        " < (p.birth_date + make_interval(years => :years))::date"
        " AND c.degree <> 'very_severe'"
        " THEN (p.birth_date + make_interval(years => :years))::date END) AS due_on"
        " FROM circumstance c JOIN person p USING (person_id)"
        " WHERE c.commune_code = :commune AND c.kind = 'disability'"
        " AND c.superseded_at IS NULL AND c.valid_to IS NULL AND p.death_date IS NULL) d"
        " WHERE due_on <= :until AND (cast(:day AS date) IS NULL"
        " OR (due_on, circumstance_id) > (:day, cast(:id AS uuid)))"
        " ORDER BY due_on, circumstance_id LIMIT :limit",
        {
            "commune": commune_code,
            "until": until,
            "years": years,
            "day": after[0] if after else None,
            "id": after[1] if after else None,
            "limit": limit,
        },
    )


def _values(case: Case) -> dict[str, Any]:
    values = {name: getattr(case, name) for name in _CASE.split(", ")}
    return values | {"kinds": list(case.kinds)}


def _case(row: RowMapping) -> Case:
    return Case(**{**row, "kinds": tuple(row["kinds"])})
