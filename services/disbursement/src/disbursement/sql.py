"""How stores run their statements: on the transaction's own asyncpg connection, `$1` parameters.

Stores import all of it; services only `columns`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

import asyncpg

from common.database.session import AsyncSession, raw

Record: TypeAlias = asyncpg.Record


async def rows(session: AsyncSession, statement: str, *values: object) -> list[Record]:
    """Give every row."""
    connection = await raw(session)
    found: list[Record] = await connection.fetch(statement, *values)
    return found


async def row(session: AsyncSession, statement: str, *values: object) -> Record | None:
    """Give the first row, if any."""
    connection = await raw(session)
    found: Record | None = await connection.fetchrow(statement, *values)
    return found


async def value(session: AsyncSession, statement: str, *values: object) -> Any:
    """Give the first column of the first row."""
    connection = await raw(session)
    return await connection.fetchval(statement, *values)


async def run(session: AsyncSession, statement: str, *values: object) -> int:
    """Run a statement; gives how many rows it touched."""
    connection = await raw(session)
    status: str = await connection.execute(statement, *values)
    count = status.rsplit(" ", 1)[-1]
    return int(count) if count.isdigit() else 0


@contextlib.asynccontextmanager
async def without_nested_loops(session: AsyncSession) -> AsyncIterator[None]:
    """Plan the statements of the block for sets.

    Rows that this very transaction wrote have no statistics yet: the planner takes them for a
    handful and joins a commune row by row, which takes minutes instead of a second.
    """
    await run(session, "SELECT set_config('enable_nestloop', 'off', true)")
    yield
    await run(session, "SELECT set_config('enable_nestloop', 'on', true)")


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Turn rows into the arrays that `unnest` takes, also when there is no row."""
    return [[row[index] for row in rows] for index in range(width)]
