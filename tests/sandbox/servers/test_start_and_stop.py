from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.connections import service_database_url
from sandbox.servers.daemon import down, installation, reset, status, up
from sandbox.servers.errors import StartFailedError
from sandbox.servers.leftovers import nats_servers_of, postgres_processes_in
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Step
from sandbox.servers.ports import Ports
from sandbox.servers.probes import http_status, is_alive, is_free
from sandbox.servers.secret_files import SecretFiles
from sandbox.servers.state import State
from sandbox.servers.supervisor import Supervisor


def registry(home: Home, statement: str) -> object:
    """Run one statement as the owner of the registry's database."""
    port = Ports(home.run / "ports.json").get("postgres")
    url = service_database_url(SecretFiles(home.secrets), port, "registry", "owner")

    async def run() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def living(home: Home) -> list[int]:
    return [*postgres_processes_in(home.postgres), *nats_servers_of(home.nats)]


def test_a_second_up_changes_nothing(started: Home, toy_plan: Plan) -> None:
    before, processes = status(started), living(started)
    after = up(started, toy_plan)
    assert after == before
    assert living(started) == processes


def test_data_secrets_and_ports_survive_a_stop(started: Home, toy_plan: Plan) -> None:
    ports = Ports(started.run / "ports.json").all()
    secrets = {file.name: file.read_bytes() for file in started.secrets.iterdir()}
    registry(started, "CREATE TABLE IF NOT EXISTS kept (n int)")
    registry(started, "TRUNCATE kept")
    registry(started, "INSERT INTO kept VALUES (7)")
    assert down(started)
    assert living(started) == []
    stopped = status(started)
    assert stopped is not None
    assert stopped.phase == "stopped"
    up(started, toy_plan)
    assert registry(started, "SELECT n FROM kept") == 7
    assert Ports(started.run / "ports.json").all() == ports
    assert {file.name: file.read_bytes() for file in started.secrets.iterdir()} == secrets


def test_a_taken_port_is_exchanged_for_another(started: Home, toy_plan: Plan) -> None:
    ports = Ports(started.run / "ports.json")
    down(started)
    taken = ports.get("postgres")
    with socket.create_server(("127.0.0.1", taken)):
        up(started, toy_plan)
        assert ports.get("postgres") != taken
        assert registry(started, "SELECT 1") == 1


def test_status_and_down_tell_what_there_is_until_reset_deletes_it(new_home: Home) -> None:
    assert status(new_home) is None
    assert not down(new_home)
    up(new_home, Plan())
    assert down(new_home)
    assert not down(new_home)
    assert new_home.postgres.exists()
    reset(new_home)
    assert living(new_home) == []
    assert not new_home.root.exists()
    assert not new_home.data.exists()
    assert status(new_home) is None


def test_two_starts_at_once_give_one_supervisor(new_home: Home) -> None:
    states: list[State] = []
    threads = [
        threading.Thread(target=lambda: states.append(up(new_home, Plan()))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({state.supervisor for state in states}) == 1
    assert len(states) == 2


def test_a_stop_during_the_start_is_obeyed(new_home: Home, until: Callable[..., State]) -> None:
    command = [sys.executable, "-m", "sandbox.servers.supervisor", "--home", str(new_home.root)]
    new_home.create_root()
    (new_home.run / "plan.json").write_text(
        '{"steps": [], "groups": [], "folders": [], "seeds": []}', encoding="utf-8"
    )
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until(new_home, lambda state: state.step == "databases")
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert living(new_home) == []


def test_a_failing_step_stops_everything_and_is_quoted(lasting_home: Home) -> None:
    down(lasting_home)
    argv = (sys.executable, "-c", "import sys; sys.exit('the migration broke')")
    with pytest.raises(StartFailedError, match=r"(?s)migrate failed with code 1.*migration broke"):
        up(lasting_home, Plan(steps=((Step("migrate", argv, unprivileged=False),),)))
    assert living(lasting_home) == []
    failed = status(lasting_home)
    assert failed is not None
    assert failed.phase == "failed"


def test_progress_is_told_in_order(lasting_home: Home) -> None:
    down(lasting_home)
    argv = (sys.executable, "-c", "import time; time.sleep(0.5)")
    told: list[str] = []
    up(
        lasting_home,
        Plan(steps=((Step("migrations", argv, unprivileged=False),),)),
        progress=lambda state: told.append(state.step or state.phase),
    )
    steps = [step for step in ("databases", "migrations", "ready") if step in told]
    assert steps[-2:] == ["migrations", "ready"]
    assert [told.index(step) for step in steps] == sorted(told.index(step) for step in steps)
    down(lasting_home)


def test_servers_never_run_as_root_and_listen_on_loopback_only(started: Home) -> None:
    account = unprivileged_account()
    expected = account.uid if account else os.geteuid()
    processes = [psutil.Process(pid) for pid in living(started)]
    assert len(processes) > 2
    assert {process.uids().effective for process in processes} == {expected}
    assert expected != 0
    addresses = {
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


async def test_nats_syncs_each_write_to_disk(started: Home) -> None:
    monitor = Ports(started.run / "ports.json").get("nats_monitor")
    assert await http_status(f"http://127.0.0.1:{monitor}/healthz") == 200
    reader, writer = await asyncio.open_connection("127.0.0.1", monitor)
    writer.write(b"GET /varz HTTP/1.0\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert b'"sync_always": true' in answer
    assert str(started.nats).encode() in answer


def test_a_home_that_the_account_cannot_reach_gets_its_data_elsewhere(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    home = installation(private / "home")
    inside = unprivileged_account() is None
    assert home.data.is_relative_to(private) == inside
    try:
        up(home, Plan())
        assert registry(home, "SELECT 1") == 1
        (tmp_path / "private").chmod(0o755)
        assert installation(private / "home").data == home.data
    finally:
        reset(home)


def test_a_plain_user_can_run_everything(open_folder: Path) -> None:
    """Run as root, this gives up root in a child first; run by a plain user, it is that user."""
    folder = open_folder / "plain"
    folder.mkdir()
    folder.chmod(0o777)
    child = os.fork()
    if child == 0:
        os._exit(_as_plain_user(folder))
    _, code = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(code) == 0


def _as_plain_user(folder: Path) -> int:
    account = unprivileged_account()
    if account:
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)
    os.environ["HOME"] = str(folder)
    home = installation(folder / "home")
    return asyncio.run(_start_look_and_stop(home))


async def _start_look_and_stop(home: Home) -> int:
    if unprivileged_account() is not None or os.geteuid() == 0:
        return 2
    home.create_root()
    supervisor = Supervisor(home, Plan(), None)
    running = asyncio.create_task(supervisor.run())
    for _ in range(1200):
        if supervisor.state.phase != "starting":
            break
        await asyncio.sleep(0.05)
    reached = supervisor.state.phase == "ready" and len(living(home)) > 2
    supervisor.stop_asked.set()
    code = await running
    return code if reached and not living(home) else 3


def test_a_reused_process_number_is_not_mistaken() -> None:
    own = f"{os.getpid()}:another-boot:1"
    assert not is_alive(own)
    assert is_free(Ports(Path("/nonexistent/ports.json")).all().get("none", 0))
