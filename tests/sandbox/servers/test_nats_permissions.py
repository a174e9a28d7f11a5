from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from sandbox.servers.secret_files import SERVICES
from sandbox.servers.testing import TestServers

PAIRS = [(consumer, producer) for consumer in SERVICES for producer in CONSUMES[consumer]]


@asynccontextmanager
async def connected(
    servers: TestServers, user: str
) -> AsyncIterator[tuple[Client, asyncio.Queue[Exception]]]:
    """A connection and the errors that the server reports on it."""
    errors: asyncio.Queue[Exception] = asyncio.Queue()

    client = await nats.connect(
        servers.nats_url, **servers.nats_options(user), error_cb=errors.put, allow_reconnect=False
    )
    try:
        yield client, errors
    finally:
        await client.close()


async def refused(errors: asyncio.Queue[Exception]) -> None:
    """Wait for the server's refusal; fails when there is none."""
    async with asyncio.timeout(5):
        while "permissions violation" not in str(await errors.get()).lower():
            pass


@pytest.fixture(scope="module")
def streams(running: TestServers) -> None:
    """The bootstrap user makes every stream and every consumer of the catalogue."""
    asyncio.run(make_streams(running))


async def make_streams(running: TestServers) -> None:
    async with connected(running, "bootstrap") as (client, _):
        jetstream = client.jetstream()
        for service, stream in STREAMS.items():
            await jetstream.add_stream(
                StreamConfig(name=stream, subjects=[f"ansinh.{service}.>"], deny_delete=True)
            )
        for consumer, producer in PAIRS:
            await jetstream.add_consumer(
                STREAMS[producer],
                ConsumerConfig(
                    durable_name=durable_name(consumer, producer), ack_policy=AckPolicy.EXPLICIT
                ),
            )


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_its_own_events_and_reads_them_back(
    running: TestServers, streams: None, service: str
) -> None:
    async with connected(running, service) as (client, errors):
        jetstream = client.jetstream()
        ack = await jetstream.publish(f"ansinh.{service}.thing.happened.v1", b"{}")
        assert ack.stream == STREAMS[service]
        assert (await jetstream.stream_info(ack.stream)).state.last_seq >= ack.seq
        assert (await jetstream.get_msg(ack.stream, ack.seq)).data == b"{}"
    assert errors.empty()


@pytest.mark.parametrize(("consumer", "producer"), PAIRS)
async def test_a_service_reads_and_acknowledges_by_its_own_consumer(
    running: TestServers, streams: None, consumer: str, producer: str
) -> None:
    async with connected(running, producer) as (client, _):
        await client.jetstream().publish(f"ansinh.{producer}.thing.happened.v1", b"x")
    durable, stream = durable_name(consumer, producer), STREAMS[producer]
    async with connected(running, consumer) as (client, errors):
        jetstream = client.jetstream()
        subscription = await jetstream.pull_subscribe_bind(durable, stream)
        messages = await subscription.fetch(1000, timeout=5)
        for message in messages:
            await message.ack_sync(timeout=5)
        information = await jetstream.consumer_info(stream, durable)
        assert information.num_ack_pending == 0
        assert information.ack_floor is not None
        assert information.ack_floor.stream_seq == messages[-1].metadata.sequence.stream
    assert errors.empty()


@pytest.mark.parametrize(
    ("service", "subject"),
    [
        *((one, f"ansinh.{other}.thing.happened.v1") for one in SERVICES for other in SERVICES
          if one != other),
        ("bootstrap", "ansinh.registry.thing.happened.v1"),
        ("registry", "$JS.API.STREAM.DELETE.REGISTRY"),
        ("registry", "$JS.API.STREAM.PURGE.REGISTRY"),
        ("registry", "$JS.API.STREAM.MSG.DELETE.REGISTRY"),
        ("registry", "$JS.API.STREAM.CREATE.MINE"),
        ("registry", "$JS.API.STREAM.MSG.GET.DISBURSEMENT"),
        ("eligibility", "$JS.API.CONSUMER.CREATE.REGISTRY.mine"),
        ("eligibility", "$JS.API.CONSUMER.MSG.NEXT.REGISTRY.reporting-from-registry"),
        ("eligibility", "$JS.ACK.REGISTRY.reporting-from-registry.1.1.1.1.0"),
        ("eligibility", "$JS.ACK._.hash.REGISTRY.reporting-from-registry.1.1.1.1.0"),
        ("bootstrap", "$JS.API.STREAM.DELETE.REGISTRY"),
        ("bootstrap", "$JS.API.STREAM.PURGE.REGISTRY"),
        ("bootstrap", "$JS.API.CONSUMER.DELETE.REGISTRY.eligibility-from-registry"),
        ("bootstrap", "$JS.API.STREAM.MSG.GET.REGISTRY"),
    ],
)  # fmt: skip
async def test_a_user_may_not_publish_to(
    running: TestServers, streams: None, service: str, subject: str
) -> None:
    async with connected(running, service) as (client, errors):
        await client.publish(subject, b"{}")
        await refused(errors)


@pytest.mark.parametrize(
    "subject", ["_INBOX.>", "_INBOX_registry.>", "ansinh.registry.>", "$JS.API.>", ">"]
)
async def test_a_user_may_not_listen_to(running: TestServers, streams: None, subject: str) -> None:
    async with connected(running, "eligibility") as (client, errors):
        await client.subscribe(subject)
        await refused(errors)


@pytest.mark.parametrize(
    "credentials",
    [
        b"{}",
        b'{"user": "registry", "pass": "registry"}',
        b'{"nkey": "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4", "sig": "AAAA"}',
    ],
)
async def test_nobody_connects_without_a_key(running: TestServers, credentials: bytes) -> None:
    port = int(running.nats_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection(running.host, port)
    try:
        assert b'"auth_required":true' in await reader.readline()
        writer.write(b"CONNECT " + credentials + b"\r\nPING\r\n")
        async with asyncio.timeout(5):
            assert b"Authorization Violation" in await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


STRANGE = {
    "another name": ("CONSUMER.CREATE.{stream}.spy", {"durable_name": "spy"}),
    "no name": ("CONSUMER.CREATE.{stream}", {}),
    "a filter": ("CONSUMER.CREATE.{stream}.spy.ansinh.>", {"name": "spy"}),
    "the old way": ("CONSUMER.DURABLE.CREATE.{stream}.spy", {"durable_name": "spy"}),
}


@pytest.mark.parametrize(("call", "config"), STRANGE.values(), ids=STRANGE)
async def test_the_bootstrap_user_makes_no_consumer_of_its_own(
    running: TestServers, streams: None, call: str, config: dict[str, str]
) -> None:
    async with connected(running, "bootstrap") as (client, errors):
        body = {"stream_name": "REGISTRY", "config": {**config, "deliver_subject": "x"}}
        subject = f"$JS.API.{call.format(stream='REGISTRY')}"
        await client.publish(subject, json.dumps(body).encode())
        await refused(errors)


@pytest.mark.parametrize("call", ["STREAM.CREATE.SPY", "STREAM.DELETE.REGISTRY",
                                  "STREAM.PURGE.REGISTRY", "STREAM.MSG.GET.REGISTRY",
                                  "DIRECT.GET.REGISTRY", "STREAM.SNAPSHOT.REGISTRY"])  # fmt: skip
async def test_the_bootstrap_user_touches_no_other_stream_and_reads_no_event(
    running: TestServers, streams: None, call: str
) -> None:
    async with connected(running, "bootstrap") as (client, errors):
        await client.publish(f"$JS.API.{call}", b"{}")
        await refused(errors)


@pytest.mark.parametrize(("service", "other"), list(itertools.permutations(SERVICES, 2)))
async def test_no_service_says_what_another_one_says(
    running: TestServers, streams: None, service: str, other: str
) -> None:
    async with connected(running, service) as (client, errors):
        await client.publish(f"ansinh.{other}.thing.happened.v1", b"{}")
        await refused(errors)
