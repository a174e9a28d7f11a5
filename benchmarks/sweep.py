"""The monthly sweep of a province, from stored facts to stored proposals, beside its floor.

The floor takes the same path on the same rows: COPY the same columns out under row-level security
and read them, evaluate both months, COPY as many rows back in. People are synthetic: half of them
receive what the law gives, and of 2 % something changed. Each size runs in a process of its own, so
that its memory is its own.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import resource
import subprocess
import sys
import time
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks.installations import servers_only
from common.database import migrations
from common.database.session import Database, Scope, raw
from common.kernel.months import Month
from common.operations.runner import run_once
from common.runtime.clock import VN_TZ, BusinessClock
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain.evaluate import evaluate
from eligibility.reviews.jobs import JOBS
from eligibility.reviews.service.sweep import running
from eligibility.reviews.store import sweeps as store
from sandbox.servers.connections import service_database_url, superuser_database_url
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
SLICE = int(os.environ.get("BENCH_SLICE", "100000"))
LIMIT_SECONDS = 8.0
LIMIT_MB = 1024
MONTH = Month(2026, 11)
_DAY = datetime(2026, 11, 19, 9, tzinfo=VN_TZ)
_KEY = "BENCH_SWEEP_URL"

# Half receive: two fifths elders, two fifths disabled adults, the rest disabled children; one in
# fifty differs: an elder has died, an adult is paid an old level, a child turned 16, or somebody
# who receives nothing has turned 76.
_SHEET = """
    INSERT INTO fact_sheet (person_id, commune_code, village, day, plain_from, plain_to, birth_date,
        birth_precision, sex, death_date, setting, poverty_class, abandoned, adopted, father_status,
        mother_status, had_no_care_at_16, pension_income, survivor_allowance, other_allowance,
        marital_status, child_kept_studying, support, cannot_live_in_community, taken_in,
        disability_degree, certificate_date, pregnant, spouse_supported, care, request, signed_on,
        receiving_since, kinds)
    SELECT uuidv7(), (24000 + r * 140 / $1)::text, 'Thôn ' || r % 9, '2026-11-30', '-infinity',
        'infinity', CASE
            WHEN r % 10 IN (0, 1) THEN '1940-01-01'::date + (r % 3000)::int
            WHEN r % 10 IN (2, 3) THEN '1975-01-01'::date + (r % 5000)::int
            WHEN r % 200 = 4 THEN '2010-03-01'::date + (r % 200)::int
            WHEN r % 10 = 4 THEN '2012-01-01'::date + (r % 1300)::int
            WHEN r % 200 = 5 THEN '1950-03-01'::date
            ELSE '1970-01-01'::date + (r % 9000)::int END,
        'day', CASE WHEN r % 2 = 0 THEN 'male' ELSE 'female' END,
        CASE WHEN r % 200 = 0 THEN '2026-10-10'::date END, 'community', 'none', false, false,
        'able', 'able', false, 0, false, false, 'single', false, 'able', false, false,
        CASE WHEN r % 10 IN (2, 3, 4) THEN 'severe' END,
        CASE WHEN r % 10 IN (2, 3, 4) THEN '2024-05-01'::date END, false, false, 'none',
        CASE WHEN r % 10 IN (0, 1) THEN 'decided' END,
        CASE WHEN r % 10 < 5 THEN '2026-01-10'::date END, NULL,
        CASE WHEN r % 10 IN (2, 3, 4) THEN 'disability,pension_income' ELSE 'pension_income' END
    FROM generate_series(0, $1 - 1) AS r ORDER BY r
"""
_ENTITLEMENT = """
    WITH people AS (
        SELECT person_id, commune_code, row_number() OVER (ORDER BY person_id) - 1 AS r
        FROM fact_sheet
    )
    INSERT INTO entitlement (entitlement_id, person_id, commune_code, benefit, group_code, status,
        origin, stated_category, listed_amount, listed_coefficient, paid_from, decision_number,
        signed_on, decision_origin, version, created_at, updated_at)
    SELECT uuidv7(), person_id, commune_code,
        CASE WHEN r % 10 IN (0, 1) THEN 'social_pension' ELSE 'disability_allowance' END,
        CASE WHEN r % 10 IN (0, 1) THEN 'social_pension' ELSE '5.6' END, 'active', 'grant',
        CASE WHEN r % 10 IN (0, 1) THEN 'pension_75' ELSE '5.6_severe' END,
        540000, CASE WHEN r % 10 IN (0, 1) THEN 100 WHEN r % 10 = 4 THEN 200 ELSE 150 END,
        '2026-07-01', '1/QĐ', '2026-01-10', 'commune', 1, now(), now()
    FROM people WHERE r % 10 < 5 ORDER BY r
"""
_RECEIPT = """
    INSERT INTO receipt_fact (entitlement_id, person_id, commune_code, benefit, status, levels,
        version, group_code, signed_on, recorded_at)
    SELECT entitlement_id, person_id, commune_code, benefit, status, jsonb_build_array(
            jsonb_build_object('from_month', '2026-07-01', 'to_month', NULL, 'amount', CASE
                WHEN benefit = 'disability_allowance' AND n % 100 = 8 THEN 750000
                ELSE 540000 * listed_coefficient / 100 END)),
        version, group_code, signed_on, now()
    FROM (SELECT *, row_number() OVER (ORDER BY entitlement_id) AS n FROM entitlement) e
    ORDER BY entitlement_id
"""
_CERTIFICATE = """
    INSERT INTO circumstance_fact (person_id, version, circumstance_id, commune_code, kind, degree,
        certificate_date, valid_from, recorded_at, fact)
    SELECT person_id, 1, uuidv7(), commune_code, 'disability', disability_degree, certificate_date,
        certificate_date, now(), '{}' FROM fact_sheet WHERE disability_degree IS NOT NULL
"""


def main() -> None:
    """Measure a tenth and the whole, and print."""
    per_person = {}
    for people in (PEOPLE // 10, PEOPLE):
        with servers_only(with_schema=False) as home:
            url = asyncio.run(_prepare(home, people))
            found = _run(url, people)
        per_person[people] = found["sweep"] / people
        print(
            f"{people:>9,} people: floor {found['floor']:5.2f} s (read {found['read']:.2f},"
            f" evaluate {found['evaluate']:.2f}, write {found['write']:.2f})"
            f"   sweep {found['sweep']:5.2f} s  x{found['sweep'] / found['floor']:.2f}"
            f"   {found['proposals']:,} proposals   again {found['again']:5.2f} s,"
            f" {found['new_again']} new   peak {found['mb']:.0f} MB",
            flush=True,
        )
    whole, tenth = per_person[PEOPLE], per_person[PEOPLE // 10]
    print(f"cost per person at {PEOPLE:,}: x{whole / tenth:.2f} of that at {PEOPLE // 10:,}")
    print(f"limits: {LIMIT_SECONDS:.0f} s, {LIMIT_MB} MB, x1.10")


async def _prepare(home: Home, people: int) -> str:
    secrets, port = SecretFiles(home.secrets), Ports(home.run / "ports.json").get("postgres")
    owner = service_database_url(secrets, port, "eligibility", "owner")
    await migrations.upgrade(owner, "eligibility.migrations")
    connection = await asyncpg.connect(superuser_database_url(secrets, port, "eligibility"))
    try:
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(_SHEET, people)
        for statement in (_ENTITLEMENT, _RECEIPT, _CERTIFICATE):
            await connection.execute(statement)
        for table in ("fact_sheet", "entitlement", "receipt_fact", "circumstance_fact"):
            await connection.execute(f"VACUUM ANALYZE {table}")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return service_database_url(secrets, port, "eligibility", "app")


def _run(url: str, people: int) -> dict[str, Any]:
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.sweep", str(people)],
        env={**os.environ, _KEY: url},
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return result


class _Clock(BusinessClock):
    def _read(self) -> datetime:
        return _DAY


async def measure(url: str, people: int) -> dict[str, Any]:
    """Measure the sweep first (its memory is the process's peak), then a second one, then the floor."""
    settings = SimpleNamespace(
        neutral_group_code="Q7K2MD", province_code="68", sweep_slice_people=SLICE
    )
    database = Database(url, service="eligibility", clock=_Clock())
    database.settings = settings
    await database.open()
    try:
        # A running service has read the law and opened its connections long ago.
        async with database.read(Scope.service("benchmark")) as session:
            warm = await facts.sheet_months(session, (MONTH, MONTH.next()), limit=100)
        evaluate(warm[0], law.current_law().as_of(_DAY.date()), as_text=False)
        async with httpx.AsyncClient() as http:
            resources = SimpleNamespace(db=database, clock=_Clock(), settings=settings, http=http)
            seconds, result = await _sweep(resources)
            mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            again, second = await _sweep(resources)
        read, evaluated, write = await _floor(database, result["new"])
    finally:
        await database.close()
    return {
        "sweep": seconds, "again": again, "proposals": result["new"], "new_again": second["new"],
        "mb": mb, "read": read, "evaluate": evaluated, "write": write,
        "floor": read + evaluated + write, "people": people,
    }  # fmt: skip


async def _sweep(resources: Any) -> tuple[float, dict[str, Any]]:
    scope = Scope.service("benchmark")
    async with resources.db.transaction(scope) as session:
        sweep_id = await running.start_sweep(session, MONTH, None)
    started = time.perf_counter()
    await run_once(resources, JOBS)
    seconds = time.perf_counter() - started
    async with resources.db.read(scope) as session:
        found = await running.sweep_of(session, sweep_id)
    if found.state.value != "succeeded" or found.result is None:
        raise RuntimeError(f"the sweep ended as {found.state.value}: {found.problem}")
    return seconds, found.result


async def _floor(database: Database, rows: int) -> tuple[float, float, float]:
    """Read, evaluate and write the same rows and nothing else, one after the other."""
    view = law.current_law().as_of(_DAY.date())
    read = evaluated = 0.0
    after: UUID | None = None
    months = (MONTH, MONTH.next())
    while True:
        started = time.perf_counter()
        async with database.read(Scope.service("benchmark")) as session:
            frames = await facts.sheet_months(session, months, after=after, limit=SLICE)
            people = frames[0]["person_id"]
            if people.is_empty():
                break
            await store.read_receipts(session, (str(people.min()), str(people.max())))
        read += time.perf_counter() - started
        started = time.perf_counter()
        for frame in frames:
            evaluate(frame, view, as_text=False)
        evaluated += time.perf_counter() - started
        after = UUID(str(people.max()))
    return read, evaluated, await _write(database, rows)


async def _write(database: Database, rows: int) -> float:
    """COPY as many proposals out of memory into a table of the same columns, indexes included."""
    async with database.read(Scope.service("benchmark")) as session:
        connection = await raw(session)
        content = io.BytesIO()
        await connection.copy_from_query(
            f"SELECT * FROM review_proposal LIMIT {rows}", output=content, format="csv"
        )
    started = time.perf_counter()
    async with database.transaction(Scope.service("benchmark")) as session:
        connection = await raw(session)
        await connection.execute(
            "CREATE TEMP TABLE floor_out (LIKE review_proposal INCLUDING ALL) ON COMMIT DROP"
        )
        content.seek(0)
        await connection.copy_to_table("floor_out", source=content, format="csv")
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(os.environ[_KEY], int(sys.argv[1])))))
