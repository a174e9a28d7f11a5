"""Sets of rows, and row-level security lifted for exactly as long as it is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field

from common.database.ids import new_id
from common.database.rows import fetch, insert_many, whole_province
from common.database.session import AsyncSession, Database, Scope
from common.database.tables import TableBase, array, bigint, jsonb, month_column, table_registry
from common.kernel.months import Month
from common.testing.databases import ServiceDatabase

COMMUNE = Scope(frozenset({"25000"}), "officer")


class Base(TableBase, registry=table_registry()):
    """Base of the table below."""


class EveryType(Base, table=True):
    """A column of every type that rows have."""

    row_id: UUID = Field(primary_key=True)
    words: str
    maybe: str | None = None
    day: date
    month: Month = month_column()
    instant: datetime
    amount: int = bigint()
    share: Decimal
    flag: bool
    raw: bytes
    content: dict[str, Any] = jsonb()
    codes: list[str] = array()
    left_out: str = "by default"


MAKE = """
    CREATE TEMPORARY TABLE every_type (row_id uuid, words text, maybe text, day date, month date,
        instant timestamptz, amount bigint, share numeric(9, 4), flag boolean, raw bytea,
        content jsonb, codes text[], left_out text DEFAULT 'by default') ON COMMIT DROP
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What is written of a row, and read again."""

    row_id: UUID
    words: str
    maybe: str | None
    day: date
    month: Any
    instant: datetime
    amount: int
    share: Decimal
    flag: bool
    raw: bytes
    content: dict[str, Any]
    codes: list[str]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
MADE = st.builds(
    Made,
    row_id=st.uuids(),
    words=TEXT,
    maybe=st.none() | TEXT,
    day=st.dates(),
    month=st.dates(max_value=date(9998, 1, 1)).map(Month.of),
    instant=st.datetimes(min_value=datetime(1900, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    amount=st.integers(-(2**63), 2**63 - 1),
    share=st.decimals(-99_999, 99_999, places=4),
    flag=st.booleans(),
    raw=st.binary(),
    content=st.dictionaries(TEXT, st.none() | st.integers(0, 9) | TEXT | st.lists(TEXT)),
    codes=st.lists(TEXT),
)


@pytest_asyncio.fixture
async def db(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> AsyncIterator[Database]:
    made = await service_database("registry", package="common.testing.sample.migrations")
    database = Database(made.url, pool_size=2, service="registry")
    await database.open()
    yield database
    await database.close()


async def scope_of(session: AsyncSession) -> str:
    found = await session.execute(text("SELECT current_setting('app.communes')"))
    return str(found.scalar_one())


@given(rows=st.lists(MADE, min_size=1, max_size=5))
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
async def test_every_value_comes_back_as_it_was_written(db: Database, rows: list[Made]) -> None:
    async with db.transaction(COMMUNE) as session:
        await session.execute(text(MAKE))
        await insert_many(session, EveryType, rows)
        names = ", ".join(Made.__slots__)
        found = await fetch(session, Made, f"SELECT {names} FROM every_type", {})
        written = [(*(getattr(row, name) for name in Made.__slots__),) for row in rows]
        read = [
            (
                *(
                    Month.of(row.month) if name == "month" else getattr(row, name)
                    for name in Made.__slots__
                ),
            )
            for row in found
        ]
        assert read == written
        defaults = await session.execute(text("SELECT DISTINCT left_out FROM every_type"))
        assert list(defaults.scalars()) == ["by default"]


class Words(BaseModel):
    words: str


async def test_rows_share_values_and_come_as_models_or_mappings(db: Database) -> None:
    async with db.transaction(COMMUNE) as session:
        await session.execute(text(MAKE))
        await insert_many(session, EveryType, [{"words": "a"}, {"words": "b"}], maybe="same")
        await insert_many(session, EveryType, [Words(words="c")])
        await insert_many(session, EveryType, [])
        statement = "SELECT words FROM every_type WHERE words <> :other ORDER BY words"
        found = await fetch(session, Words, statement, {"other": "b"})
        assert found == [Words(words="a"), Words(words="c")]
        both = await fetch(
            session, dict, "SELECT words, maybe FROM every_type ORDER BY 1 LIMIT 1", {}
        )
        assert both == [{"words": "a", "maybe": "same"}]


@pytest.mark.parametrize(
    "rows",
    [[{"words": "a"}, {"maybe": "b"}], [{"words": "a", "maybe": "b"}, {"words": "a"}], [{"x": 1}]],
    ids=["other columns", "a column is missing", "not a column"],
)
async def test_rows_of_other_columns_are_refused(db: Database, rows: list[dict[str, Any]]) -> None:
    async with db.transaction(COMMUNE) as session:
        with pytest.raises(ValueError, match="other columns"):
            await insert_many(session, EveryType, rows)


async def test_the_outermost_block_narrows_the_scope_again(db: Database) -> None:
    async with db.transaction(COMMUNE) as session:
        async with whole_province(session):
            assert await scope_of(session) == "*"
            async with whole_province(session):
                assert await scope_of(session) == "*"
            assert await scope_of(session) == "*"
        assert await scope_of(session) == "25000"


@pytest.mark.parametrize("depth", [1, 2, 3])
async def test_an_error_within_narrows_the_scope_too(db: Database, depth: int) -> None:
    async def fail_at(session: AsyncSession, level: int) -> None:
        async with whole_province(session):
            if level == depth:
                raise LookupError
            with pytest.raises(LookupError):
                await fail_at(session, level + 1)
            assert await scope_of(session) == "*"
            raise LookupError

    async with db.transaction(COMMUNE) as session:
        with pytest.raises(LookupError):
            await fail_at(session, 1)
        assert await scope_of(session) == "25000"
        async with whole_province(session):
            assert await scope_of(session) == "*"
        assert await scope_of(session) == "25000"


async def test_a_refused_statement_in_a_savepoint_leaves_the_scope_as_it_was(db: Database) -> None:
    async def refused(session: AsyncSession) -> None:
        async with session.begin_nested(), whole_province(session):
            await session.execute(text("SELECT 1 / 0"))

    async with db.transaction(COMMUNE) as session:
        with pytest.raises(DBAPIError, match="division by zero"):
            await refused(session)
        assert await scope_of(session) == "25000"
        async with whole_province(session):
            with pytest.raises(DBAPIError):
                await refused(session)
            assert await scope_of(session) == "*"
        assert await scope_of(session) == "25000"


async def test_the_error_of_an_aborted_transaction_is_the_one_that_is_told(db: Database) -> None:
    with pytest.raises(DBAPIError, match="division by zero"):
        async with db.transaction(COMMUNE) as session, whole_province(session):
            await session.execute(text("SELECT 1 / 0"))


async def test_rows_of_another_commune_are_seen_and_written_within_the_block_only(
    db: Database,
) -> None:
    elsewhere = text("INSERT INTO thing (id, commune_code, name) VALUES (:id, '25001', 'x')")
    async with db.transaction(COMMUNE) as session:
        async with whole_province(session):
            await session.execute(elsewhere, {"id": new_id()})
        found = await session.execute(text("SELECT count(*) FROM thing"))
        assert found.scalar_one() == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.transaction(COMMUNE) as session:
            await session.execute(elsewhere, {"id": new_id()})
