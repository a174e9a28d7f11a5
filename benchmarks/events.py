"""Events per second from one service to the next, beside what the same bytes cost bare."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from uuid import uuid4

import asyncpg

from benchmarks.installations import servers_only
from common.contracts.catalogue import durable_name
from common.contracts.registry import PersonRegistered
from common.database.ids import new_id
from common.database.session import AsyncSession, Database, Scope, raw
from common.events.consumer import Consumer
from common.events.dispatch import AnyEvent, Dispatcher
from common.events.emit import NewEvent, emit_many
from common.events.nats import Nats
from common.events.publish import BATCH_MESSAGES, Outgoing, publish
from common.events.pull import PullSubscription
from common.events.relay import Relay
from common.runtime.clock import BusinessClock
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles, nats_seed_name

COUNT = 20_000
SLICE = 1_000
REPEATS = 3
SCOPE = Scope.service("benchmark")


def main() -> None:
    """Measure and print."""
    with servers_only(with_schema=True) as home:
        runs = [asyncio.run(_once(home)) for _ in range(REPEATS)]
    print(f"{COUNT} events, median of {REPEATS}; events per second")
    for name in runs[0]:
        ours = statistics.median(run[name][0] for run in runs)
        bare = statistics.median(run[name][1] for run in runs)
        print(f"{name:8} ours {ours:9,.0f}   bare {bare:9,.0f}   ratio {ours / bare:.2f}")


async def _once(home: Home) -> dict[str, tuple[float, float]]:
    secrets, ports = SecretFiles(home.secrets), Ports(home.run / "ports.json")
    applied: list[int] = []

    async def count(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
        del session
        applied.append(len(events))

    registry = Database(
        secrets.text("registry_app_database_url"),
        pool_size=4, dispatcher=Dispatcher([]), clock=BusinessClock(), service="registry",
    )  # fmt: skip
    handlers = Dispatcher([[((PersonRegistered,), count)]])
    eligibility = Database(
        secrets.text("eligibility_app_database_url"),
        pool_size=4, dispatcher=handlers, clock=BusinessClock(), service="eligibility",
    )  # fmt: skip
    url = f"nats://127.0.0.1:{ports.get('nats')}"
    speakers = {
        name: Nats(url, service=name, nkey_seed_file=secrets.path(nats_seed_name(name)), user=name)
        for name in ("registry", "eligibility", "disbursement")
    }
    for db in (registry, eligibility):
        await db.open()
    for speaker in speakers.values():
        await speaker.open()
        await speaker.wait_connected(10)
    try:
        told = await _tell(registry)
        copied = await _copy(registry)
        raw_publish = await _raw_publish(speakers["disbursement"])
        relayed = await _relay(secrets.text("registry_app_database_url"), speakers["registry"])
        pulled = await _pull(speakers["registry"], COUNT)
        consumer = Consumer(
            eligibility, speakers["eligibility"], handlers,
            service="eligibility", producer="registry",
        )  # fmt: skip
        consumed = await _consume(consumer, applied)
    finally:
        for speaker in speakers.values():
            await speaker.close()
        for db in (registry, eligibility):
            await db.close()
    return {
        "tell": (told, copied),
        "relay": (relayed, raw_publish),
        "consume": (consumed, pulled),
    }


async def _tell(db: Database) -> float:
    example = PersonRegistered.model_validate(PersonRegistered.example)
    started = time.perf_counter()
    for _ in range(COUNT // SLICE):
        async with db.transaction(SCOPE) as session:
            await emit_many(session, [NewEvent(new_id(), 1, example) for _ in range(SLICE)])
    return COUNT / (time.perf_counter() - started)


async def _copy(db: Database) -> float:
    """Floor: rows of the same size by COPY into a table with the same keys."""
    payload = (
        PersonRegistered.model_validate(PersonRegistered.example).model_dump_json() + " " * 200
    )
    started = time.perf_counter()
    async with db.transaction(SCOPE) as session:
        connection = await raw(session)
        await connection.execute(
            "CREATE TEMP TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " event_id uuid UNIQUE, aggregate_id text, version bigint, payload text,"
            " UNIQUE (aggregate_id, version)) ON COMMIT DROP"
        )
        for _ in range(COUNT // SLICE):
            records = [(new_id(), str(new_id()), 1, payload) for _ in range(SLICE)]
            await connection.copy_records_to_table(
                "bare", records=records, columns=["event_id", "aggregate_id", "version", "payload"]
            )
    return COUNT / (time.perf_counter() - started)


async def _raw_publish(speaker: Nats) -> float:
    """Floor: the same number of messages in atomic batches, without a database."""
    payload = PersonRegistered.model_validate(PersonRegistered.example).model_dump_json().encode()
    subject = "ansinh.disbursement.benchmark.published.v1"
    batches = [
        [Outgoing(n, uuid4(), subject, payload) for n in range(BATCH_MESSAGES)]
        for _ in range(COUNT // BATCH_MESSAGES)
    ]
    started = time.perf_counter()
    for batch in batches:
        await publish(speaker, "DISBURSEMENT", batch)
    return COUNT / (time.perf_counter() - started)


async def _relay(url: str, speaker: Nats) -> float:
    connection = await asyncpg.connect(url)
    stop = asyncio.Event()
    relay = Relay(url, speaker, service="registry")
    started = time.perf_counter()
    task = asyncio.create_task(relay.run(stop))
    while await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL"):
        await asyncio.sleep(0.02)
    rate = COUNT / (time.perf_counter() - started)
    stop.set()
    await task
    await connection.close()
    return rate


async def _pull(speaker: Nats, count: int) -> float:
    """Floor: pull and acknowledge, with nothing written down (the messages of the bare publish)."""
    subscription = PullSubscription(
        speaker, stream="DISBURSEMENT", durable=durable_name("registry", "disbursement")
    )
    await subscription.open()
    started, seen = time.perf_counter(), 0
    while seen < count:
        messages = await subscription.fetch(min(200, count - seen), 2.0)
        for message in messages:
            await message.ack()
        seen += len(messages)
    rate = seen / (time.perf_counter() - started)
    await subscription.close()
    return rate


async def _consume(consumer: Consumer, applied: list[int]) -> float:
    stop = asyncio.Event()
    started = time.perf_counter()
    task = asyncio.create_task(consumer.run(stop))
    while sum(applied) < COUNT:
        await asyncio.sleep(0.02)
    rate = COUNT / (time.perf_counter() - started)
    stop.set()
    await task
    return rate
