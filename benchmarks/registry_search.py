"""Search of people through the API, beside what PostgreSQL alone takes for the same question.

3,700,000 people in the 3,321 communes of the country, as floors.md measured them; the caller is an
officer of one commune, or of a whole province who asks about the communes of one. Twenty clients,
each on a connection of its own, each waiting a while between its questions, as officers at counters
do (`pause`: the heavier the question, the longer); and without a pause, which shows the limit of the
cores. Beside the times the processor time of the API for each request, which a busy machine does not
change. Every search has its line in the audit log, committed before the answer.

`BENCH_CLUSTER=<folder>` keeps the loaded servers' data there and uses them again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
from pydantic_core import to_json

from benchmarks.installations import folder
from benchmarks.registry_people import PROVINCE, Registry, call, get, installation, names
from benchmarks.typing_errors import KINDS, typed_wrongly
from common.kernel.names import search_key
from common.testing.tokens import TestIssuer
from registry.areas import service as areas
from registry.persons.store.batches import Reader
from registry.persons.store.searching import ALIKE, Search, question_of
from sandbox.servers import daemon
from sandbox.servers.plan import Plan

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
    with _installation() as registry:
        asyncio.run(_prepare(registry))
        asyncio.run(_plans(registry))
        asyncio.run(_recall(registry))
        print(
            f"{'':30} SQL alone      API, {CLIENTS} clients with a pause"
            "                    without a pause"
        )
        with registry.serve("registry") as port:
            for question in QUESTIONS:
                _measure(registry, port, question)


@contextlib.contextmanager
def _installation() -> Iterator[Registry]:
    kept = os.environ.get("BENCH_CLUSTER")
    if kept is None:
        with installation() as registry:
            yield registry
        return
    root = Path(kept)
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = daemon.installation(root / "home")
    daemon.up(home, Plan())
    try:
        with folder() as keys:
            yield Registry(home, TestIssuer(keys))
    finally:
        daemon.down(home)


async def _prepare(registry: Registry) -> None:
    loaded = await _loaded(registry)
    if loaded == PEOPLE:
        print(f"{loaded:,} people of an earlier run")
        return
    if loaded:
        raise SystemExit(f"there are {loaded:,} people already, not {PEOPLE:,}")
    seconds = await registry.prepare(PEOPLE)
    print(f"{PEOPLE:,} people loaded and indexed in {seconds:.0f} s")


async def _loaded(registry: Registry) -> int:
    connection = await asyncpg.connect(registry.superuser_url)
    try:
        if await connection.fetchval("SELECT to_regclass('person')") is None:
            return 0
        return int(await connection.fetchval("SELECT count(*) FROM person"))
    finally:
        await connection.close()


def _measure(registry: Registry, port: int, question: Question) -> None:
    ask = _asker(registry, question)
    asyncio.run(call(port, 2, 1, ask))
    alone = asyncio.run(_alone(registry, question))
    lasting = SECONDS * max(1, question.pause)
    before = _processor_seconds()
    paced = asyncio.run(call(port, CLIENTS, lasting, ask, pause=question.pause))
    spent = (_processor_seconds() - before) / paced.requests * 1000
    before = _processor_seconds()
    hard = asyncio.run(call(port, CLIENTS, SECONDS / 2, ask))
    spent_hard = (_processor_seconds() - before) / hard.requests * 1000
    print(
        f"{question.name:30} p95 {alone:6.1f}  {question.pause:.1f} s: p50 {paced.p50:6.1f}"
        f"  p95 {paced.p95:6.1f} of {question.limit_ms:3.0f}  x{paced.p95 / alone:4.1f}"
        f"  cpu {spent:4.1f}   p50 {hard.p50:6.1f}  p95 {hard.p95:7.1f}  {hard.per_second:5.0f}/s"
        f"  cpu {spent_hard:4.2f}  found {paced.found}/{paced.requests}"
        f"{'' if paced.p95 <= question.limit_ms else '  OVER'}",
        flush=True,
    )


def _processor_seconds() -> float:
    """Give the processor time that the API, a child of this process, has used."""
    ticks = os.sysconf("SC_CLK_TCK")
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_bytes()
            if int(fields[1]) == os.getpid() and b"benchmarks.registry_people" in command:
                return (int(fields[11]) + int(fields[12])) / ticks
    raise RuntimeError("the API does not run")


def _province() -> list[str]:
    return [commune.code for commune in areas.communes(PROVINCE)]


def _known() -> list[str]:
    return names()["name_key"].to_list()


def _wanted(question: Question, known: list[str], communes: list[str]) -> Search:
    name = random.choice(known)
    if question.prefix:
        name = name[: random.randrange(6, len(name))]
    if question.typo:
        name = typed_wrongly(name, 1)
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


_SEARCHED = "SELECT (found).name_key FROM search_persons($1, $2)"


async def _as_service(registry: Registry) -> asyncpg.Connection[asyncpg.Record]:
    """Connect as the API's role, which row-level security binds."""
    connection = await asyncpg.connect(registry.superuser_url)
    await connection.execute("SET ROLE registry_app")
    return connection


def _asked(question: Question, wanted: Search) -> tuple[str, datetime]:
    now = datetime.now(UTC)
    scope = "*" if question.province else wanted.communes[0]
    reader = Reader(communes=scope, actor="can_bo", request_id=None, at=now)
    return to_json([question_of(wanted, reader, 0)]).decode(), now


async def _alone(registry: Registry, question: Question) -> float:
    """Take the same searches, one after another, without the API; security and audit included."""
    communes, known = _province(), _known()
    connection = await _as_service(registry)
    took = []
    for number in range(ALONE + 10):
        asked = _asked(question, _wanted(question, known, communes))
        started = time.perf_counter()
        await connection.fetch(_SEARCHED, *asked)
        if number >= 10:
            took.append((time.perf_counter() - started) * 1000)
    await connection.close()
    return sorted(took)[int(len(took) * 0.95)]


async def _recall(registry: Registry) -> None:
    """Print how many wrongly typed names find the right one: among all, and among the first 50."""
    communes, known = _province(), names()
    connection = await _as_service(registry)
    await connection.execute("SELECT set_config('app.communes', '*', false)")
    question = QUESTIONS[-1]
    for kind, spoil in KINDS.items():
        pairs = [
            (search_key(spoil(full)), key)
            for full, key in random.choices(known.select("full_name", "name_key").rows(), k=PAIRS)
        ]
        asked = [
            question_of(
                Search(communes, typed, "similar"),
                Reader("*", "can_bo", None, datetime.now(UTC)),
                0,
            )
            for typed, _ in pairs
        ]
        found = await connection.fetchval(
            _FOUND,
            [one["name"] for one in asked],
            [key for _, key in pairs],
            *([one["pieces"][piece] for one in asked] for piece in range(3)),
            ALIKE,
        )
        first, tried = 0, 0
        for typed, key in pairs[:FIRST]:
            wanted = Search(communes, typed, "similar", limit=50)
            rows = await connection.fetch(_SEARCHED, *_asked(question, wanted))
            if await connection.fetchval(_LIVES, communes, key):
                tried += 1
                first += any(row["name_key"] == key for row in rows)
        print(
            f"-- recall, {kind:28} {found / PAIRS:7.2%} of {PAIRS:,} pairs;"
            f" in the first 50 of a province {first}/{tried}"
        )
    await connection.close()


_FOUND = """
    SELECT count(*) FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
        AS t (typed, meant, one, two, three)
    WHERE similarity(meant, typed) >= $6::real
        AND (strpos(meant, one) > 0 OR strpos(meant, two) > 0 OR strpos(meant, three) > 0)
"""
_LIVES = "SELECT EXISTS (SELECT FROM person WHERE commune_code = ANY ($1) AND name_key = $2)"
PAIRS = 20_000
FIRST = 15


async def _plans(registry: Registry) -> None:
    """Print how each search is planned under row-level security, as the API's role."""
    communes, known = _province(), _known()
    connection = await asyncpg.connect(registry.superuser_url)
    for setting in _EXPLAIN:
        await connection.execute(setting)
    plans: list[str] = []
    connection.add_log_listener(lambda _, message: plans.append(str(message.message)))
    for question in QUESTIONS:
        plans.clear()
        await connection.fetch(_SEARCHED, *_asked(question, _wanted(question, known, communes)))
        print(f"-- {question.name}")
        for plan in plans:
            if "INSERT INTO audit_entry" not in plan and "FROM search_persons" not in plan:
                for line in plan.splitlines():
                    if any(word in line for word in ("Scan", "Cond", "duration", "Buffers")):
                        print(f"   {line[:110]}")
    await connection.close()


_EXPLAIN = (
    "LOAD 'auto_explain'",
    "SET auto_explain.log_min_duration = 0",
    "SET auto_explain.log_nested_statements = on",
    "SET auto_explain.log_analyze = on",
    "SET auto_explain.log_buffers = on",
    "SET auto_explain.log_timing = off",
    "SET client_min_messages = log",
    "SET ROLE registry_app",
)


if __name__ == "__main__":
    main()
