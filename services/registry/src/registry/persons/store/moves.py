"""Moves that the receiving commune stated and the former commune has not answered yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import RowMapping, text

from common.database.ids import new_id

if TYPE_CHECKING:
    from common.database.session import AsyncSession

State = Literal["open", "confirmed", "objected", "refused"]


@dataclass(frozen=True, slots=True)
class MoveClaim:
    """A move stated by the receiving commune; `village` and `address` are those of before."""

    person_id: UUID
    from_commune: str
    to_commune: str
    moved_on: date
    village: str | None
    address: str | None


async def insert(session: AsyncSession, claim: MoveClaim) -> None:
    """Keep a move that took place, open for the former commune's word."""
    await session.execute(
        text(
            "INSERT INTO person_move (move_id, person_id, from_commune, to_commune, moved_on,"
            " village, address, stated_by) VALUES (:move_id, :person_id, :from_commune,"
            " :to_commune, :moved_on, :village, :address, current_setting('app.actor'))"
        ),
        {
            "move_id": new_id(),
            "person_id": claim.person_id,
            "from_commune": claim.from_commune,
            "to_commune": claim.to_commune,
            "moved_on": claim.moved_on,
            "village": claim.village,
            "address": claim.address,
        },
    )


async def insert_refused(
    session: AsyncSession, person_id: UUID, from_commune: str, to_commune: str, moved_on: date
) -> None:
    """Tell the former commune that another one stated a move with wrong particulars."""
    await session.execute(
        text(
            "INSERT INTO person_move (move_id, person_id, from_commune, to_commune, moved_on,"
            " stated_by, state) VALUES (:move_id, :person_id, :from_commune, :to_commune,"
            " :moved_on, current_setting('app.actor'), 'refused')"
            " ON CONFLICT (person_id, to_commune) WHERE state = 'refused' DO UPDATE"
            " SET attempts = person_move.attempts + 1, stated_at = clock_timestamp(),"
            " stated_by = excluded.stated_by"
        ),
        {
            "move_id": new_id(),
            "person_id": person_id,
            "from_commune": from_commune,
            "to_commune": to_commune,
            "moved_on": moved_on,
        },
    )


async def listed(
    session: AsyncSession, state: State, after: tuple[str, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Read a page of moves of the caller's communes, the oldest first."""
    stated_at, move_id = after or (None, None)
    found = await session.execute(
        text(
            "SELECT m.*, p.personal_id FROM person_move m LEFT JOIN person p USING (person_id)"
            " WHERE m.state = :state AND (cast(:stated_at AS timestamptz) IS NULL"
            " OR (m.stated_at, m.move_id) > (cast(:stated_at AS timestamptz), :move_id))"
            " ORDER BY m.stated_at, m.move_id LIMIT :limit"
        ),
        {"state": state, "stated_at": stated_at, "move_id": move_id, "limit": limit},
    )
    return found.mappings().all()


async def locked(session: AsyncSession, move_id: UUID) -> RowMapping | None:
    """Read one move of the caller's communes and lock it."""
    found = await session.execute(
        text("SELECT * FROM person_move WHERE move_id = :id FOR UPDATE"), {"id": move_id}
    )
    return found.mappings().one_or_none()


async def settle(session: AsyncSession, move_id: UUID, state: State, reason: str | None) -> None:
    """Write down the former commune's word."""
    await session.execute(
        text(
            "UPDATE person_move SET state = :state, reason = :reason,"
            " settled_by = current_setting('app.actor'), settled_at = clock_timestamp()"
            " WHERE move_id = :id"
        ),
        {"id": move_id, "state": state, "reason": reason},
    )


async def confirm_by_notice(session: AsyncSession, person_id: UUID, to_commune: str) -> None:
    """Confirm a person's open move that the police's residence data tell too."""
    await session.execute(
        text(
            "UPDATE person_move SET state = 'confirmed', settled_at = clock_timestamp(),"
            " settled_by = current_setting('app.actor')"
            " WHERE person_id = :person_id AND to_commune = :to_commune AND state = 'open'"
        ),
        {"person_id": person_id, "to_commune": to_commune},
    )
