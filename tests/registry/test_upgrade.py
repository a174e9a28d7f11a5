"""A registry that was installed with the first revision is brought to the newest, data intact."""

from __future__ import annotations

from typing import Any

import asyncpg

from common.database import migrations
from common.database.session import Database
from common.runtime.invariants import check_invariants
from registry.invariants import INVARIANTS

PACKAGE = "registry.migrations"
LAN, BA = "01990000-0000-7000-8000-000000000001", "01990000-0000-7000-8000-000000000002"
HOME = "01990000-0000-7000-8000-000000000030"
LIST = "01990000-0000-7000-8000-000000000040"
SEED = f"""
    INSERT INTO household VALUES ('{HOME}', '25000', now());
    INSERT INTO household_class VALUES ('01990000-0000-7000-8000-000000000031', '{HOME}', '25000',
        2026, 'poor', '15/QĐ-UBND', '2026-01-01', '2027-01-01', now(), 'intake', NULL);
    INSERT INTO person (person_id, personal_id, full_name, name_key, name_sort, birth_date,
        birth_precision, sex, commune_code, village, household_id, poverty_class, death_date,
        version, recorded_at, changed_at)
    VALUES ('{LAN}', '003135000005', 'Trần Thị Lan', 'tran thi lan', 'tran thi lan', '1935-06-02',
            'day', 'female', '25000', 'Thôn 3', '{HOME}', 'poor', NULL, 3, now(), now()),
        ('{BA}', '003040000012', 'Lê Văn Ba', 'le van ba', 'le van ba', '1940-02-01',
            'day', 'male', '25000', NULL, NULL, 'none', '2026-09-03', 2, now(), now());
    INSERT INTO person_version (version_id, person_id, commune_code, personal_id, full_name,
        birth_date, birth_precision, sex, recorded_at, recorded_by)
    SELECT person_id, person_id, commune_code, personal_id, full_name, birth_date,
        birth_precision, sex, now(), 'intake' FROM person;
    INSERT INTO circumstance (circumstance_id, person_id, commune_code, kind, degree,
        monthly_amount, valid_from, recorded_at, recorded_by)
    VALUES ('01990000-0000-7000-8000-000000000051', '{LAN}', '25000', 'disability', 'severe', NULL,
            '2019-05-06', now(), 'intake'),
        ('01990000-0000-7000-8000-000000000052', '{LAN}', '25000', 'pension_income', NULL, 400000,
            NULL, now(), 'intake');
    INSERT INTO intake_import (import_id, kind, commune_code, file_sha256, file_size, list_month,
        operation_id, row_count, created_at, created_by)
    VALUES ('{LIST}', 'beneficiary_list', '25000', repeat('a', 64), 10, '2026-10-01', '{LIST}', 1,
        now(), 'can_bo');
    INSERT INTO intake_slice VALUES ('{LIST}', 0, '25000', 1, now());
    INSERT INTO intake_row (import_id, row_number, commune_code, outcome, person_id, benefit)
    VALUES ('{LIST}', 7, '25000', 'created', '{LAN}', 'social_pension');
    INSERT INTO intake_finding (import_id, row_number, code, commune_code, severity, message)
    VALUES ('{LIST}', 7, 'sex_from_id', '25000', 'info', 'Giới tính lấy từ số định danh');
    INSERT INTO verification_check (check_id, person_id, commune_code, request_id, status,
        mismatches, checked_at)
    VALUES ('01990000-0000-7000-8000-000000000061', '{LAN}', '25000', 'r-1', 'mismatch', '{{sex}}',
        now());
    INSERT INTO verification_task (task_id, person_id, commune_code, reason, opened_at)
    VALUES ('01990000-0000-7000-8000-000000000062', '{LAN}', '25000', 'sex', now());
"""
KEPT = (
    *("household", "household_class", "person", "person_version", "circumstance"),
    *("intake_import", "intake_slice", "intake_row", "intake_finding"),
    *("verification_check", "verification_task"),
)


async def test_the_first_revision_becomes_the_newest_with_its_data(databases: Any) -> None:
    made = await databases.make("registry", package="")
    await migrations.upgrade(made.owner_url, PACKAGE, service="registry", to="0001")
    connection = await asyncpg.connect(made.superuser_url)
    try:
        await connection.execute(SEED)
        before = {
            table: [
                dict(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")
            ]
            for table in KEPT
        }
        assert all(before.values())
        newest = await migrations.upgrade(made.owner_url, PACKAGE, service="registry")
        assert newest == migrations.head(PACKAGE)
        for table, rows in before.items():
            now = await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")
            # Every value that was there is there, whatever columns came beside it.
            kept = [{name: row[name] for name in old} for row, old in zip(now, rows, strict=True)]
            assert kept == rows, table
        members = await connection.fetch("SELECT person_id::text, relation FROM household_member")
        assert [tuple(row) for row in members] == [(LAN, "head")]
        deaths = await connection.fetch(
            "SELECT person_id::text, happened_on::text, kind FROM person_vital"
        )
        assert [tuple(row) for row in deaths] == [(BA, "2026-09-03", "death")]
    finally:
        await connection.close()
    database = Database(made.url, service="registry")
    await database.open()
    try:
        assert await check_invariants(database, INVARIANTS) == {}
    finally:
        await database.close()
