"""COPY into a temporary table: the way in for sets of rows under row-level security.

PostgreSQL refuses COPY into a table with row-level security, so rows are copied into a temporary
table of the transaction and go on by `INSERT .. SELECT` or `UPDATE .. FROM` under the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
    listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    await session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    await session.execute(text(f"CREATE TEMPORARY TABLE {name} ({listed}) ON COMMIT DROP"))
    connection = await raw(session)
    await connection.copy_records_to_table(
        name, records=list(records), columns=list(columns), schema_name="pg_temp"
    )
