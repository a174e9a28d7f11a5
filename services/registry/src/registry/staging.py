"""COPY into a temporary table: the way in for sets of rows under row-level security.

PostgreSQL refuses COPY into a table with row-level security, so rows are copied into a temporary
table of the transaction and go on by `INSERT .. SELECT` or `UPDATE .. FROM` under the policy.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.session import raw


async def stage(
    session: AsyncSession,
    name: str,
    columns: Mapping[str, str],
    records: Iterable[tuple[Any, ...]],
) -> None:
    """Fill a temporary table that ends with the transaction.

    Args:
        session: the transaction.
        name: of the temporary table; a constant of the caller. Filled anew when it exists.
        columns: name -> SQL type, in the order of the records.
        records: one tuple for each row, in Python types that asyncpg writes.
    """
    await _make(session, name, columns)
    connection = await raw(session)
    await connection.copy_records_to_table(
        name, records=list(records), columns=list(columns), schema_name="pg_temp"
    )


async def stage_frame(
    session: AsyncSession, name: str, columns: Mapping[str, str], frame: pl.DataFrame
) -> None:
    r"""Fill a temporary table from whole columns; no Python object is made for a row.

    Args:
        session: the transaction.
        name: of the temporary table; a constant of the caller. Filled anew when it exists.
        columns: name -> SQL type; what the frame lacks becomes NULL.
        frame: columns of these names in any order; others are left out. Uuids and byte strings
            travel as text (`\\x...` for bytes).
    """
    await _make(session, name, columns)
    await copy_frame(session, name, frame.select([c for c in columns if c in frame.columns]))


async def copy_frame(session: AsyncSession, table: str, frame: pl.DataFrame) -> None:
    """COPY a frame into a table without row-level security; null is NULL, empty text stays."""
    if frame.is_empty():
        return
    # An empty text is quoted and so differs from NULL, which is not.
    content = io.BytesIO()
    frame.write_csv(content, include_header=False, null_value="", quote_style="non_numeric")
    content.seek(0)
    connection = await raw(session)
    await connection.copy_to_table(
        table, source=content, columns=frame.columns, format="csv", null=""
    )


async def move_rows(session: AsyncSession, table: str, communes: Mapping[UUID, str]) -> None:
    """Let the rows about people who moved be seen in their new communes.

    Args:
        session: the transaction; its scope must hold the old and the new communes.
        table: a constant of the caller; has `person_id` and `commune_code`.
        communes: person -> commune where the person lives now.
    """
    await session.execute(
        text(
            f"UPDATE {table} t SET commune_code = m.commune_code"
            " FROM unnest(CAST(:people AS uuid[]), CAST(:communes AS text[]))"
            " AS m (person_id, commune_code)"
            " WHERE t.person_id = m.person_id AND t.commune_code <> m.commune_code"
        ),
        {"people": list(communes), "communes": list(communes.values())},
    )


async def _make(session: AsyncSession, name: str, columns: Mapping[str, str]) -> None:
    listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    await session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    await session.execute(text(f"CREATE TEMPORARY TABLE {name} ({listed}) ON COMMIT DROP"))
