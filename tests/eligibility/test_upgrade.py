"""An eligibility service of the second revision is brought to the newest, data intact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg

from common.database import migrations
from common.database.session import Database, Scope
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from eligibility.facts import service as facts

PACKAGE = "eligibility.migrations"
LAN = "01990000-0000-7000-8000-000000000001"
PAID = "01990000-0000-7000-8000-000000000070"
SEED = f"""
    INSERT INTO person_fact (person_id, version, personal_id, full_name, birth_date,
        birth_precision, sex, commune_code, poverty_class, verification, recorded_at)
    VALUES ('{LAN}', 4, '003135000005', 'Trần Thị Lan', '1935-06-02', 'day', 'female', '25000',
        'poor', 'unverified', now());
    INSERT INTO poverty_fact VALUES ('{LAN}', 2, '25000', 'poor', 2026, '2026-01-01', NULL, now());
    INSERT INTO circumstance_fact (person_id, version, circumstance_id, commune_code, kind, degree,
        certificate_date, monthly_amount, valid_from, recorded_at)
    VALUES ('{LAN}', 3, '01990000-0000-7000-8000-000000000051', '25000', 'disability', 'severe',
            '2019-05-06', NULL, '2019-05-06', now()),
        ('{LAN}', 4, '01990000-0000-7000-8000-000000000052', '25000', 'pension_income', NULL, NULL,
            400000, NULL, now());
    INSERT INTO entitlement (entitlement_id, person_id, commune_code, benefit, group_code, status,
        origin, stated_category, listed_amount, listed_coefficient, paid_from, paid_to,
        decision_number, signed_on, decision_origin, version, created_at, updated_at)
    VALUES ('{PAID}', '{LAN}', '25000', 'social_pension', 'social_pension', 'active', 'taken_over',
        'pension_75', 500000, 100, '2026-07-01', '2026-11-01', '123/QĐ-UBND', '2025-07-10',
        'taken_over', 1, now(), now());
    INSERT INTO entitlement_level (entitlement_id, version, commune_code, from_month, amount,
        coefficient, provision, recorded_at)
    VALUES ('{PAID}', 1, '25000', '2026-07-01', 500000, 100, 'pension_75', now());
"""
KEPT = ("person_fact", "poverty_fact", "circumstance_fact", "entitlement", "entitlement_level")


async def test_the_second_revision_becomes_the_newest_with_its_data(databases: Any) -> None:
    made = await databases.make("eligibility", package="")
    await migrations.upgrade(made.owner_url, PACKAGE, service="eligibility", to="0002")
    connection = await asyncpg.connect(made.superuser_url)
    try:
        await connection.execute(SEED)
        before = {
            table: await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in KEPT
        }
        await migrations.upgrade(made.owner_url, PACKAGE, service="eligibility")
        for table, rows in before.items():
            now = await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")
            kept = [
                {name: row[name] for name in dict(old) if name in dict(row)}
                for row, old in zip(now, rows, strict=True)
            ]
            assert kept == [{k: old[k] for k in one} for old, one in zip(rows, kept, strict=True)]
        facts = await connection.fetch(
            "SELECT kind, fact ->> 'degree' AS degree, fact ->> 'monthly_amount' AS amount"
            " FROM circumstance_fact ORDER BY version"
        )
        assert [tuple(row) for row in facts] == [
            ("disability", "severe", None),
            ("pension_income", None, "400000"),
        ]
        await database_is_whole(made.url)
    finally:
        await connection.close()


async def database_is_whole(url: str) -> None:
    """What the upgrade could not make, the sheets of what is known now, the worker makes."""
    now = datetime(2026, 11, 22, 8, 0, tzinfo=VN_TZ)
    database = Database(url, pool_size=2)
    await database.open()
    try:
        scope = Scope.service("test")
        async with database.transaction(scope) as session:
            assert await facts.renew_sheets(session, now, 100) == 1
        async with database.transaction(scope) as session:
            assert await facts.renew_sheets(session, now, 100) == 0
            frame = await facts.sheet_frame(session, Month(2026, 11))
            assert frame["disability_degree"].to_list() == ["severe"]
            assert frame["pension_income"].to_list() == [400_000]
    finally:
        await database.close()
