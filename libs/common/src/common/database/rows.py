"""Sets of rows: out of a statement, into a table, and of the whole province for a moment.

Rows go in as one JSON document that PostgreSQL reads by the table's own column types, so that no
statement lists types; tens of thousands of rows go by COPY instead (`session.raw`). What is written
here is in the database at once: later SQL of the transaction sees it without a flush.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from common.database.session import WHOLE_PROVINCE, Scope
from common.kernel.months import Month

T = TypeVar("T")

_DEPTH = "whole_province"


@contextlib.asynccontextmanager
async def whole_province(session: AsyncSession) -> AsyncIterator[None]:
    """See and write the rows of every commune for the length of the block.

    People move, and what was recorded or paid elsewhere counts here. The caller's right to the
    people must have been checked before. Blocks may nest: only the outermost one narrows the scope
    again, however the block ends. In a transaction that PostgreSQL has aborted, the scope ends with
    the transaction or the savepoint.
    """
    depth: int = session.info.get(_DEPTH, 0)
    own: Scope = session.info["scope"]
    session.info[_DEPTH] = depth + 1
    try:
        if depth == 0:
            await _see(session, WHOLE_PROVINCE)
        yield
        await session.flush()
    except BaseException:
        session.info[_DEPTH] = depth
        if depth == 0:
            with contextlib.suppress(DBAPIError):
                await _see(session, own.setting)
        raise
    session.info[_DEPTH] = depth
    if depth == 0:
        await _see(session, own.setting)


async def fetch(
    session: AsyncSession, into: type[T], statement: str, parameters: Mapping[str, Any]
) -> list[T]:
    """Run a SELECT and give its rows as values of a type, whose fields are named as the columns.

    Args:
        session: the transaction.
        into: a dataclass, a pydantic model, or `dict`.
        statement: SQL with `:name` parameters.
        parameters: their values.
    """
    found = await session.execute(text(statement), dict(parameters))
    make = _maker(into)
    return [make(row) for row in found.mappings()]


async def insert_many(
    session: AsyncSession, table: type[SQLModel], rows: Sequence[Any], **same: object
) -> None:
    """Insert rows in one statement; columns that are not named take their defaults.

    Args:
        session: the transaction.
        table: the class of the table.
        rows: mappings of column names, dataclasses or pydantic models, all of the same columns.
        same: values of further columns that all rows share.

    Raises:
        ValueError: the rows do not have the same columns, or one is not of the table.
    """
    if rows:
        name, columns, document = _document(table, rows, same)
        await session.execute(
            text(f"INSERT INTO {name} ({columns}) {_SELECT.format(name=name, columns=columns)}"),
            {"rows": document},
        )


_SELECT = "SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, CAST(:rows AS jsonb))"


async def _see(session: AsyncSession, communes: str) -> None:
    await session.execute(
        text("SELECT set_config('app.communes', :communes, true)"), {"communes": communes}
    )


def _maker(into: type[Any]) -> Any:
    return into.model_validate if issubclass(into, BaseModel) else lambda row: into(**row)


def _table(table: type[SQLModel]) -> Table:
    described: Table = vars(table)["__table__"]
    return described


def _document(
    table: type[SQLModel], rows: Sequence[Any], same: Mapping[str, object]
) -> tuple[str, str, str]:
    """Name the table and the columns, and write the rows as JSON."""
    described = _table(table)
    values = [{**_values(row), **same} for row in rows]
    columns = list(values[0])
    if any(list(row) != columns for row in values) or not set(columns) <= set(described.c.keys()):
        msg = f"rows of {described.name} have other columns: {columns}"
        raise ValueError(msg)
    document = to_json(values).decode()
    return described.name, ", ".join(f'"{column}"' for column in columns), document


def _values(row: Any) -> dict[str, Any]:
    if isinstance(row, Mapping):
        named: Mapping[str, Any] = row
    elif dataclasses.is_dataclass(row):
        named = {each.name: getattr(row, each.name) for each in dataclasses.fields(row)}
    else:
        named = dict(row)
    return {name: _plain(value) for name, value in named.items()}


def _plain(value: Any) -> Any:
    """Write what JSON has no word for as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    return value.first_day if isinstance(value, Month) else value
