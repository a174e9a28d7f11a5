"""Old events and marks go; what is needed for order, rewinds and dead letters stays."""

from __future__ import annotations

import asyncpg
import pytest

from common.database.ids import new_id
from common.events import pruning
from common.testing.sample.side import Side, until

AGE = "UPDATE outbox SET published_at = published_at - interval '101 days'"


async def test_old_published_events_go_and_the_last_of_each_aggregate_stays(registry: Side) -> None:
    keys = [new_id() for _ in range(3)]
    await registry.start_relay()
    await registry.tell(*((key, version) for version in (1, 2, 3) for key in keys))
    await until(lambda: registry.value("SELECT count(*) FROM outbox WHERE published_at IS NULL"), 0)
    assert await pruning.prune(registry) == (0, 0)
    await registry.value(AGE)
    assert await pruning.prune(registry) == (6, 0)
    rows = await registry.rows("SELECT aggregate_version FROM outbox ORDER BY id")
    assert rows == [(3,)] * 3
    # Order and versions go on from there.
    await registry.tell((keys[0], 4))
    await until(lambda: registry.value("SELECT count(*) FROM outbox WHERE published_at IS NULL"), 0)


async def test_what_is_not_published_never_goes(registry: Side) -> None:
    key = new_id()
    await registry.tell((key, 1), (key, 2))
    await registry.value("UPDATE outbox SET created_at = created_at - interval '400 days'")
    assert await pruning.prune(registry) == (0, 0)
    assert await registry.value("SELECT count(*) FROM outbox") == 2


async def test_old_marks_go_but_not_those_of_parked_events(
    registry: Side, eligibility: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "SLICE", 2)
    await registry.start_relay()
    await eligibility.start_consumer("registry")
    keys = [new_id() for _ in range(5)]
    await registry.tell(*((key, 1) for key in keys))
    await until(lambda: eligibility.value("SELECT count(*) FROM inbox"), 5)
    await eligibility.value("UPDATE inbox SET received_at = received_at - interval '101 days'")
    await eligibility.value(
        "INSERT INTO dead_letter (id, producer, event_id, stream_seq, subject, aggregate_type,"
        " aggregate_id, aggregate_version, payload, reason, detail)"
        " SELECT event_id, producer, event_id, 1, '', 'x', 'y', 1, '', '', '' FROM inbox LIMIT 1"
    )
    assert await pruning.prune(eligibility) == (0, 4)
    assert await eligibility.value("SELECT count(*) FROM inbox") == 1


async def test_nobody_prunes_what_a_stream_may_still_need(registry: Side) -> None:
    connection = await asyncpg.connect(registry.made.url)
    try:
        with pytest.raises(asyncpg.RaiseError, match="90 days"):
            await connection.execute("SELECT prune_outbox('94 days', 10)")
    finally:
        await connection.close()
