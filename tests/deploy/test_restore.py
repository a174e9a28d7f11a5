"""Damaged backups and logs with a hole are refused before anything is restored (deploy/backup/restore.sh)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from sandbox.servers.binaries import find_binaries
from sandbox.servers.testing import TestServers

SCRIPT = Path(__file__).parents[2] / "deploy" / "backup" / "restore.sh"
ROWS = "INSERT INTO written SELECT g, repeat(md5(g::text), 8) FROM generate_series(1, 40000) g"


@dataclass(frozen=True)
class Backups:
    """A folder of backups as the stack has it, and the programs of PostgreSQL."""

    folder: Path
    scratch: Path
    programs: Path

    def check(self, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `restore check`."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        return subprocess.run(
            ["sh", SCRIPT, "check"],
            env={
                **os.environ,
                "PATH": f"{self.programs}:{os.environ['PATH']}",
                "BACKUPS": str(self.folder),
                "PGDATA": str(self.scratch / "nowhere"),
                "SCRATCH": str(self.scratch),
                **more,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def segments(self) -> list[Path]:
        """Give the received segments in their order; the last one is unfinished."""
        return sorted(self.folder.glob("wal/0*"))


@pytest.fixture
async def original(own_servers: TestServers, tmp_path: Path) -> Backups:
    """Take a full and an incremental backup and receive the log of a server that goes on writing."""
    programs = find_binaries(None).postgres_bin
    made = Backups(tmp_path / "backups", tmp_path / "scratch", programs)
    (made.folder / "base").mkdir(parents=True)
    (made.folder / "wal").mkdir()
    url = own_servers.superuser_url()
    connection = await asyncpg.connect(url)
    access = Path(await connection.fetchval("SHOW hba_file"))
    with access.open("a", encoding="utf-8") as stream:  # noqa: ASYNC230 - one line of a test
        stream.write("host replication postgres 127.0.0.1/32 scram-sha-256\n")
    await connection.execute("ALTER SYSTEM SET summarize_wal = on")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute("CREATE TABLE written (id int, filler text)")
    replication = ["--dbname", url, "--no-password"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *replication, *arguments], check=True)

    full = str(made.folder / "base/20261101T000000Z-full")
    run("pg_basebackup", "-D", full, "--checkpoint=fast", "--wal-method=stream")
    run("pg_receivewal", "--slot=test", "--create-slot", "--if-not-exists")

    async def receive() -> None:
        end = await connection.fetchval("SELECT pg_current_wal_flush_lsn()::text")
        folder = str(made.folder / "wal")
        run("pg_receivewal", "-D", folder, "--slot=test", f"--endpos={end}", "--no-loop")

    await receive()
    for _ in range(3):
        await connection.execute(ROWS)
    run(
        "pg_basebackup",
        "-D",
        str(made.folder / "base/20261102T000000Z-incremental"),
        f"--incremental={full}/backup_manifest",
        "--checkpoint=fast",
        "--wal-method=stream",
    )
    for _ in range(7):
        await connection.execute(ROWS)
    await receive()
    await connection.execute("DROP TABLE written")
    await connection.execute("SELECT pg_drop_replication_slot('test')")
    await connection.close()
    assert len(made.segments()) > 3, made.segments()
    return made


def _overwrite(file: Path, offset: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(offset)
        stream.write(b"\x5a" * 64)


def _middle(backups: Backups) -> Path:
    return backups.segments()[-2]


DAMAGE: dict[str, Callable[[Backups], None]] = {
    "a changed file of the full backup": lambda b: _overwrite(
        next((b.folder / "base/20261101T000000Z-full/base").glob("5/1259")), 5000
    ),
    "a missing file of the incremental backup": lambda b: next(
        (b.folder / "base/20261102T000000Z-incremental/base").glob("*/PG_VERSION")
    ).unlink(),
    "a missing segment": lambda b: _middle(b).unlink(),
    "a changed segment": lambda b: _overwrite(_middle(b), 9_000_000),
    "a cut segment": lambda b: os.truncate(_middle(b), 8_000_000),
    "a changed start of a segment": lambda b: _overwrite(_middle(b), 0),
    "a change before the end of the last segment": lambda b: _overwrite(b.segments()[-1], 40),
}


async def test_what_is_whole_passes_and_every_damage_is_refused_with_its_next_step(
    original: Backups, tmp_path: Path
) -> None:
    good = original.check()
    assert good.returncode == 0, good.stderr
    assert "the log is whole up to" in good.stdout
    for name, damage in DAMAGE.items():
        copy = Backups(tmp_path / "copy", original.scratch, original.programs)
        shutil.copytree(original.folder, copy.folder)
        damage(copy)
        refused = copy.check()
        assert refused.returncode != 0, (name, refused.stdout)
        assert "->" in refused.stderr, name
        if name in {"a missing segment", "a cut segment"}:
            accepted = copy.check(ACCEPT_LOSS="yes")
            assert accepted.returncode == 0, (name, accepted.stderr)
            assert "ACCEPTED LOSS" in accepted.stdout
        shutil.rmtree(copy.folder)


def test_without_a_backup_nothing_is_restored(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    programs = find_binaries(None).postgres_bin
    refused = Backups(tmp_path, tmp_path / "scratch", programs).check()
    assert refused.returncode != 0
    assert "không có bản sao lưu" in refused.stderr
