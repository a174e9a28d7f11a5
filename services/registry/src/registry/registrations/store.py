"""Every SQL statement of `registrations`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import RowMapping, text

from common.database.session import AsyncSession
from registry.registrations.domain import Proposal

_COLUMNS = (
    "proposal_id, dossier_code, commune_code, personal_id, former_number, full_name, birth_date,"
    " birth_precision, sex, village, address, received_on, state, person_id, opened_at, closed_at,"
    " closed_by, note"
)


async def insert(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add proposals; one that is there already stays as it is."""
    await session.execute(
        text("""
            INSERT INTO registration_proposal (proposal_id, dossier_code, commune_code, personal_id,
                former_number, full_name, birth_date, birth_precision, sex, village, address,
                received_on, state, person_id, opened_at, closed_at)
            SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                proposal_id uuid, dossier_code text, commune_code text, personal_id text,
                former_number text, full_name text, birth_date date, birth_precision text, sex text,
                village text, address text, received_on date, state text, person_id uuid,
                opened_at timestamptz, closed_at timestamptz
            ) ON CONFLICT (proposal_id) DO NOTHING
        """),
        {"rows": to_json(list(rows)).decode()},
    )


async def one(session: AsyncSession, proposal_id: UUID, *, lock: bool = False) -> Proposal | None:
    """Read a proposal."""
    statement = f"SELECT {_COLUMNS} FROM registration_proposal WHERE proposal_id = :id"
    found = await session.execute(
        text(statement + (" FOR UPDATE" if lock else "")), {"id": proposal_id}
    )
    row = found.mappings().one_or_none()
    return None if row is None else _proposal(row)


async def page(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> list[Proposal]:
    """Read proposals of a state, oldest first."""
    statement = text(f"""
        SELECT {_COLUMNS} FROM registration_proposal
        WHERE state = :state AND (cast(:commune AS text) IS NULL OR commune_code = :commune)
            AND (cast(:after AS uuid) IS NULL OR proposal_id > :after)
        ORDER BY proposal_id LIMIT :limit
    """)
    values = {"state": state, "commune": commune_code, "after": after, "limit": limit}
    return [_proposal(row) for row in (await session.execute(statement, values)).mappings()]


async def close(session: AsyncSession, proposal_id: UUID, values: Mapping[str, Any]) -> None:
    """Write down what became of a proposal."""
    await session.execute(
        text("""
            UPDATE registration_proposal SET state = :state, person_id = :person_id,
                closed_at = :now, closed_by = :by, note = :note
            WHERE proposal_id = :id
        """),
        {**values, "id": proposal_id},
    )


async def close_of_numbers(
    session: AsyncSession, people: Mapping[str, UUID], *, now: Any, by: str
) -> None:
    """Close open proposals of people who were registered another way meanwhile."""
    await session.execute(
        text("""
            UPDATE registration_proposal p SET state = 'known', person_id = k.person_id,
                closed_at = :now, closed_by = :by
            FROM unnest(cast(:numbers AS text[]), cast(:people AS uuid[])) AS k (number, person_id)
            WHERE p.state = 'open' AND coalesce(p.personal_id, p.former_number) = k.number
        """),
        {"numbers": list(people), "people": list(people.values()), "now": now, "by": by},
    )


async def any_open(session: AsyncSession, numbers: Collection[str]) -> bool:
    """Tell whether a proposal of one of these numbers waits."""
    statement = text("""
        SELECT EXISTS (SELECT FROM registration_proposal
            WHERE state = 'open' AND coalesce(personal_id, former_number) = ANY (:numbers))
    """)
    return bool(await session.scalar(statement, {"numbers": list(numbers)}))


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(**row)
