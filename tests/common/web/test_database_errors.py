from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import text

from common.database.session import Database, Scope
from common.web.errors import database_problem
from common.web.problems import status_of

SCOPE = Scope.service("test")


async def _problem_of(database: Database, statement: str) -> tuple[int, str]:
    with pytest.raises(Exception) as caught:
        async with database.transaction(SCOPE) as session:
            await session.execute(text(statement))
    problem = database_problem(caught.value)
    return status_of(type(problem)), problem.code


@pytest.mark.parametrize(
    ("sqlstate", "status", "code"),
    [
        ("40001", 503, "concurrent_update"),
        ("40P01", 503, "concurrent_update"),
        ("55P03", 503, "concurrent_update"),
        ("57P03", 503, "database_unavailable"),
        ("53300", 503, "database_unavailable"),
        ("08006", 503, "database_unavailable"),
        ("23505", 409, "duplicate_record"),
        ("23P01", 409, "duplicate_record"),
        ("23503", 409, "reference_broken"),
        ("42501", 404, "outside_communes"),
        ("22003", 422, "value_not_storable"),
        ("23514", 500, "internal_error"),
        ("42703", 500, "internal_error"),
        ("22012", 500, "internal_error"),
    ],
)
async def test_an_error_of_the_server_becomes_its_problem(
    database: Database, sqlstate: str, status: int, code: str
) -> None:
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{sqlstate}'; END $$"
    assert await _problem_of(database, statement) == (status, code)


async def test_a_connection_that_is_cut_in_the_middle_is_an_outage(
    database: Database, superuser_url: str
) -> None:
    with pytest.raises(Exception) as caught:
        async with database.transaction(SCOPE) as session:
            backend = await session.scalar(text("SELECT pg_backend_pid()"))
            admin = await asyncpg.connect(superuser_url)
            await admin.execute("SELECT pg_terminate_backend($1)", backend)
            await admin.close()
            await session.execute(text("SELECT 1"))
    assert database_problem(caught.value).code == "database_unavailable"
    async with database.read(SCOPE) as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_a_number_beyond_the_column_is_the_caller_s_fault(database: Database) -> None:
    with pytest.raises(Exception) as caught:
        async with database.transaction(SCOPE) as session:
            await session.execute(text("SELECT cast(:n AS bigint)"), {"n": 10**30})
    assert database_problem(caught.value).code == "value_not_storable"


async def test_a_lock_that_is_not_given_in_time_may_be_asked_for_again(
    database: Database,
) -> None:
    async with database.transaction(SCOPE) as session:
        await session.execute(text("LOCK TABLE thing IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Exception) as caught:
            async with database.transaction(SCOPE) as other:
                await other.execute(text("SET LOCAL lock_timeout = '20ms'"))
                await other.execute(text("SELECT count(*) FROM thing"))
    assert database_problem(caught.value).code == "concurrent_update"
