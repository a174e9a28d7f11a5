"""Search of people through the API, beside what PostgreSQL alone takes for the same question.

3,700,000 people in the 3,321 communes of the country, as floors.md measured them; the caller is an
officer of one commune, or of a whole province who asks about the communes of one. Twenty clients,
each waiting a while between its questions, as officers at counters do (`pause`: the heavier the
question, the longer); and without a pause, which shows the limit of the cores.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import asyncpg

from benchmarks.registry_people import PROVINCE, Registry, call, get, installation, names
from registry.areas import service as areas
from registry.persons.store.searching import Search, statement_of

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "3700000"))
CLIENTS = 20
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
ALONE = 60


@dataclass(frozen=True)
class Question:
    """One kind of search: what it asks, and what p95 it may take."""

    name: str
    limit_ms: float
    match: str
    typo: bool
    province: bool
    birth_year: bool = False
    prefix: bool = False
    pause: float = 0.5
    """Seconds between an answer and the next question of a client, on average."""


QUESTIONS = (
    Question("exact name, commune", 15, "exact", False, False),
    Question("prefix, commune", 15, "prefix", False, False, prefix=True),
    Question("typing error, commune", 30, "similar", True, False),
    Question("typing error + year, province", 50, "similar", True, True, birth_year=True, pause=1),
    Question("typing error, province", 400, "similar", True, True, pause=5),
)


def main() -> None:
    """Measure and print."""
    with installation() as registry:
        seconds = asyncio.run(registry.prepare(PEOPLE))
        print(f"{PEOPLE:,} people loaded and indexed in {seconds:.0f} s")
        asyncio.run(_plans(registry))
        print(
            f"{'':30}   SQL alone   API, {CLIENTS} clients with a pause            without a pause"
        )
        with registry.serve("registry") as port:
            for question in QUESTIONS:
                _measure(registry, port, question)


def _measure(registry: Registry, port: int, question: Question) -> None:
    ask = _asker(registry, question)
    asyncio.run(call(port, 2, 1, ask))
    alone = asyncio.run(_alone(registry, question))
    lasting = SECONDS * max(1, question.pause)
    paced = asyncio.run(call(port, CLIENTS, lasting, ask, pause=question.pause))
    hard = asyncio.run(call(port, CLIENTS, SECONDS / 2, ask))
    print(
        f"{question.name:30} p95 {alone:7.1f}   p50 {paced.p50:6.1f}  p95 {paced.p95:6.1f}"
        f" of {question.limit_ms:3.0f}  x{paced.p95 / alone:5.1f}   p95 {hard.p95:7.1f}"
        f"  {hard.per_second:6.0f}/s  found {paced.found}/{paced.requests}"
        f"{'' if paced.p95 <= question.limit_ms else '  OVER'}",
        flush=True,
    )


def _province() -> list[str]:
    return [commune.code for commune in areas.communes(PROVINCE)]


def _known() -> list[str]:
    return names()["name_key"].to_list()


def typed_wrongly(name: str) -> str:
    """Make one typing error: a letter left out, doubled, or two exchanged."""
    at = random.randrange(1, len(name) - 1)
    kind = random.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _wanted(question: Question, known: list[str], communes: list[str]) -> Search:
    name = random.choice(known)
    if question.prefix:
        name = name[: random.randrange(6, len(name))]
    if question.typo:
        name = typed_wrongly(name)
    return Search(
        communes=communes if question.province else [random.choice(communes)],
        name_key=name,
        match="similar"
        if question.match == "similar"
        else "exact"
        if not question.prefix
        else "prefix",
        birth_year=random.randrange(1940, 2018) if question.birth_year else None,
        limit=50,
    )


def _asker(registry: Registry, question: Question) -> Callable[[], bytes]:
    communes, known = _province(), _known()
    token = registry.keys.token(["registry:read"], communes=["*"], subject="can_bo_tinh")
    own = {
        code: registry.keys.token(["registry:read"], communes=[code], subject="can_bo")
        for code in (communes if not question.province else [])
    }

    def ask() -> bytes:
        wanted = _wanted(question, known, communes)
        query = {"name": wanted.name_key, "match": wanted.match, "limit": 50}
        if wanted.birth_year is not None:
            query["birth_year"] = wanted.birth_year
        if question.province:
            return get(f"/registry/v1/persons?{urlencode(query)}", token)
        query["commune_code"] = wanted.communes[0]
        return get(f"/registry/v1/persons?{urlencode(query)}", own[wanted.communes[0]])

    return ask


async def _alone(registry: Registry, question: Question) -> float:
    """Take the same statements, one after another, by the superuser: without security and API."""
    communes, known = _province(), _known()
    connection = await asyncpg.connect(registry.superuser_url)
    took = []
    for number in range(ALONE + 10):
        statement, values = _positional(_wanted(question, known, communes))
        started = time.perf_counter()
        await connection.fetch(statement, *values)
        if number >= 10:
            took.append((time.perf_counter() - started) * 1000)
    await connection.close()
    return sorted(took)[int(len(took) * 0.95)]


def _positional(wanted: Search) -> tuple[str, list[object]]:
    statement, values = statement_of(wanted)
    given = []
    for number, (name, value) in enumerate(sorted(values.items(), key=lambda v: -len(v[0])), 1):
        statement = statement.replace(f":{name}", f"${number}")
        given.append(value)
    return statement, given


async def _plans(registry: Registry) -> None:
    """Print how each search is planned under row-level security, as the API's role."""
    communes, known = _province(), _known()
    connection = await asyncpg.connect(registry.superuser_url)
    await connection.execute("SET ROLE registry_app")
    for question in QUESTIONS:
        wanted = _wanted(question, known, communes)
        scope = "*" if question.province else wanted.communes[0]
        await connection.execute("SELECT set_config('app.communes', $1, false)", scope)
        statement, values = _positional(wanted)
        lines = await connection.fetch(
            f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {statement}", *values
        )
        print(f"-- {question.name}")
        for line in lines:
            if any(word in line[0] for word in ("Scan", "Cond", "Execution", "Sort")):
                print(f"   {line[0][:110]}")
    await connection.close()


if __name__ == "__main__":
    main()
