"""What the database itself guarantees, whatever the code does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from common.database.migrations import at_head


async def test_every_table_with_a_commune_forces_row_level_security(
    service_database: Callable[..., Awaitable[Any]],
) -> None:
    database = await service_database("eligibility")
    assert await at_head(database.owner_url, "eligibility.migrations")
    connection = await asyncpg.connect(database.superuser_url)
    try:
        rows = await connection.fetch("""
            SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE a.attname = 'commune_code' AND c.relkind = 'r'
                AND c.relnamespace = 'public'::regnamespace
        """)
    finally:
        await connection.close()
    assert len(rows) > 10
    assert [row["relname"] for row in rows if not row["forced"]] == []


async def test_a_signed_decision_and_its_lines_are_final(office: Any, registry: Any) -> None:
    await registry.pensioner(date(1944, 1, 1))
    await office.drain()
    draft = await office.draft_levels()
    assert (await office.sign(draft)).status_code == 200
    for statement in (
        "UPDATE decision SET number = 'other'",
        "DELETE FROM decision_line",
        "UPDATE decision_line SET owed = 0",
        "DELETE FROM dossier_step",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await office.rows(statement)
