"""The quality board of one commune, as a turn of the worker looks through it, beside a hash join.

19,600 and then 100,000 people in one commune (`BENCH_PEOPLE` for one other number): what is missing
or wrong, probable duplicates, the board brought to it twice over. The cost has to grow with the
people: beside the seconds stands how much more each thousand people takes than in the smaller
commune. The floor is what PostgreSQL alone takes to count the pairs of one name and birth there.
"""

from __future__ import annotations

import asyncio
import os
import time

import asyncpg
from pydantic import SecretStr

from benchmarks.registry_people import PROVINCE, Registry, installation
from common.database.session import Database, Scope
from common.runtime.clock import BusinessClock
from registry.quality import service
from registry.settings import RegistrySettings
from sandbox.servers.connections import service_database_url
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles

COMMUNE = "25000"
SIZES = [int(os.environ["BENCH_PEOPLE"])] if "BENCH_PEOPLE" in os.environ else [19_600, 100_000]
LIMIT_SECONDS = 10.0
_FLOOR = """
    SELECT count(*) FROM person a JOIN person b ON a.name_key = b.name_key
    AND a.birth_date = b.birth_date AND a.person_id < b.person_id
    WHERE a.commune_code = $1 AND b.commune_code = $1
"""


def main() -> None:
    """Measure and print."""
    with installation() as registry:
        asyncio.run(_measure(registry))


async def _measure(registry: Registry) -> None:
    seconds = await registry.prepare(max(SIZES))
    print(f"{max(SIZES):,} people loaded in {seconds:.0f} s", flush=True)
    port = Ports(registry.home.run / "ports.json").get("postgres")
    url = service_database_url(SecretFiles(registry.home.secrets), port, "registry", "app")
    clock = BusinessClock()
    database = Database(url, pool_size=2, clock=clock, service="registry")
    settings = RegistrySettings.model_construct(province_code=PROVINCE, cursor_key=SecretStr(""))
    await database.open()
    before: float | None = None
    try:
        for people in SIZES:
            before = await _commune(registry, database, settings, people, before)
    finally:
        await database.close()


async def _commune(
    registry: Registry,
    database: Database,
    settings: RegistrySettings,
    people: int,
    before: float | None,
) -> float:
    floor = await _gather(registry.superuser_url, people)
    took = []
    for _ in range(2):
        begun = time.perf_counter()
        async with database.transaction(Scope(frozenset({COMMUNE}), "benchmark")) as session:
            await service.refresh(session, COMMUNE, now=BusinessClock().now(), settings=settings)
        took.append(time.perf_counter() - begun)
    worst = max(took)
    each = worst / people * 1000
    grown = f", x{each / before:.2f} for each person of the smaller one" if before else ""
    print(
        f"{people:,} people in one commune: first look {took[0]:.2f} s, next {took[1]:.2f} s"
        f" of {LIMIT_SECONDS:.0f}, x{worst / floor:.0f} of the hash join ({floor * 1000:.0f} ms)"
        f"{grown}{'' if worst <= LIMIT_SECONDS else '  OVER'}",
        flush=True,
    )
    return each


async def _gather(url: str, people: int) -> float:
    """Let so many people live in the commune; gives the seconds of the floor."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "UPDATE person SET commune_code = $1 WHERE commune_code <> $1 AND person_id IN"
        " (SELECT person_id FROM person ORDER BY person_id LIMIT $2)",
        COMMUNE,
        people,
    )
    await connection.execute("VACUUM ANALYZE person")
    await connection.execute("SET enable_nestloop = off; SET enable_mergejoin = off")
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        await connection.fetchval(_FLOOR, COMMUNE)
        took.append(time.perf_counter() - begun)
    await connection.close()
    return sorted(took)[1]


if __name__ == "__main__":
    main()
