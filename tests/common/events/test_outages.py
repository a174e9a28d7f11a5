"""Servers that die, streams that lose their memory: nothing is lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import asyncpg
import nats.errors
import pytest
from sqlalchemy.exc import DBAPIError

from common.database.ids import new_id
from common.events.streams import keep
from common.testing.databases import DatabaseMaker
from common.testing.nats_server import NatsServer
from common.testing.sample.side import Side, until
from common.testing.servers import PostgresServer

SideMaker = Callable[[DatabaseMaker, str], Awaitable[Side]]

UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
END_A_BACKEND = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
"""


async def test_the_outbox_absorbs_an_outage_of_nats(
    registry: Side, eligibility: Side, nats_server: NatsServer
) -> None:
    key = new_id()
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    await registry.tell((key, 1))
    await until(eligibility.versions, {str(key): [1]})
    nats_server.kill()
    for version in range(2, 20):
        await registry.tell((key, version))
    await asyncio.sleep(1)
    assert await registry.value(UNPUBLISHED) == 18
    await nats_server.start()
    await until(eligibility.versions, {str(key): list(range(1, 20))})


async def test_services_may_start_before_nats(
    registry: Side, eligibility: Side, nats_server: NatsServer
) -> None:
    nats_server.kill()
    key = new_id()
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    await registry.tell((key, 1))
    await nats_server.start()
    await until(eligibility.versions, {str(key): [1]})


async def test_what_an_older_copy_of_the_streams_lost_is_published_again(
    registry: Side, eligibility: Side, nats_server: NatsServer, tmp_path: Path
) -> None:
    keys = [new_id() for _ in range(20)]
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    await registry.tell(*((key, 1) for key in keys))
    await until(eligibility.versions, {str(key): [1] for key in keys})
    nats_server.stop()
    nats_server.copy_store(tmp_path / "older")
    await nats_server.start()
    await registry.tell(*((key, 2) for key in keys))
    await until(eligibility.versions, {str(key): [1, 2] for key in keys})
    await until(lambda: registry.value(UNPUBLISHED), 0)

    nats_server.kill()
    nats_server.replace_store(tmp_path / "older")
    await registry.tell(*((key, 3) for key in keys))
    await nats_server.start()
    await until(eligibility.versions, {str(key): [1, 2, 3] for key in keys})
    await until(lambda: registry.value(UNPUBLISHED), 0)
    rows = await registry.rows("SELECT stream_seq FROM outbox ORDER BY id")
    assert rows == [(number,) for number in range(1, 61)]


async def test_an_emptied_stream_is_filled_again_and_nothing_is_applied_twice(
    registry: Side, eligibility: Side, nats_server: NatsServer, tmp_path: Path
) -> None:
    nats_server.stop()
    nats_server.copy_store(tmp_path / "empty")
    await nats_server.start()
    keys = [new_id() for _ in range(20)]
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    for version in (1, 2):
        await registry.tell(*((key, version) for key in keys))
    await until(eligibility.versions, {str(key): [1, 2] for key in keys})
    nats_server.kill()
    nats_server.replace_store(tmp_path / "empty")
    await nats_server.start()
    client = await nats_server.connect()

    async def messages() -> int:
        info = await client.jetstream().stream_info("REGISTRY")
        return int(info.state.messages)

    await until(messages, 40)
    await registry.tell(*((key, 3) for key in keys))
    await until(eligibility.versions, {str(key): [1, 2, 3] for key in keys})
    await client.close()


async def test_a_store_that_was_wiped_is_made_again_and_filled_from_the_outbox(
    registry: Side, eligibility: Side, nats_server: NatsServer, tmp_path: Path
) -> None:
    keys = [new_id() for _ in range(20)]
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    await registry.tell(*((key, 1) for key in keys))
    await until(eligibility.versions, {str(key): [1] for key in keys})
    admin = await nats_server.connect()
    kept = asyncio.create_task(
        keep(admin.jetstream(timeout=5), max_bytes=10**8, every_seconds=0.2, marker=tmp_path / "m")
    )
    nats_server.kill()
    shutil.rmtree(nats_server.store)
    await nats_server.start()

    async def messages() -> int:
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            return int((await admin.jetstream().stream_info("REGISTRY")).state.messages)
        return -1

    # Nobody tells anything new meanwhile.
    await until(messages, 20)
    await registry.tell(*((key, 2) for key in keys))
    await until(eligibility.versions, {str(key): [1, 2] for key in keys})
    assert (tmp_path / "m").exists()
    kept.cancel()
    await admin.close()


async def test_a_relay_stops_when_the_stream_knows_more_than_its_database(
    registry: Side, nats_server: NatsServer, caplog: pytest.LogCaptureFixture
) -> None:
    key = new_id()
    await registry.start_relay()
    await registry.tell((key, 1), (key, 2))
    await until(lambda: registry.value(UNPUBLISHED), 0)
    # As after a restore of the database from last night's backup.
    await registry.value("DELETE FROM outbox WHERE aggregate_version = 2")
    await registry.tell((new_id(), 1))
    await until(lambda: registry.value(UNPUBLISHED), 0)
    await registry.value("DELETE FROM outbox WHERE id > 1")
    nats_server.kill()
    await nats_server.start()

    async def refused() -> bool:
        return "never wrote" in caplog.text

    await until(refused, wanted=True)
    await registry.tell((new_id(), 1))
    await asyncio.sleep(0.6)
    assert await registry.value(UNPUBLISHED) == 1


@pytest.mark.parametrize("seed", [7, 11])
async def test_kills_of_nats_and_of_database_connections_during_the_flow_change_nothing(
    registry: Side, eligibility: Side, nats_server: NatsServer, seed: int
) -> None:
    chance = random.Random(seed)
    keys = [new_id() for _ in range(15)]
    told: dict[UUID, int] = dict.fromkeys(keys, 0)
    await registry.start_relay()
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    for _ in range(60):
        some = chance.sample(keys, 5)
        for key in some:
            told[key] += 1
        try:
            await registry.tell(*((key, told[key]) for key in some))
        except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError):
            # Hit in its commit, nobody can know what became of it: ask.
            for key in some:
                told[key] = await registry.value(
                    "SELECT coalesce(max(aggregate_version), 0) FROM outbox"
                    f" WHERE aggregate_id = '{key}'"
                )
        hit = chance.random()
        if hit < 0.12:
            nats_server.kill()
            await asyncio.sleep(chance.random() * 0.2)
            await nats_server.start()
        elif hit < 0.4:
            await chance.choice((registry, eligibility)).value(END_A_BACKEND)
        await asyncio.sleep(chance.random() * 0.05)
    expected = {str(key): list(range(1, last + 1)) for key, last in told.items() if last}
    await until(eligibility.versions, expected, 60)
    assert await eligibility.value("SELECT count(*) FROM dead_letter") == 0
    assert await registry.value("SELECT count(*) FROM outbox") == sum(told.values())


async def test_a_database_process_that_is_killed_loses_nothing(
    own_servers: PostgresServer, nats_server: NatsServer, side_on: SideMaker
) -> None:
    """SIGKILL of one backend makes the whole cluster recover from its log."""
    maker = DatabaseMaker(own_servers)
    registry = await side_on(maker, "registry")
    eligibility = await side_on(maker, "eligibility")
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    key, version = new_id(), 0
    for _ in range(3):
        victim = await asyncpg.connect(registry.made.superuser_url)
        pid = await victim.fetchval("SELECT pg_backend_pid()")
        for _ in range(5):
            version += 1
            await registry.tell((key, version))
        os.kill(pid, signal.SIGKILL)
        victim.terminate()
        await until(registry.is_there, wanted=True)
    await until(eligibility.is_there, wanted=True)
    await until(eligibility.versions, {str(key): list(range(1, version + 1))}, 60)
