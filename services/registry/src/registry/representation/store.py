"""Every SQL statement about representation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.representation.domain import Cause, Paper, Representation, Representative
from registry.staging import move_rows

_COLUMNS = (
    "row_id, representation_id, person_id, commune_code, kind, representative_person_id,"
    " representative_name, representative_number, representative_relation, representative_phone,"
    " may_receive_money, paper_kind, paper_number, paper_date, paper_issuer, valid_from, valid_to,"
    " revoked_on, revoked_reason, cause, cause_person"
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
    session: AsyncSession,
    rows: Sequence[Representation],
    *,
    now: datetime,
    recorded_by: str,
    aside: bool = False,
) -> None:
    """Write appointments down; the row that stood before is superseded.

    With `aside` it is set aside for the cause that the new row names, to hold again without it.
    """
    for row in rows:
        await session.execute(
            text(
                "UPDATE representation SET superseded_at = :now, set_aside = :cause,"
                " set_aside_person = :person"
                " WHERE representation_id = :id AND superseded_at IS NULL"
            ),
            {
                "id": row.representation_id,
                "now": now,
                "cause": row.cause if aside else None,
                "person": row.cause_person if aside else None,
            },
        )
    names = [name.strip() for name in _COLUMNS.split(",")]
    await session.execute(
        text(
            f"INSERT INTO representation ({_COLUMNS}, recorded_at, recorded_by)"
            f" VALUES ({', '.join(f':{name}' for name in names)}, :now, :by)"
        ),
        [_values(row) | {"now": now, "by": recorded_by} for row in rows],
    )


async def withdraw(session: AsyncSession, row_ids: Collection[UUID], now: datetime) -> None:
    """Supersede appointments that nothing takes the place of."""
    await session.execute(
        text("UPDATE representation SET superseded_at = :now WHERE row_id = ANY (:ids)"),
        {"ids": list(row_ids), "now": now},
    )


async def take_from_aside(
    session: AsyncSession, cause: Cause, persons: Collection[UUID]
) -> list[Representation]:
    """Give what was set aside for somebody's death or merge; it is not set aside any more."""
    found = await session.execute(
        text(
            "UPDATE representation SET set_aside = NULL, set_aside_person = NULL"
            " WHERE set_aside = :cause AND set_aside_person = ANY (:ids)"
            f" RETURNING {_COLUMNS}"
        ),
        {"cause": cause, "ids": list(persons)},
    )
    rows = [_row(row) for row in found.mappings()]
    return sorted(rows, key=lambda row: (str(row.person_id), str(row.representation_id)))


async def move(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Let the appointments of people who moved be seen by the officers of their new commune."""
    await move_rows(session, "representation", communes)


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
        "cause": row.cause,
        "cause_person": row.cause_person,
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
        cause=row["cause"],
        cause_person=row["cause_person"],
    )
