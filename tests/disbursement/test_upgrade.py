"""A disbursement service of the first revision is brought to the newest, data intact."""

from __future__ import annotations

from typing import Any

import asyncpg

from common.database import migrations

PACKAGE = "disbursement.migrations"
LAN = "01990000-0000-7000-8000-000000000001"
PAID = "01990000-0000-7000-8000-000000000070"
SEED = f"""
    INSERT INTO payee (person_id, commune_code, personal_id, full_name, sort_key, birth_date,
        method, person_version)
    VALUES ('{LAN}', '25000', '003135000005', 'Trần Thị Lan', 'lan', '1935-06-02', 'account', 3);
    INSERT INTO account (account_id, person_id, commune_code, bank_code, number_encrypted,
        number_index, source, recorded_at)
    VALUES ('{PAID}', '{LAN}', '25000', 'agribank', '\\x01', '\\x02', 'intake', now());
    INSERT INTO entitlement VALUES ('{PAID}', '{LAN}', '25000', 'social_pension', 'social_pension',
        'active', NULL, '123/QĐ-UBND', '2025-07-10', 'taken_over', 2);
    INSERT INTO entitlement_level VALUES ('{PAID}', '2026-07-01', NULL, 500000, 1.00, 'pension_75');
    INSERT INTO paid_month VALUES ('{LAN}', 'social_pension', '2026-10-01', 'list', '25000', 500000,
        '{PAID}', 7);
"""
KEPT = ("payee", "account", "entitlement", "entitlement_level", "paid_month")


async def test_the_first_revision_becomes_the_newest_with_its_data(databases: Any) -> None:
    made = await databases.make("disbursement", package="")
    await migrations.upgrade(made.owner_url, PACKAGE, service="disbursement", to="0001")
    connection = await asyncpg.connect(made.superuser_url)
    try:
        await connection.execute(SEED)
        before = {
            table: await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in KEPT
        }
        channel = await connection.fetchrow("SELECT person_id, method, partner FROM payee_channel")
        newest = await migrations.upgrade(made.owner_url, PACKAGE, service="disbursement")
        assert newest == migrations.head(PACKAGE)
        for table, rows in before.items():
            now = await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")
            kept = [
                {name: row[name] for name in dict(old)} for row, old in zip(now, rows, strict=True)
            ]
            assert kept == [dict(old) for old in rows], table
        after = await connection.fetchrow("SELECT person_id, method, partner FROM payee_channel")
        assert after == channel
    finally:
        await connection.close()
