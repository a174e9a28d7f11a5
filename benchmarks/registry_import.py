"""Taking in a list of a million rows, beside the bare COPY and INSERT..SELECT of the same rows.

`ANSINH_BENCH_ROWS` asks for another number of rows. A hundredth of the rows is faulty, two fifths
state a degree of disability, one fifth names a bank account. The floor takes the rows that the
import wrote (person, history, fact, result, outbox), empties the tables, and writes them again: by
the same number of rows in a transaction, COPY to a temporary table and INSERT..SELECT under
row-level security. Beside the time on the wall stand the processor seconds of both processes.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import httpx
import polars as pl
from sqlalchemy.engine import make_url

from benchmarks.installations import folder, servers_only
from common.database.session import Database, Scope
from common.events.dispatch import Dispatcher
from common.kernel.months import Month
from common.operations import run_once
from common.runtime.clock import BusinessClock
from common.testing.keys import new_private_key, public_key_of
from registry.lists import service
from registry.lists.handlers import HANDLERS
from registry.lists.jobs import run_import
from registry.lists.service.imports import OPERATION, Submission
from registry.settings import RegistrySettings
from sandbox.servers.paths import Home
from sandbox.servers.secret_files import POSTGRES_SUPERUSER_PASSWORD, SecretFiles

ROWS = int(os.environ.get("ANSINH_BENCH_ROWS", "1000000"))
COMMUNE = "25000"
PIECE = 50_000
SLICE = 25_000
OFFICER = Scope(frozenset({COMMUNE}), "benchmark")
TABLES = ("person", "person_version", "circumstance", "intake_row", "outbox")
_HEADINGS = (
    "STT,Họ và tên,Ngày sinh,Giới tính,Số định danh,Thôn,Loại đối tượng,Hệ số,Mức hưởng,"
    "Số quyết định,Ngày quyết định,Hình thức nhận,Số tài khoản,Ngân hàng,Điện thoại\n"
)
_SURNAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
_MIDDLE = [
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Ngọc",
    "Minh",
    "Thanh",
    "Xuân",
    "Kim",
    "Quang",
    "Hồng",
    "Thu",
    "Bích",
    "Công",
    "Đình",
    "Mỹ",
]
_GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiền",
    "Hoa",
    "Hòa",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Nhung",
    "Oanh",
    "Phúc",
    "Phương",
    "Quân",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thủy",
    "Trang",
    "Tuấn",
    "Tùng",
    "Vân",
    "Vinh",
    "Yến",
]


@dataclass
class Resources:
    """What a handler of operations uses."""

    db: Database
    clock: BusinessClock
    settings: Any
    http: httpx.AsyncClient


def main() -> None:
    """Measure and print."""
    with folder() as place, servers_only(with_schema=True) as home:
        file = place / "list.csv"
        _write_list(file)
        # The high-water mark of memory counts from here.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = _processor_seconds(home)
        ours, peak = asyncio.run(_import(home, file, file.stat().st_size))
        spent = _processor_seconds(home) - before
        bare, bare_spent = asyncio.run(_bare(home, place))
    print(f"{ROWS:,} rows of CSV taken in: {ours:.1f} s, peak RSS {peak:.0f} MiB")
    print(f"floor (COPY to temporary tables, INSERT..SELECT): {bare:.1f} s")
    print(f"ratio {ours / bare:.2f} (at most 2.0), {ROWS / ours:,.0f} rows a second")
    print(
        f"processor seconds of client and PostgreSQL: {spent:.1f}, floor {bare_spent:.1f},"
        f" ratio {spent / bare_spent:.2f}"
    )


def _write_list(path: Path) -> None:
    """Write the list piece by piece, so that this process stays small."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADINGS)
        for start in range(0, ROWS, PIECE):
            frame = _people(start, min(PIECE, ROWS - start))
            file.write(frame.write_csv(include_header=False))


def _people(start: int, count: int) -> pl.DataFrame:
    chance = Random(start)
    numbers = range(start, start + count)
    births = [date(1927 + chance.randrange(24), 1 + n % 12, 1 + n % 28) for n in numbers]
    names = [
        f"{chance.choice(_SURNAMES)} {chance.choice(_MIDDLE)} {chance.choice(_MIDDLE)} "
        f"{chance.choice(_GIVEN)}"
        for _ in numbers
    ]
    ids = [
        f"0{3 + n // 10**6 % 2}3{n % 2}{b.year % 100:02d}{n % 10**6:06d}"
        for n, b in zip(numbers, births, strict=True)
    ]
    ids = [number[:5] if n % 100 == 7 else number for n, number in zip(numbers, ids, strict=True)]
    return pl.DataFrame(
        {
            "stt": [n + 1 for n in numbers],
            "name": names,
            "birth": [f"{b:%d/%m/%Y}" for b in births],
            "sex": ["Nữ" if n % 2 else "Nam" for n in numbers],
            "identity": ids,
            "village": [f"Thôn {n % 17 + 1}" for n in numbers],
            "category": [
                "Người khuyết tật nặng" if n % 5 < 2 else "Hưu trí xã hội" for n in numbers
            ],
            "coefficient": ["1,5" if n % 5 < 2 else "1" for n in numbers],
            "amount": ["810.000" if n % 5 < 2 else "540.000" for n in numbers],
            "decision": [f"{n % 700 + 1}/QĐ-UBND" for n in numbers],
            "decided": ["10/07/2026" for _ in numbers],
            "method": ["Chuyển khoản" if n % 5 == 0 else "Tiền mặt" for n in numbers],
            "account": [f"99{n:011d}" if n % 5 == 0 else None for n in numbers],
            "bank": ["Agribank" if n % 5 == 0 else None for n in numbers],
            "phone": [f"06{n:08d}" for n in numbers],
        }
    )


@asynccontextmanager
async def _resources(home: Home) -> AsyncIterator[Resources]:
    secrets = SecretFiles(home.secrets)
    url = secrets.text("registry_app_database_url")
    settings = RegistrySettings(
        environment="sandbox",
        province_code="68",
        database_url=url,
        disbursement_public_key=public_key_of(new_private_key()),
        upload_key=base64.b64encode(bytes(32)).decode(),
    )
    clock = BusinessClock()
    db = Database(
        url, pool_size=4, dispatcher=Dispatcher([HANDLERS]), clock=clock, service="registry"
    )
    await db.open()
    async with httpx.AsyncClient() as http:
        yield Resources(db, clock, settings, http)
    await db.close()


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


async def _import(home: Home, file: Path, size: int) -> tuple[float, float]:
    async with _resources(home) as own:
        started = time.perf_counter()
        digest = await asyncio.to_thread(_digest, file)
        month = Month.of(own.clock.now().date())
        sent = Submission(
            path=file,
            sha256=digest,
            size=size,
            kind="beneficiary_list",
            commune_code=COMMUNE,
            list_month=month,
            paid_since=None,
        )
        async with own.db.transaction(OFFICER) as session:
            made = await service.submit(session, sent, now=own.clock.now(), settings=own.settings)
            await service.confirm_mapping(
                session,
                made.import_id,
                service.Confirmation(),
                now=own.clock.now(),
                settings=own.settings,
            )
        assert await run_once(own, {OPERATION: run_import})
        seconds = time.perf_counter() - started
        async with own.db.read(OFFICER) as session:
            standing = await service.get(session, made.import_id)
        if standing.operation is None or standing.operation.state != "succeeded":
            msg = f"the import failed: {standing.operation}"
            raise RuntimeError(msg)
        print(f"outcomes {dict(standing.outcomes)}, findings {dict(standing.findings)}")
        return seconds, _peak()


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _processor_seconds(home: Home) -> float:
    """Give what this process and every process of PostgreSQL used so far.

    On a machine that does other work besides, this says more than the time on the wall.
    """
    postmaster = (home.postgres / "postmaster.pid").read_text(encoding="ascii").split()[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == postmaster:
            # With those of its children that have ended.
            ticks += sum(map(int, fields[11:15]))
        elif fields[1] == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


async def _bare(home: Home, place: Path) -> tuple[float, float]:
    secrets = SecretFiles(home.secrets)
    url = make_url(secrets.text("registry_app_database_url"))
    password = secrets.text(POSTGRES_SUPERUSER_PASSWORD)
    owner = await asyncpg.connect(
        url.set(username="postgres", password=password).render_as_string(hide_password=False),
        command_timeout=600,
    )
    app = await asyncpg.connect(secrets.text("registry_app_database_url"), command_timeout=600)
    try:
        columns = {table: await _columns(owner, table) for table in TABLES}
        pieces = await _copy_out(owner, place, columns)
        # Some tables that name people refuse every change; what is emptied here is thrown away.
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        await owner.execute("CHECKPOINT")
        before = _processor_seconds(home)
        seconds = await _copy_in(app, pieces, columns)
        return seconds, _processor_seconds(home) - before
    finally:
        await owner.close()
        await app.close()


async def _columns(owner: asyncpg.Connection[asyncpg.Record], table: str) -> str:
    found = await owner.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0"
        " AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum",
        table,
    )
    return ", ".join(row["attname"] for row in found)


async def _copy_out(
    owner: asyncpg.Connection[asyncpg.Record], place: Path, columns: dict[str, str]
) -> dict[str, list[Path]]:
    """Write every table in as many pieces as the import had slices, in the order of writing."""
    count = -(-ROWS // SLICE)
    pieces: dict[str, list[Path]] = {table: [] for table in TABLES}
    for table, files in pieces.items():
        total = await owner.fetchval(f"SELECT count(*) FROM {table}")
        size = -(-total // count)
        for number in range(count):
            files.append(place / f"{table}-{number}")
            await owner.copy_from_query(
                f"SELECT {columns[table]} FROM {table} ORDER BY ctid"
                f" OFFSET {number * size} LIMIT {size}",
                output=files[-1],
            )
    return pieces


async def _copy_in(
    app: asyncpg.Connection[asyncpg.Record], pieces: dict[str, list[Path]], columns: dict[str, str]
) -> float:
    """Write the pieces back; people first, for the others name them."""
    started = time.perf_counter()
    for table, files in pieces.items():
        listed = columns[table]
        for path in files:
            async with app.transaction():
                await app.execute("SELECT set_config('app.communes', $1, true)", COMMUNE)
                await app.execute(
                    f"CREATE TEMPORARY TABLE bare_{table} ON COMMIT DROP AS"
                    f" SELECT {listed} FROM {table} LIMIT 0"
                )
                await app.copy_to_table(f"bare_{table}", source=path, columns=listed.split(", "))
                await app.execute(
                    f"INSERT INTO {table} ({listed}) SELECT {listed} FROM bare_{table}"
                )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
