from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy import text

from common.database.ids import new_id
from common.events.emit import MAX_PAYLOAD_BYTES, NewEvent, emit, emit_many
from common.testing.nats_server import NatsServer
from common.testing.sample.side import SCOPE, Side, person, until


async def test_an_event_told_in_one_service_is_applied_in_another(
    registry: Side, eligibility: Side
) -> None:
    one, two = new_id(), new_id()
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    await registry.tell((one, 1), (two, 1), (one, 2))
    await registry.tell((one, 3))
    await until(eligibility.versions, {str(one): [1, 2, 3], str(two): [1]})
    assert await eligibility.value("SELECT count(*) FROM inbox") == 4
    await until(lambda: registry.value("SELECT count(*) FROM outbox WHERE published_at IS NULL"), 0)
    sequences = await registry.rows("SELECT stream_seq FROM outbox ORDER BY id")
    assert sequences == [(1,), (2,), (3,), (4,)]


async def test_ten_thousand_events_arrive_once_each_and_in_order(
    registry: Side, eligibility: Side
) -> None:
    keys = [new_id() for _ in range(1000)]
    for version in range(1, 11):
        await registry.tell(*((key, version) for key in keys))
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    await until(lambda: eligibility.value("SELECT count(*) FROM inbox"), 10_000)
    assert await eligibility.versions() == {str(key): list(range(1, 11)) for key in keys}


async def test_a_failed_transaction_leaves_no_event(registry: Side) -> None:
    with pytest.raises(RuntimeError):
        async with registry.db.transaction(SCOPE) as session:
            await emit(session, person(new_id()), aggregate_id=new_id(), version=1)
            raise RuntimeError
    assert await registry.value("SELECT count(*) FROM outbox") == 0


async def test_a_commit_that_fails_leaves_no_event(registry: Side) -> None:
    superuser = await asyncpg.connect(registry.made.superuser_url)
    await superuser.execute(
        "CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
        "GRANT ALL ON late TO registry_app"
    )
    await superuser.close()
    with pytest.raises(Exception, match="late_id_key"):
        async with registry.db.transaction(SCOPE) as session:
            await session.execute(text("INSERT INTO late VALUES (1), (1)"))
            await emit(session, person(new_id()), aggregate_id=new_id(), version=1)
    assert await registry.value("SELECT count(*) FROM outbox") == 0


async def test_a_version_that_was_used_is_refused(registry: Side) -> None:
    key = new_id()
    await registry.tell((key, 1))
    with pytest.raises(asyncpg.UniqueViolationError):
        await registry.tell((key, 1))
    assert await registry.value("SELECT count(*) FROM outbox") == 1


async def test_an_event_too_large_for_a_stream_is_refused_before_it_blocks_others(
    registry: Side,
) -> None:
    key = new_id()
    with pytest.raises(ValueError, match="chunks"):
        await registry.tell((key, 1), names=["x" * MAX_PAYLOAD_BYTES])


async def test_an_event_is_a_cloud_event_with_the_business_time(registry: Side) -> None:
    key = new_id()
    await registry.tell((key, 1))
    content = json.loads(await registry.value("SELECT payload FROM outbox"))
    assert {name: content[name] for name in ("specversion", "source", "type", "subject")} == {
        "specversion": "1.0",
        "source": "/ansinh/registry",
        "type": "registry.person.registered.v1",
        "subject": str(key),
    }
    assert content["sequence"] == 1
    assert content["time"].startswith("2026-11-12T12:00:00")
    assert content["data"]["person"]["person_id"] == str(key)


async def test_rooms_of_the_same_service_get_the_event_in_the_same_transaction(
    eligibility: Side,
) -> None:
    key = new_id()
    with pytest.raises(RuntimeError):
        async with eligibility.db.transaction(SCOPE) as session:
            await emit_many(session, [NewEvent(key, 1, person(key))])
            seen = await session.execute(text("SELECT count(*) FROM thing"))
            assert seen.scalar_one() == 1
            raise RuntimeError
    assert await eligibility.value("SELECT count(*) FROM thing") == 0


async def test_a_missing_version_is_waited_for_and_others_flow(
    registry: Side, eligibility: Side, publish: Callable[..., Awaitable[None]]
) -> None:
    late, other = new_id(), new_id()
    await eligibility.start_consumer("registry")
    await publish(person(late), late, 1)
    await publish(person(late), late, 3)
    await publish(person(other), other, 1)
    await until(eligibility.versions, {str(late): [1], str(other): [1]})
    await asyncio.sleep(0.5)
    assert await eligibility.versions() == {str(late): [1], str(other): [1]}
    await publish(person(late), late, 2)
    await until(eligibility.versions, {str(late): [1, 2, 3], str(other): [1]})


async def test_an_event_delivered_twice_has_one_effect(
    eligibility: Side, publish: Callable[..., Awaitable[None]]
) -> None:
    key, event_id = new_id(), new_id()
    await eligibility.start_consumer("registry")
    # The second copy gets another message id, as after the stream forgot the first.
    await publish(person(key), key, 1, event_id=event_id, message_id="a")
    await publish(person(key), key, 1, event_id=event_id, message_id="b")
    await publish(person(key), key, 2)
    await until(eligibility.versions, {str(key): [1, 2]})
    assert await eligibility.value("SELECT count(*) FROM inbox") == 2


async def test_the_same_version_under_another_id_has_no_second_effect(
    eligibility: Side, publish: Callable[..., Awaitable[None]]
) -> None:
    key = new_id()
    await eligibility.start_consumer("registry")
    await publish(person(key), key, 1)
    await publish(person(key), key, 1)
    await publish(person(key), key, 2)
    await until(eligibility.versions, {str(key): [1, 2]})


async def test_of_two_relays_one_works_and_the_other_takes_over_when_it_dies(
    registry: Side, nats_server: NatsServer
) -> None:
    await registry.start_relay()
    await registry.start_relay()
    holders = (
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'registry-relay'"
        " AND a.datname = current_database()"
    )
    await until(lambda: registry.value(holders), 1)
    key = new_id()
    await registry.tell((key, 1))
    unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    await until(lambda: registry.value(unpublished), 0)
    for version in range(2, 6):
        await registry.value(
            "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l"
            " JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted"
            " AND a.application_name = 'registry-relay' AND a.datname = current_database()"
        )
        await registry.tell((key, version))
        await until(lambda: registry.value(unpublished), 0)
        assert await registry.value(holders) == 1
    client = await nats_server.connect()
    info = await client.jetstream().stream_info("REGISTRY")
    await client.close()
    assert info.state.messages == 5


async def test_events_published_but_not_written_down_are_not_published_twice(
    registry: Side, eligibility: Side, nats_server: NatsServer
) -> None:
    keys = [new_id() for _ in range(30)]
    await registry.tell(*((key, 1) for key in keys))
    await registry.start_relay()
    unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    await until(lambda: registry.value(unpublished), 0)
    # As if the relay had died between the publish and its own commit, with more waiting behind.
    await registry.tell(*((key, 2) for key in keys))
    await until(lambda: registry.value(unpublished), 0)
    await registry.value("UPDATE outbox SET published_at = NULL, stream_seq = NULL WHERE id > 15")
    await registry.tell(*((key, 3) for key in keys))
    await until(lambda: registry.value(unpublished), 0)
    client = await nats_server.connect()
    info = await client.jetstream().stream_info("REGISTRY")
    await client.close()
    assert info.state.messages == 90
    assert await registry.rows("SELECT stream_seq FROM outbox ORDER BY id") == [
        (number,) for number in range(1, 91)
    ]
    await eligibility.start_consumer("registry")
    await until(eligibility.versions, {str(key): [1, 2, 3] for key in keys})
