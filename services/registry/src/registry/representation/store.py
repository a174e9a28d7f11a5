"""Every SQL statement about representation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.representation.domain import Paper, Representation, Representative

_COLUMNS = (
    "row_id, representation_id, person_id, commune_code, kind, representative_person_id,"
    " representative_name, representative_number, representative_relation, representative_phone,"
    " may_receive_money, paper_kind, paper_number, paper_date, paper_issuer, valid_from, valid_to,"
    " revoked_on, revoked_reason"
)


async def of_person(session: AsyncSession, person_id: UUID) -> list[Representation]:
    """Read the current appointments of a person, of all times."""
    found = await session.execute(
        text(
            f"SELECT {_COLUMNS} FROM representation WHERE person_id = :id"
            " AND superseded_at IS NULL ORDER BY valid_from, representation_id"
        ),
        {"id": person_id},
    )
    return [_row(row) for row in found.mappings()]


async def held_by(
    session: AsyncSession, representatives: Collection[UUID], day: date
) -> list[Representation]:
    """Read what people hold for others after a day."""
    found = await session.execute(
        text(
            f"SELECT {_COLUMNS} FROM representation"
            " WHERE representative_person_id = ANY (:ids) AND superseded_at IS NULL"
            " AND (valid_to IS NULL OR valid_to > :day) ORDER BY person_id, representation_id"
        ),
        {"ids": list(representatives), "day": day},
    )
    return [_row(row) for row in found.mappings()]


async def expiring(
    session: AsyncSession, commune_code: str, today: date, until: date
) -> list[Representation]:
    """Read the appointments of a commune that end soon, the first to end first."""
    found = await session.execute(
        text(
            f"SELECT {_COLUMNS} FROM representation WHERE commune_code = :commune"
            " AND superseded_at IS NULL AND revoked_on IS NULL AND valid_to > :today"
            " AND valid_to <= :until ORDER BY valid_to, representation_id"
        ),
        {"commune": commune_code, "today": today, "until": until},
    )
    return [_row(row) for row in found.mappings()]


async def insert(
    session: AsyncSession, rows: Sequence[Representation], *, now: datetime, recorded_by: str
) -> None:
    """Write appointments down; the row that stood before is superseded."""
    await session.execute(
        text(
            "UPDATE representation SET superseded_at = :now"
            " WHERE representation_id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": [row.representation_id for row in rows], "now": now},
    )
    names = [name.strip() for name in _COLUMNS.split(",")]
    await session.execute(
        text(
            f"INSERT INTO representation ({_COLUMNS}, recorded_at, recorded_by)"
            f" VALUES ({', '.join(f':{name}' for name in names)}, :now, :by)"
        ),
        [_values(row) | {"now": now, "by": recorded_by} for row in rows],
    )


def _values(row: Representation) -> dict[str, object]:
    who, paper = row.representative, row.paper
    return {
        "row_id": row.row_id,
        "representation_id": row.representation_id,
        "person_id": row.person_id,
        "commune_code": row.commune_code,
        "kind": row.kind,
        "representative_person_id": who.person_id,
        "representative_name": who.name,
        "representative_number": who.number,
        "representative_relation": who.relation,
        "representative_phone": who.phone,
        "may_receive_money": row.may_receive_money,
        "paper_kind": paper.kind,
        "paper_number": paper.number,
        "paper_date": paper.issued_on,
        "paper_issuer": paper.issuer,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "revoked_on": row.revoked_on,
        "revoked_reason": row.revoked_reason,
    }


def _row(row: RowMapping) -> Representation:
    return Representation(
        row_id=row["row_id"],
        representation_id=row["representation_id"],
        person_id=row["person_id"],
        commune_code=row["commune_code"],
        kind=row["kind"],
        representative=Representative(
            name=row["representative_name"],
            person_id=row["representative_person_id"],
            number=row["representative_number"],
            relation=row["representative_relation"],
            phone=row["representative_phone"],
        ),
        may_receive_money=row["may_receive_money"],
        paper=Paper(row["paper_kind"], row["paper_number"], row["paper_date"], row["paper_issuer"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        revoked_on=row["revoked_on"],
        revoked_reason=row["revoked_reason"],
    )
