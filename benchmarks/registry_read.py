"""Read of one person through the API, beside a bare FastAPI + asyncpg route, in one run.

Ours checks the token, keeps to the caller's communes by row-level security and writes a line of the
audit log for every read before it answers; the bare route does none of it. Same row, same columns.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics

import asyncpg

from benchmarks.registry_people import Registry, Timing, call, get, installation

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
CLIENTS = 32
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = 3
_COPY = (
    "CREATE TABLE bare_person AS SELECT * FROM person",
    "CREATE UNIQUE INDEX ON bare_person (personal_id)",
    "GRANT SELECT ON bare_person TO registry_app",
    "ANALYZE bare_person",
)


def main() -> None:
    """Measure and print."""
    with installation() as registry:
        asyncio.run(_prepare(registry))
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(_bare(registry))
            ours.append(_ours(registry))
        written = asyncio.run(_audited(registry))
    print(f"one person of {PEOPLE:,} by number, {CLIENTS} clients, median of {ROUNDS} rounds")
    fast, slow = _median(ours), _median(bare)
    for name, one in (("bare route", slow), ("registry", fast)):
        print(
            f"{name:10} {one.per_second:7,.0f} requests/s"
            f"   p50 {one.p50:5.1f} ms   p95 {one.p95:5.1f} ms"
        )
    ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(ours, bare, strict=True)]
    print(f"ratio      {statistics.median(ratios):.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")
    answered = sum(one.found for one in ours)
    print(f"audit      {written:,} lines for {answered:,} answers received")


async def _prepare(registry: Registry) -> None:
    await registry.prepare(PEOPLE)
    connection = await asyncpg.connect(registry.superuser_url)
    for statement in _COPY:
        await connection.execute(statement)
    await connection.close()


async def _audited(registry: Registry) -> int:
    connection = await asyncpg.connect(registry.superuser_url)
    lines = await connection.fetchval(
        "SELECT count(*) FROM audit_entry WHERE action = 'person.read'"
    )
    await connection.close()
    return int(lines)


def _number() -> str:
    return f"003{random.randrange(PEOPLE):09d}"


def _bare(registry: Registry) -> Timing:
    with registry.serve("bare") as port:
        return asyncio.run(call(port, CLIENTS, SECONDS, lambda: get(f"/bare/{_number()}")))


def _ours(registry: Registry) -> Timing:
    token = registry.keys.token(["registry:read"], communes=["*"], subject="can_bo")
    with registry.serve("registry") as port:
        return asyncio.run(
            call(port, CLIENTS, SECONDS, lambda: get(f"/registry/v1/persons/{_number()}", token))
        )


def _median(timings: list[Timing]) -> Timing:
    return sorted(timings, key=lambda one: one.per_second)[len(timings) // 2]


if __name__ == "__main__":
    main()
