from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sandbox.servers.daemon import installation
from sandbox.servers.leftovers import nats_servers_of, postgres_processes_in
from sandbox.servers.state import State

WORKER = """
import sys
from pathlib import Path
from sandbox.servers.testing import start_test_servers
servers = start_test_servers(Path(sys.argv[1]))
print(servers.postgres_port, servers.nats_url, flush=True)
sys.stdin.readline()
"""


def worker(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_processes_share_servers_that_stop_when_the_last_one_ends(
    open_folder: Path, until: Callable[..., State]
) -> None:
    root = open_folder / "workers"
    home = installation(root)
    with worker(root) as first, worker(root) as second:
        addresses = {answer(first), answer(second)}
        assert len(addresses) == 1
        first.kill()
        first.wait()
        time.sleep(1.0)
        assert postgres_processes_in(home.postgres)
        with worker(root) as third:
            assert answer(third) in addresses
            second.communicate("\n")
            third.communicate("\n")
    until(home, lambda state: state.phase == "stopped")
    deadline = time.monotonic() + 20
    while home.data.exists() or home.secrets.exists():
        assert time.monotonic() < deadline, "the data of a temporary installation stays"
        time.sleep(0.05)
    assert postgres_processes_in(home.postgres) == []
    assert nats_servers_of(home.nats) == []
