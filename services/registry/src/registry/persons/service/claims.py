"""The former commune's side of a move: it sees what was stated, confirms it, or objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from registry.persons.domain import MoveNotFound, MoveSettled, PersonKey
from registry.persons.service.locked_person import people_of
from registry.persons.store import moves, records

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from common.database.session import AsyncSession
    from registry.persons.store.moves import State


async def moves_of(
    session: AsyncSession, state: State, after: tuple[str, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Read a page of moves from and to the caller's communes; audited."""
    rows = await moves.listed(session, state, after, limit)
    scope = session.info["scope"].setting
    await audit.record(session, "moves.listed", "commune", scope[:64], {"rows": len(rows)})
    return rows


async def confirm_move(session: AsyncSession, move_id: UUID) -> None:
    """Say, for the former commune, that the person lives in the new one.

    Raises:
        MoveNotFound, MoveSettled: there is nothing to confirm for this caller.
    """
    move = await _open_move(session, move_id)
    await moves.settle(session, move_id, "confirmed", None)
    await audit.record(session, "move.confirmed", "person", move["person_id"])


async def object_to_move(
    session: AsyncSession, move_id: UUID, reason: str, *, now: datetime
) -> None:
    """Take a person back to the former commune, as if the move had not been stated.

    Raises:
        MoveNotFound, MoveSettled: there is nothing to object to for this caller.
    """
    move = await _open_move(session, move_id)
    await records.open_move(session, PersonKey(None, move["person_id"]), move["from_commune"])
    people = people_of(session, now)
    await people.load(person_ids=[move["person_id"]])
    await people.load_history([move["person_id"]])
    person = people.get(move["person_id"])
    if person.identity.commune_code == move["to_commune"]:
        identity = replace(
            person.identity,
            commune_code=move["from_commune"],
            village=move["village"],
            address=move["address"],
            former_commune=None,
        )
        people.move(person, identity, move["moved_on"])
        await people.flush()
    await records.close_move(session, session.info["scope"].setting)
    await moves.settle(session, move_id, "objected", reason)
    communes = {"from": move["to_commune"], "to": move["from_commune"]}
    await audit.record(session, "move.objected", "person", move["person_id"], communes)


async def _open_move(session: AsyncSession, move_id: UUID) -> RowMapping:
    move = await moves.locked(session, move_id)
    if move is None or move["state"] == "refused":
        raise MoveNotFound
    communes = session.info["scope"].communes
    if communes is not None and move["from_commune"] not in communes:
        raise MoveNotFound
    if move["state"] != "open":
        raise MoveSettled
    return move
