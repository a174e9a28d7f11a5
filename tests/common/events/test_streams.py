from __future__ import annotations

import nats.errors
import nats.js.errors
import pytest
from nats.js.api import StorageType, StreamConfig

from common.contracts.catalogue import CONSUMES, STREAMS
from common.events.streams import DestructiveChangeError, bootstrap, stream_config
from common.testing.nats_server import NatsServer


async def test_the_bootstrap_makes_everything_once(nats_server: NatsServer) -> None:
    client = await nats_server.connect("bootstrap")
    assert await bootstrap(client.jetstream()) == []
    await client.close()
    admin = await nats_server.connect()
    js = admin.jetstream()
    assert {info.config.name for info in await js.streams_info()} == set(STREAMS.values())
    for producer, stream in STREAMS.items():
        durables = {info.name for info in await js.consumers_info(stream)}
        readers = {consumer for consumer, told in CONSUMES.items() if producer in told}
        assert durables == {f"{consumer}-from-{producer}" for consumer in readers}
    await admin.close()


async def test_a_limit_may_grow_but_never_shrink(nats_server: NatsServer) -> None:
    client = await nats_server.connect("bootstrap")
    js = client.jetstream()
    grown = await bootstrap(js, max_bytes=3 * 1024**3)
    assert len(grown) == len(STREAMS)
    assert all("max_bytes" in line for line in grown)
    with pytest.raises(DestructiveChangeError, match="max_bytes"):
        await bootstrap(js)
    await client.close()


async def test_a_stream_that_would_lose_events_is_refused_not_mended(
    nats_server: NatsServer,
) -> None:
    admin = await nats_server.connect()
    js = admin.jetstream()
    await js.delete_stream("REPORTING")
    wanted = stream_config("reporting")
    found = StreamConfig(
        name=wanted.name, subjects=["ansinh.reporting.old.>"], storage=StorageType.MEMORY
    )
    await js.add_stream(found)
    with pytest.raises(DestructiveChangeError, match="subjects"):
        await bootstrap(js)
    await admin.close()


async def test_events_cannot_be_deleted_or_purged(nats_server: NatsServer) -> None:
    admin = await nats_server.connect()
    js = admin.jetstream()
    await js.publish("ansinh.registry.person.died.v1", b"{}")
    with pytest.raises(nats.js.errors.Error):
        await js.delete_msg("REGISTRY", 1)
    with pytest.raises(nats.js.errors.Error):
        await js.purge_stream("REGISTRY")
    await admin.close()


async def test_a_service_cannot_speak_for_another_or_make_streams(
    nats_server: NatsServer,
) -> None:
    client = await nats_server.connect("eligibility")
    js = client.jetstream(timeout=0.5)
    for refused in (
        js.publish("ansinh.registry.person.died.v1", b"{}"),
        js.add_stream(name="MINE", subjects=["mine.>"]),
        js.stream_info("REGISTRY"),
    ):
        with pytest.raises((nats.errors.Error, TimeoutError)):
            await refused
    await js.publish("ansinh.eligibility.entitlement.granted.v1", b"{}", timeout=5)
    await client.close()
