"""Many new people at once, as whole columns."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import polars as pl
from sqlalchemy import text

from registry.persons.store.people import COLUMNS, IDENTITY
from registry.staging import stage_frame

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

    from common.database.session import AsyncSession

_STAGED = "staged_people"


async def insert(session: AsyncSession, people: pl.DataFrame, now: datetime) -> set[int]:
    """Insert new people; gives the row numbers of those whose number was not free.

    Args:
        session: the transaction.
        people: the columns of `person` that are not empty, `row_number`, and `version_id` of the
            first row of history.
        now: the business moment.
    """
    columns = COLUMNS | {"row_number": "integer", "version_id": "uuid"}
    await stage_frame(session, _STAGED, columns, people)
    listed = ", ".join(COLUMNS)
    inserted = await session.execute(
        text(
            f"INSERT INTO person ({listed}, recorded_at, changed_at)"
            f" SELECT {listed}, cast(:now AS timestamptz), cast(:now AS timestamptz)"
            f" FROM pg_temp.{_STAGED} ORDER BY person_id ON CONFLICT DO NOTHING"
        ),
        {"now": now},
    )
    if cast("CursorResult[Any]", inserted).rowcount == people.height:
        return set()
    refused = await session.execute(
        text(
            f"DELETE FROM pg_temp.{_STAGED} s WHERE NOT EXISTS"
            " (SELECT FROM person p WHERE p.person_id = s.person_id) RETURNING row_number"
        )
    )
    return set(refused.scalars())


async def insert_first_versions(session: AsyncSession, now: datetime, recorded_by: str) -> None:
    """Begin the history of everyone whom `insert` has just inserted in this transaction."""
    listed = ", ".join(("version_id", "person_id", *IDENTITY))
    await session.execute(
        text(
            f"INSERT INTO person_version ({listed}, recorded_at, recorded_by)"
            f" SELECT {listed}, cast(:now AS timestamptz), :by FROM pg_temp.{_STAGED}"
        ),
        {"now": now, "by": recorded_by},
    )
