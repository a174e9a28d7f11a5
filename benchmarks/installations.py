"""Throw-away installations on the real servers, with fsync on, for benchmarks."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sandbox.servers import daemon
from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.composition import an_sinh
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that the servers' account can reach; it is deleted afterwards."""
    made = Path(tempfile.mkdtemp(prefix="ansinh-bench-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def servers_only(*, with_schema: bool) -> Iterator[Home]:
    """Run PostgreSQL and NATS; with the schema of all services and the streams, or bare."""
    with folder() as root:
        home = daemon.installation(root / "home")
        whole = an_sinh(home, unprivileged_account())
        daemon.up(home, replace(whole, groups=()) if with_schema else Plan())
        try:
            yield home
        finally:
            daemon.reset(home)
