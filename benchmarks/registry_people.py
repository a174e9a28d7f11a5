"""Synthetic people by the million, the registry's API over them, and clients that call it.

Also a program of its own: `python -m benchmarks.registry_people registry|bare <port>` serves the
registry, or the bare route that its hot read is compared with.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import io
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import asyncpg
import polars as pl
import uvicorn
from fastapi import FastAPI

from benchmarks.installations import folder, servers_only
from common.database import migrations
from common.database.ids import new_id_texts
from common.kernel.names import search_key, sort_key
from common.observability.logging import configure_logging
from common.runtime.service import build_app
from common.testing.tokens import AUDIENCE, ISSUER, TestIssuer
from common.web.rate_limits import RateLimits
from registry.areas import service as areas
from registry.main import create_service
from registry.persons.store.people import PERSON
from registry.settings import RegistrySettings
from sandbox.servers.connections import service_database_url, superuser_database_url
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles, nats_seed_name

PROVINCE = "68"
SLICE = 370_000
_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai K' Ka"
_MIDDLE = (
    "Văn Thị Hữu Đức Công Quang Minh Ngọc Thanh Xuân Thu Hồng Kim Bảo Gia Khánh Anh Hải Trung"
    " Đình Bá Thành Mỹ Phương Tuấn Hoài Diệu Tường Nhật Quốc"
)
_GIVEN = (
    "An Anh Ánh Ân Bảo Bình Bưởi Cường Chi Châu Dũng Dung Duy Đạt Điệp Đông Giang Hà Hạnh Hải Hằng"
    " Hiền Hiếu Hoa Hòa Hoàng Huệ Hùng Hương Khánh Khoa Kiên Lan Liên Linh Loan Long Lợi Mai Mẫu"
    " Minh Mùi Nam Nga Ngân Ngọc Nhung Oanh Ổi Phúc Phượng Quân Quyên Sơn Tâm Tân Thảo Thắm Thêm"
    " Thủy Tiến Toàn Trang Trí Tú Tuyết Út Vân Vinh Xuân Yến"
)


@functools.cache
def names() -> pl.DataFrame:
    """Every name of the sample with its keys: about 42,000, as a province has."""
    whole = [
        f"{family} {middle} {given}"
        for family in _FAMILY.split()
        for middle in _MIDDLE.split()
        for given in _GIVEN.split()
    ]
    return pl.DataFrame(
        {
            "full_name": whole,
            "name_key": [search_key(name) for name in whole],
            "name_sort": [sort_key(name) for name in whole],
        }
    )


async def load(superuser_url: str, people: int) -> float:
    """Fill the table of persons, commune by commune, by COPY; its indexes are made afterwards.

    Gives the seconds. Histories are left out: nothing that is measured reads them.
    """
    started = time.perf_counter()
    communes = [code for p in areas.provinces() for code in _codes(p.code)]
    known = names()
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
        indexes = await connection.fetch(
            "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made"
            " FROM pg_index WHERE indrelid = 'person'::regclass AND NOT indisprimary"
            " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = indexrelid)"
        )
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['name']}")
        for begin in range(0, people, SLICE):
            frame = _people(known, communes, begin, min(people, begin + SLICE), people)
            content = io.BytesIO()
            frame.write_csv(content, include_header=False)
            content.seek(0)
            await connection.copy_to_table(
                "person", source=content, columns=frame.columns, format="csv"
            )
        for index in indexes:
            await connection.execute(index["made"])
        await connection.execute("VACUUM ANALYZE person")
    finally:
        await connection.close()
    return time.perf_counter() - started


def _codes(province: str) -> list[str]:
    return [commune.code for commune in areas.communes(province)]


def _people(
    known: pl.DataFrame, communes: Sequence[str], begin: int, end: int, total: int
) -> pl.DataFrame:
    """Make one slice; commune and village follow the row number, as lists of communes come in."""
    count = end - begin
    dice = random.Random(begin)
    rows = pl.DataFrame(
        {
            "row": range(begin, end),
            "name": [dice.randrange(known.height) for _ in range(count)],
            "day": [dice.randrange(80 * 365) for _ in range(count)],
        }
    )
    picked = known[rows["name"].to_list()]
    row = pl.col("row")
    made = rows.select(
        personal_id=pl.lit("003") + row.cast(pl.String).str.zfill(9),
        birth_date=pl.lit(date(1940, 1, 1)) + pl.col("day") * timedelta(days=1),
        birth_precision=pl.lit("day"),
        sex=pl.when(row % 2 == 0).then(pl.lit("male")).otherwise(pl.lit("female")),
        commune_code=(row * len(communes) // total).replace_strict(
            list(range(len(communes))), list(communes)
        ),
        village=pl.lit("Thôn ") + (row % 9 + 1).cast(pl.String),
        version=pl.lit(1),
        recorded_at=pl.lit("2026-11-01T08:00:00+07"),
        changed_at=pl.lit("2026-11-01T08:00:00+07"),
    )
    ids = pl.Series("person_id", new_id_texts(count))
    return made.with_columns(ids, *picked)


@dataclass(frozen=True)
class Registry:
    """A registry full of people: whose keys tokens are signed with, and where it is."""

    home: Home
    keys: TestIssuer

    @property
    def superuser_url(self) -> str:
        """The superuser's address of the registry's database."""
        return superuser_database_url(self._secrets, self._ports.get("postgres"), "registry")

    @property
    def _secrets(self) -> SecretFiles:
        return SecretFiles(self.home.secrets)

    @property
    def _ports(self) -> Ports:
        return Ports(self.home.run / "ports.json")

    async def prepare(self, people: int) -> float:
        """Make the schema and fill it; gives the seconds of filling."""
        port = self._ports.get("postgres")
        owner = service_database_url(self._secrets, port, "registry", "owner")
        await migrations.upgrade(owner, "registry.migrations")
        return await load(self.superuser_url, people)

    @contextlib.contextmanager
    def serve(self, what: str) -> Iterator[int]:
        """Serve `registry`, or the `bare` route, in a process of its own; gives the port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        settings = {
            "database_url": service_database_url(
                self._secrets, self._ports.get("postgres"), "registry", "app"
            ),
            "nats_url": f"nats://127.0.0.1:{self._ports.get('nats')}",
            "nats_nkey_seed_file": str(self._secrets.path(nats_seed_name("registry"))),
            "oidc_jwks_url": self.keys.jwks_url,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.registry_people", what, str(port)],
            env={**os.environ, "BENCHMARK_SETTINGS": json.dumps(settings)},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def installation() -> Iterator[Registry]:
    """Run servers of the benchmark's own; they and their data are gone afterwards."""
    with servers_only(with_schema=False) as home, folder() as keys:
        yield Registry(home, TestIssuer(keys))


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the API did not start")
        time.sleep(0.1)


def _serve(what: str, port: int) -> None:
    configure_logging("registry", json=True)
    given = json.loads(os.environ["BENCHMARK_SETTINGS"])
    app = _bare(given["database_url"]) if what == "bare" else _registry(given)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False,
        server_header=False, timeout_keep_alive=65, loop="uvloop", http="httptools",
    )  # fmt: skip
    uvicorn.Server(config).run()


def _registry(given: dict[str, Any]) -> FastAPI:
    settings = RegistrySettings(
        environment="sandbox",
        province_code=PROVINCE,
        db_pool_size=20,
        nats_user="registry",
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        cursor_key=base64.b64encode(bytes(32)).decode(),
        run_worker=False,
        rate_limits=RateLimits(address=10**9, client=10**9, person=10**9, routes={}),
        **given,
    )
    return build_app(create_service(settings))


def _bare(url: str) -> FastAPI:
    """Give the route to compare with: FastAPI, asyncpg, the same row, and nothing else."""
    pools: list[asyncpg.Pool[asyncpg.Record]] = []

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=8, max_size=8) as pool:
            pools.append(pool)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/bare/{personal_id}")
    async def bare(personal_id: str) -> dict[str, object]:
        async with pools[0].acquire() as connection:
            row = await connection.fetchrow(_BARE, personal_id)
        return dict(row) if row else {}

    return app


_BARE = f"SELECT {PERSON} FROM bare_person WHERE personal_id = $1"
"""A copy of the table without row-level security: the row would be hidden otherwise."""


@dataclass(frozen=True)
class Timing:
    """Latencies of one kind of request, in milliseconds, and how many a second."""

    p50: float
    p95: float
    per_second: float
    requests: int
    found: int


async def call(
    port: int, clients: int, seconds: float, request: Callable[[], bytes], pause: float = 0.0
) -> Timing:
    """Let clients ask, each on a connection of its own; with `pause` each waits between answers."""
    took: list[float] = []
    found = [0]
    until = time.perf_counter() + seconds

    async def client(number: int) -> None:
        async with _connection(port) as (reader, writer):
            if pause:
                await asyncio.sleep(pause * number / clients)
            while time.perf_counter() < until:
                asked = time.perf_counter()
                writer.write(request())
                body = await _answer(reader)
                took.append((time.perf_counter() - asked) * 1000)
                found[0] += b"person_id" in body
                if pause:
                    await asyncio.sleep(random.uniform(0.5, 1.5) * pause)

    started = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    lasted = time.perf_counter() - started
    ordered = sorted(took)
    return Timing(
        ordered[len(ordered) // 2],
        ordered[int(len(ordered) * 0.95)],
        len(ordered) / lasted,
        len(ordered),
        found[0],
    )


@contextlib.asynccontextmanager
async def _connection(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode(errors="replace"))
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


def get(path: str, token: str | None = None) -> bytes:
    """Write a GET request."""
    permission = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: registry\r\n{permission}\r\n".encode()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
