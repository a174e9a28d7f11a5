"""Many new people at once, as whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import polars as pl
from sqlalchemy import text

from common.kernel.personal_id import one_error_apart
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


async def like_known(session: AsyncSession, rows: pl.DataFrame, commune_code: str) -> list[int]:
    """Give rows whose name and birth somebody of the commune has under another or no number.

    Another number matters where it is one typing error away; two valid numbers are two people.
    """
    found = await session.execute(
        text(
            "SELECT w.number, w.row_number, p.personal_id"
            " FROM unnest(cast(:numbers AS text[]), cast(:names AS text[]),"
            " cast(:births AS date[]), cast(:rows AS integer[]))"
            " AS w (number, name_key, born, row_number)"
            " JOIN person p ON p.commune_code = :commune AND p.name_key = w.name_key"
            " AND p.birth_date IN (w.born, date_trunc('year', w.born)::date)"
            " AND (p.birth_date = w.born OR p.birth_precision <> 'day')"
            " AND p.merged_into IS NULL AND p.personal_id IS DISTINCT FROM w.number"
        ),
        {
            "numbers": rows["personal_id"].to_list(),
            "names": rows["name_key"].to_list(),
            "births": rows["birth_date"].to_list(),
            "rows": rows["row_number"].to_list(),
            "commune": commune_code,
        },
    )
    return sorted(
        {
            row.row_number
            for row in found
            if row.personal_id is None or one_error_apart(row.number, row.personal_id)
        }
    )


_KNOWN = {
    "person_id": pl.String,
    "personal_id": pl.String,
    "former_number": pl.String,
    "full_name": pl.String,
    "birth_date": pl.Date,
    "birth_precision": pl.String,
    "sex": pl.String,
    "village": pl.String,
    "former_commune": pl.String,
    "phone": pl.String,
    "household_id": pl.String,
    "poverty_class": pl.String,
    "death_date": pl.Date,
    "verification": pl.String,
    "version": pl.Int64,
    "missing_since": pl.Date,
    "left_on": pl.Date,
    "merged_into": pl.String,
}


async def known(session: AsyncSession, numbers: Sequence[str], commune_code: str) -> pl.DataFrame:
    """Read people by their 12 digits as columns, locked in the order of their ids."""
    listed = ", ".join(
        f"{name}::text AS {name}" if name in {"person_id", "household_id", "merged_into"} else name
        for name in _KNOWN
    )
    found = await session.execute(
        text(
            f"SELECT {listed} FROM person WHERE personal_id = ANY (:numbers)"
            " AND commune_code = :commune ORDER BY person.person_id FOR UPDATE"
        ),
        {"numbers": list(numbers), "commune": commune_code},
    )
    return pl.DataFrame([tuple(row) for row in found], schema=_KNOWN, orient="row")


async def count_up(session: AsyncSession, person_ids: Sequence[UUID], now: datetime) -> None:
    """Count the version of people up by one."""
    await session.execute(
        text(
            "UPDATE person SET version = version + 1, changed_at = cast(:now AS timestamptz)"
            " WHERE person_id = ANY (:ids)"
        ),
        {"ids": list(person_ids), "now": now},
    )
