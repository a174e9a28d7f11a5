"""A month of payments: built, approved and sealed commune by commune, beside bare INSERT..SELECT.

People are synthetic rows, 2,000 to a commune, a tenth of them with arrears. Measured is what the
service does: obligations, lines, items, exceptions, hashes, the files of the partner, payments,
ledger, events. The floor puts the same number of rows of the same tables into the same indexed
tables by INSERT..SELECT from what the service made, under row-level security. Building again must
add nothing. `BENCH_PAYMENTS` sets the size (1,200,000 payments are 600 communes).
"""

from __future__ import annotations

import asyncio
import base64
import os
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from tests.disbursement.partner_rows import enter_partners

from common.database.session import Database, Scope
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from common.testing.clocks import FixedBusinessClock
from common.testing.databases import DatabaseMaker
from common.testing.keys import new_private_key
from disbursement.accounts.service import Vault
from disbursement.payroll import service as payroll
from disbursement.worker import make_dispatcher
from sandbox.servers.testing import start_test_servers, stop_test_servers

PAYMENTS = int(os.environ.get("BENCH_PAYMENTS", "300000"))
PER_COMMUNE = 2000
NOW = datetime(2026, 11, 20, 8, tzinfo=VN_TZ)
DECEMBER = Month(2026, 12)
LIMIT = 1.5

_PEOPLE = """
INSERT INTO payee (person_id, commune_code, personal_id, full_name, sort_key, birth_date, village,
  person_version)
SELECT name_uuid('bench:' || n), lpad((n / $2)::text, 5, '0'), lpad(n::text, 12, '0'),
  'Nguyễn Thị Mẫu ' || n, 'mau ' || n, '1950-01-01', 'Thôn ' || (n % 20), 1
FROM generate_series(0, $1::integer - 1) AS n
"""
_ENTITLED = """
INSERT INTO entitlement (entitlement_id, person_id, commune_code, benefit, grp, status,
  decision_number, decision_signed_on, decision_origin, version)
SELECT name_uuid('right:' || person_id), person_id, commune_code, 'social_pension',
  'social_pension', 'active', '1', '2026-11-19', 'grant', 1 FROM payee
"""
_LEVELS = """
INSERT INTO entitlement_level (entitlement_id, from_month, amount, coefficient, provision)
SELECT name_uuid('right:' || person_id),
  CASE WHEN right(personal_id, 1) = '0' THEN date '2026-07-01' ELSE date '2026-12-01' END,
  540000, 1, 'pension_75' FROM payee
"""
_TABLES = ("obligation", "payment_list_line", "payment_list_item", "payment")


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp(prefix="ansinh-bench-"))
    folder.chmod(0o755)
    servers = start_test_servers(folder / "servers")
    try:
        asyncio.run(_measure(servers))
    finally:
        stop_test_servers(servers)


async def _measure(servers: Any) -> None:
    maker = DatabaseMaker(servers)
    made = await maker.make("disbursement")
    await enter_partners(made.url)
    connection = await asyncpg.connect(made.url)
    await connection.execute("SELECT set_config('app.communes', '*', false)")
    await connection.execute(_PEOPLE.replace("$1", str(PAYMENTS)).replace("$2", str(PER_COMMUNE)))
    await connection.execute(_ENTITLED)
    await connection.execute(_LEVELS)
    await connection.execute("ANALYZE payee; ANALYZE entitlement; ANALYZE entitlement_level")
    key = base64.b64encode(os.urandom(32)).decode()
    vault = Vault(private_key=new_private_key(), field_key=key, index_key=key)
    database = Database(
        made.url, pool_size=2, dispatcher=make_dispatcher(vault), clock=FixedBusinessClock(NOW),
        service="disbursement",
    )  # fmt: skip
    await database.open()
    try:
        communes = [f"{n:05d}" for n in range(-(-PAYMENTS // PER_COMMUNE))]
        begun = time.perf_counter()
        sealed = [await _month(database, commune) for commune in communes]
        whole = time.perf_counter() - begun
        floor = await _floor(connection)
        begun = time.perf_counter()
        counts = [await connection.fetchval(f"SELECT count(*) FROM {name}") for name in _TABLES]
        print(
            f"{sum(sealed):,} payments of {len(communes)} communes built, approved, sealed:"
            f" {whole:.1f} s; bare INSERT..SELECT of {sum(counts):,} rows: {floor:.1f} s;"
            f" x{whole / floor:.2f} (limit {LIMIT})",
            flush=True,
        )
    finally:
        await database.close()
        await connection.close()
        await maker.drop_all()


async def _month(database: Database, commune: str) -> int:
    async with database.transaction(Scope.service("benchmark")) as session:
        built = await payroll.build(session, commune, DECEMBER, maker="a", now=NOW)
    async with database.transaction(Scope.service("benchmark")) as session:
        await payroll.approve(
            session, built.list_id, checker="b", reason="x", content_hash=built.content_hash,
            now=NOW,
        )  # fmt: skip
    async with database.transaction(Scope.service("benchmark")) as session:
        sealed = await payroll.seal(session, built.list_id, sealed_by="a", now=NOW)
    return sealed.lines


async def _floor(connection: asyncpg.Connection[Any]) -> float:
    """Put the same rows once more, into empty tables with the same columns and indexes."""
    seconds = 0.0
    for name in _TABLES:
        await connection.execute(f"CREATE TEMPORARY TABLE bare_{name} (LIKE {name} INCLUDING ALL)")
        begun = time.perf_counter()
        await connection.execute(f"INSERT INTO bare_{name} SELECT * FROM {name}")
        seconds += time.perf_counter() - begun
    return seconds
