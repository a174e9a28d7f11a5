from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable

import asyncpg
import nats
import pytest
from nats.js.api import StreamConfig

from common.events.nats import inbox_prefix
from sandbox.servers.connections import service_database_url
from sandbox.servers.daemon import up
from sandbox.servers.leftovers import nats_servers_of, postgres_processes_in
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan
from sandbox.servers.ports import Ports
from sandbox.servers.probes import is_alive
from sandbox.servers.secret_files import SecretFiles, nats_seed_name
from sandbox.servers.state import State, UnitState, read_state


@pytest.fixture
def system(started: Home) -> Home:
    """The lasting installation, with no rows from another test."""
    asyncio.run(forget_rows(started))
    return started


def pid_of(home: Home, name: str) -> int:
    state = read_state(home)
    assert state is not None
    pid = state.units[name].pid
    assert pid is not None
    return pid


def units_of(home: Home) -> list[UnitState]:
    state = read_state(home)
    return list(state.units.values()) if state else []


def restarts_of(home: Home, name: str) -> int:
    state = read_state(home)
    assert state is not None
    return state.units[name].restarts


def supervisor_pid(home: Home) -> int:
    state = read_state(home)
    assert state is not None
    return int((state.supervisor or "").partition(":")[0])


def registry_url(home: Home) -> str:
    port = Ports(home.run / "ports.json").get("postgres")
    return service_database_url(SecretFiles(home.secrets), port, "registry", "owner")


async def forget_rows(home: Home) -> None:
    connection = await asyncpg.connect(registry_url(home))
    await connection.execute("DROP TABLE IF EXISTS rows")
    await connection.close()


async def write_rows(home: Home, numbers: range) -> list[int]:
    """Insert row by row, each in its own transaction; give those that were confirmed."""
    confirmed: list[int] = []
    connection = await asyncpg.connect(registry_url(home))
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS rows (n int PRIMARY KEY)")
        for number in numbers:
            await connection.execute("INSERT INTO rows VALUES ($1)", number)
            confirmed.append(number)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        pass  # killed in the middle
    finally:
        connection.terminate()
        await asyncio.sleep(0)
    return confirmed


async def read_rows(home: Home) -> set[int]:
    connection = await asyncpg.connect(registry_url(home))
    try:
        return {row["n"] for row in await connection.fetch("SELECT n FROM rows")}
    finally:
        await connection.close()


async def publish(home: Home, user: str, subject: str) -> int:
    """Publish one event, making the stream first; give its sequence number."""
    port = Ports(home.run / "ports.json").get("nats")
    options = {
        name: {
            "nkeys_seed": str(home.secrets / nats_seed_name(name)),
            "inbox_prefix": inbox_prefix(name),
        }
        for name in ("bootstrap", user)
    }
    bootstrap = await nats.connect(f"nats://127.0.0.1:{port}", **options["bootstrap"])
    stream = StreamConfig(name=user.upper(), subjects=[f"ansinh.{user}.>"])
    await bootstrap.jetstream().add_stream(stream)
    await bootstrap.close()
    client = await nats.connect(f"nats://127.0.0.1:{port}", **options[user])
    try:
        return (await client.jetstream().publish(subject, b"{}")).seq
    finally:
        await client.close()


def test_confirmed_rows_survive_kill_9_of_the_postmaster(
    system: Home, until: Callable[..., State]
) -> None:
    async def kill_while_writing() -> list[int]:
        writing = asyncio.create_task(write_rows(system, range(1_000_000)))
        await asyncio.sleep(0.5)
        os.kill(pid_of(system, "postgres"), signal.SIGKILL)
        return await writing

    killed, restarts = pid_of(system, "postgres"), restarts_of(system, "postgres")
    confirmed = asyncio.run(kill_while_writing())
    assert confirmed
    until(
        system,
        lambda state: (
            state.units["postgres"].status == "ready"
            and state.units["postgres"].pid not in {killed, None}
        ),
        seconds=90,
    )
    assert asyncio.run(read_rows(system)) >= set(confirmed)
    assert restarts_of(system, "postgres") == restarts + 1


def test_confirmed_events_survive_kill_9_of_nats(system: Home, until: Callable[..., State]) -> None:
    first = asyncio.run(publish(system, "registry", "ansinh.registry.a.b.v1"))
    killed = pid_of(system, "nats")
    os.kill(killed, signal.SIGKILL)
    until(
        system,
        lambda state: (
            state.units["nats"].status == "ready" and state.units["nats"].pid not in {killed, None}
        ),
    )
    assert asyncio.run(publish(system, "registry", "ansinh.registry.a.b.v1")) == first + 1


def test_kill_9_of_the_supervisor_ends_everything_and_up_recovers(
    system: Home, toy_plan: Plan
) -> None:
    confirmed = asyncio.run(write_rows(system, range(100)))
    assert len(confirmed) == 100
    toy = next(unit.identity for unit in units_of(system) if unit.name == "toy")
    before = (supervisor_pid(system), pid_of(system, "postgres"), pid_of(system, "nats"))
    os.kill(supervisor_pid(system), signal.SIGKILL)
    state = up(system, toy_plan)
    assert state.phase == "ready"
    after = (supervisor_pid(system), pid_of(system, "postgres"), pid_of(system, "nats"))
    assert set(before).isdisjoint(after)
    assert toy is not None
    assert not is_alive(toy)
    assert asyncio.run(read_rows(system)) == set(confirmed)
    assert len(nats_servers_of(system.nats)) == 1


def test_a_start_waits_for_an_old_postmaster_that_still_dies(system: Home, toy_plan: Plan) -> None:
    """A stopped process cannot obey the kernel's signal: as slow as a long last checkpoint."""
    confirmed = asyncio.run(write_rows(system, range(50)))
    old = pid_of(system, "postgres")
    os.kill(old, signal.SIGSTOP)
    os.kill(supervisor_pid(system), signal.SIGKILL)
    wake = threading.Timer(2.0, os.kill, (old, signal.SIGCONT))
    wake.start()
    started = time.monotonic()
    up(system, toy_plan)
    wake.join()
    assert time.monotonic() - started > 1.5
    assert old not in postgres_processes_in(system.postgres)
    assert asyncio.run(read_rows(system)) == set(confirmed)


def test_a_lock_left_by_a_number_that_another_process_has_now_is_no_obstacle(
    system: Home, toy_plan: Plan
) -> None:
    """After a reboot the number in postmaster.pid may belong to anybody."""
    confirmed = asyncio.run(write_rows(system, range(10)))
    os.kill(supervisor_pid(system), signal.SIGKILL)
    while postgres_processes_in(system.postgres):
        time.sleep(0.05)
    lock = system.postgres / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{system.postgres}\n1\n5432\n\n\n\n", encoding="utf-8")
    up(system, toy_plan)
    assert asyncio.run(read_rows(system)) == set(confirmed)


def test_a_killed_program_is_started_again(system: Home, until: Callable[..., State]) -> None:
    killed, restarts = pid_of(system, "toy"), restarts_of(system, "toy")
    log = (system.logs / "toy.log").read_text(encoding="utf-8")
    os.kill(killed, signal.SIGKILL)
    state = until(
        system,
        lambda state: state.units["toy"].status == "ready" and state.units["toy"].pid != killed,
    )
    assert state.units["toy"].restarts == restarts + 1
    while (system.logs / "toy.log").read_text(encoding="utf-8") != f"{log}on\n":
        time.sleep(0.02)


def test_up_waits_for_a_part_that_is_being_restarted(
    system: Home, toy_plan: Plan, until: Callable[..., State]
) -> None:
    killed, restarts = pid_of(system, "toy"), restarts_of(system, "toy")
    os.kill(killed, signal.SIGKILL)
    until(system, lambda state: state.units["toy"].restarts == restarts + 1)
    state = up(system, toy_plan)
    assert (state.units["toy"].status, state.units["toy"].restarts) == ("ready", restarts + 1)
    assert state.units["toy"].pid not in {None, killed}
