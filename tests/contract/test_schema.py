"""The table classes and the migrations make the same database, for every service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from common.testing import schema
from common.testing.databases import ServiceDatabase
from common.testing.structure import Structure, differences, structure_of

SERVICES = ("registry", "eligibility", "disbursement", "reporting")
MakeDatabase = Callable[..., Awaitable[ServiceDatabase]]


async def read(database: ServiceDatabase) -> Structure:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        return await structure_of(connection)
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_and_classes_make_the_same_schema(
    service: str, service_database: MakeDatabase
) -> None:
    migrated = await service_database(service)
    described = await service_database(service, package="")
    owner = await asyncpg.connect(described.owner_url)
    try:
        async with owner.transaction():
            for statement in schema.statements(service):
                await owner.execute(statement)
    finally:
        await owner.close()
    assert differences(await read(migrated), await read(described)) == []


@pytest.fixture
async def disbursement(service_database: MakeDatabase) -> AsyncIterator[asyncpg.Connection]:
    database = await service_database("disbursement")
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


async def test_every_kind_of_difference_is_seen(disbursement: asyncpg.Connection) -> None:
    """Each change is made, looked at and taken back; the comparison must name exactly it."""
    changes = {
        "constraint payment_list.payment_list_state_check": (
            "ALTER TABLE payment_list DROP CONSTRAINT payment_list_state_check,"
            " ADD CONSTRAINT payment_list_state_check CHECK (state <> '')"
        ),
        "constraint payment_list.payment_list_commune_code_month_number_key": (
            "ALTER TABLE payment_list DROP CONSTRAINT payment_list_commune_code_month_number_key"
        ),
        "column payment_list.lines": "ALTER TABLE payment_list ALTER lines TYPE smallint",
        "column payment_list.version": "ALTER TABLE payment_list ALTER version DROP DEFAULT",
        "column payment_list.maker": "ALTER TABLE payment_list ALTER maker DROP NOT NULL",
        "index payee.payee_by_commune": "DROP INDEX payee_by_commune",
        "policy payee.communes": "ALTER POLICY communes ON payee USING (true)",
        "table payee": "ALTER TABLE payee NO FORCE ROW LEVEL SECURITY",
        "trigger payment.payment_states": "DROP TRIGGER payment_states ON payment",
        "function refuse_change()": (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'"
        ),
        "view recorded_payment": (
            "ALTER VIEW recorded_payment SET (security_invoker = false)"
        ),
        "privilege ledger_account": "GRANT INSERT ON ledger_account TO disbursement_app",
    }  # fmt: skip
    before = await structure_of(disbursement)
    for thing, change in changes.items():
        transaction = disbursement.transaction()
        await transaction.start()
        await disbursement.execute(change)
        found = differences(before, await structure_of(disbursement))
        await transaction.rollback()
        assert any(line.startswith(f"{thing}: ") for line in found), (thing, found)
