"""Search for probable duplicates among 1,000,000 people, beside one hash join on the exact key.

People are those of the search benchmark (the 3,321 communes of the country, 42,000 names), with
copies planted among them: the same person again without a number, and with a typing error in the
name. Measured are the parts of `quality.service.refresh_duplicates` under row-level security as the
service does it: reading columns, finding pairs, bringing the board to them. The floor is what
PostgreSQL alone takes to count the pairs of the first rule.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time

import asyncpg

from benchmarks.registry_people import Registry, installation
from common.database.session import Database, Scope
from common.runtime.clock import BusinessClock
from registry.quality.domain import Kind
from registry.quality.gateway import duplicate_rules
from registry.quality.service.duplicates import probable
from registry.quality.store import findings, looking
from registry.quality.store.findings import Place
from sandbox.servers.connections import service_database_url
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
LIMIT_SECONDS = 10.0
PLANTED = 1000
_DUPLICATES: tuple[Kind, ...] = ("duplicate",)
_PLANT = """
    INSERT INTO person (person_id, personal_id, former_number, full_name, name_key, name_sort,
        birth_date, birth_precision, sex, commune_code, village, version, recorded_at, changed_at)
    SELECT uuidv7(), NULL, lpad(row_number() OVER ()::text, 9, '7'), full_name, {name_key},
        name_sort, birth_date, birth_precision, sex, commune_code, village, 1, recorded_at,
        changed_at
    FROM person WHERE personal_id IS NOT NULL AND length(name_key) > 9
    ORDER BY hashtext(personal_id || '{seed}') LIMIT $1
"""
_FLOOR = """
    SELECT count(*) FROM person a JOIN person b ON a.name_key = b.name_key
    AND a.birth_date = b.birth_date AND a.person_id < b.person_id
"""


def main() -> None:
    """Measure and print."""
    with installation() as registry:
        asyncio.run(_measure(registry))


async def _measure(registry: Registry) -> None:
    seconds = await registry.prepare(PEOPLE)
    planted = await _plant(registry.superuser_url)
    print(f"{PEOPLE:,} people and {planted:,} copies loaded in {seconds:.0f} s", flush=True)
    floor = await _floor(registry.superuser_url)
    port = Ports(registry.home.run / "ports.json").get("postgres")
    url = service_database_url(SecretFiles(registry.home.secrets), port, "registry", "app")
    clock = BusinessClock()
    database = Database(url, pool_size=2, clock=clock, service="registry")
    await database.open()
    try:
        for turn in ("first look", "next look"):
            await _look(database, clock, turn, floor)
    finally:
        await database.close()


async def _look(database: Database, clock: BusinessClock, turn: str, floor: float) -> None:
    async with database.transaction(Scope.service("benchmark")) as session:
        begun = time.perf_counter()
        people, cards = await looking.people(session, None)
        read = time.perf_counter()
        pairs = await asyncio.to_thread(probable, people, cards, duplicate_rules())
        found = time.perf_counter()
        await findings.merge_pairs(session, Place(_DUPLICATES, None), pairs, clock.now())
    done = time.perf_counter()
    copies = people.filter(people["personal_id"].is_null())["person_id"].implode()
    hit = pairs.filter(pairs["person_id"].is_in(copies) | pairs["other_id"].is_in(copies))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = done - begun
    print(
        f"{turn}: {whole:.1f} s of {LIMIT_SECONDS:.0f} (read {read - begun:.1f}, find"
        f" {found - read:.1f}, board {done - found:.1f}), x{whole / floor:.1f} of the hash join"
        f" ({floor:.1f} s); {pairs.height:,} pairs, {hit.height:,} with a copy; peak {peak:.0f} MB"
        f"{'' if whole <= LIMIT_SECONDS else '  OVER'}",
        flush=True,
    )


async def _plant(url: str) -> int:
    connection = await asyncpg.connect(url)
    wrong = "left(name_key, -3) || right(name_key, 2)"
    for seed, name_key in (("same", "name_key"), ("typo", wrong)):
        await connection.execute(_PLANT.format(name_key=name_key, seed=seed), PLANTED)
    await connection.execute("ANALYZE person")
    await connection.close()
    return 2 * PLANTED


async def _floor(url: str) -> float:
    connection = await asyncpg.connect(url)
    await connection.execute("SET enable_nestloop = off; SET enable_mergejoin = off")
    await connection.execute("SET work_mem = '256MB'")
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        await connection.fetchval(_FLOOR)
        took.append(time.perf_counter() - begun)
    await connection.close()
    return sorted(took)[1]


if __name__ == "__main__":
    main()
