"""How stores run their statements: on the transaction's own asyncpg connection, `$1` parameters.

Stores import all of it; services only `whole_province` and `columns`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

import asyncpg

from common.database.session import AsyncSession, Scope, raw

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


@contextlib.asynccontextmanager
async def whole_province(session: AsyncSession) -> AsyncIterator[None]:
    """See the rows of every commune for the length of the block.

    Whatever feeds money reads the whole province: a row of another commune (the account of a
    person who moved, a month that was paid elsewhere) would look as if it did not exist.
    Statements in the block name their commune or people; the caller's right to them was checked.
    """
    depth = session.info.get("whole_province", 0)
    session.info["whole_province"] = depth + 1
    await run(session, "SELECT set_config('app.communes', '*', true)")
    yield
    session.info["whole_province"] = depth
    if depth == 0:
        own: Scope = session.info["scope"]
        await run(session, "SELECT set_config('app.communes', $1, true)", own.setting)


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Turn rows into the arrays that `unnest` takes, also when there is no row."""
    return [[row[index] for row in rows] for index in range(width)]
