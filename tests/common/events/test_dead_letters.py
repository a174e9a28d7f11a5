from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from common.contracts.registry import PersonRegistered
from common.database.ids import new_id
from common.events import dead_letters
from common.events.dead_letters import DeadLetterNotFound, EarlierLetterOpen
from common.testing.sample.side import SCOPE, Side, person, until

Publish = Callable[..., Awaitable[None]]
OPEN = "SELECT count(*) FROM dead_letter WHERE status = 'open'"


def envelope(kind: str, key: UUID, data: dict[str, Any]) -> bytes:
    content = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/ansinh/registry",
        "type": kind,
        "subject": str(key),
        "time": "2026-11-12T05:00:00Z",
        "sequence": 1,
        "data": data,
    }
    return json.dumps(content).encode()


async def open_letters(side: Side) -> list[dead_letters.DeadLetter]:
    async with side.db.read(SCOPE) as session:
        return await dead_letters.list_dead_letters(session)


async def test_a_poisonous_event_is_parked_with_those_behind_it_and_others_flow(
    eligibility: Side, publish: Publish
) -> None:
    sick = new_id()
    healthy = [new_id() for _ in range(50)]
    eligibility.applied.poison.add("Độc")
    await publish(person(sick), sick, 1)
    for key in healthy[:25]:
        await publish(person(key), key, 1)
    await publish(person(sick, "Độc"), sick, 2)
    await publish(person(sick), sick, 3)
    for key in healthy[25:]:
        await publish(person(key), key, 1)
    await eligibility.start_consumer("registry")
    await until(lambda: eligibility.value("SELECT count(*) FROM inbox"), 53)
    await publish(person(sick), sick, 4)
    await until(lambda: eligibility.value(OPEN), 3)

    expected = {str(key): [1] for key in healthy} | {str(sick): [1]}
    assert await eligibility.versions() == expected
    parked = await open_letters(eligibility)
    assert [(one.aggregate_version, one.reason) for one in parked] == [
        (2, "handler_failed (HandlerRefuses)"),
        (3, "behind_parked"),
        (4, "behind_parked"),
    ]
    assert "Độc" not in "".join(one.reason + one.detail for one in parked)


async def test_requeue_plays_the_events_of_an_aggregate_in_order(
    eligibility: Side, publish: Publish
) -> None:
    sick = new_id()
    eligibility.applied.poison.add("Độc")
    await eligibility.start_consumer("registry")
    await publish(person(sick, "Độc"), sick, 1)
    for version in (2, 3, 4):
        await publish(person(sick), sick, version)
    await until(lambda: eligibility.value(OPEN), 4)
    last = (await open_letters(eligibility))[-1]

    still = await dead_letters.requeue(
        eligibility.db, eligibility.dispatcher, last.id, actor="operator"
    )
    assert (still.applied, still.remaining) == (0, 4)
    assert [one.attempts for one in await open_letters(eligibility)] == [2, 1, 1, 1]

    eligibility.applied.poison.clear()
    done = await dead_letters.requeue(
        eligibility.db, eligibility.dispatcher, last.id, actor="operator"
    )
    assert (done.applied, done.remaining) == (4, 0)
    assert await eligibility.versions() == {str(sick): [1, 2, 3, 4]}
    await publish(person(sick), sick, 5)
    await until(eligibility.versions, {str(sick): [1, 2, 3, 4, 5]})
    with pytest.raises(DeadLetterNotFound):
        await dead_letters.requeue(
            eligibility.db, eligibility.dispatcher, last.id, actor="operator"
        )


async def test_a_requeue_stops_at_the_next_event_that_fails(
    eligibility: Side, publish: Publish
) -> None:
    sick = new_id()
    eligibility.applied.poison |= {"Độc", "Hại"}
    await eligibility.start_consumer("registry")
    for version, name in enumerate(("Độc", "An", "Hại", "An"), start=1):
        await publish(person(sick, name), sick, version)
    await until(lambda: eligibility.value(OPEN), 4)
    eligibility.applied.poison.remove("Độc")
    done = await dead_letters.requeue_all(eligibility.db, eligibility.dispatcher, actor="operator")
    assert (done.applied, done.remaining) == (2, 2)
    assert await eligibility.versions() == {str(sick): [1, 2]}
    assert await eligibility.value("SELECT max(version) FROM aggregate_version") == 2


async def test_discarding_the_first_lets_the_others_go_on(
    eligibility: Side, publish: Publish
) -> None:
    sick = new_id()
    eligibility.applied.poison.add("Độc")
    await eligibility.start_consumer("registry")
    await publish(person(sick, "Độc"), sick, 1)
    await publish(person(sick), sick, 2)
    await until(lambda: eligibility.value(OPEN), 2)
    first, second = await open_letters(eligibility)
    with pytest.raises(EarlierLetterOpen):
        await dead_letters.discard(eligibility.db, second.id, actor="operator", reason="sai thử")
    await dead_letters.discard(eligibility.db, first.id, actor="operator", reason="sai thử")
    done = await dead_letters.requeue(
        eligibility.db, eligibility.dispatcher, second.id, actor="operator"
    )
    assert (done.applied, done.remaining) == (1, 0)
    assert await eligibility.versions() == {str(sick): [2]}
    with pytest.raises(DeadLetterNotFound):
        await dead_letters.discard(eligibility.db, first.id, actor="operator", reason="sai thử")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"not json at all \x00\xff", "schema_invalid"),
        (b'{"id": "x"}', "schema_invalid"),
        (b"", "schema_invalid"),
        (b"[" * 5000, "schema_invalid"),
    ],
)
async def test_what_is_no_event_is_parked_alone(
    eligibility: Side, publish: Publish, payload: bytes, reason: str
) -> None:
    key = new_id()
    await eligibility.start_consumer("registry")
    await publish(person(key), key, 1, payload=payload)
    await publish(person(key), key, 1)
    await until(eligibility.versions, {str(key): [1]})
    parked = await open_letters(eligibility)
    assert [one.reason.split(" ")[0] for one in parked] == [reason]
    done = await dead_letters.requeue(
        eligibility.db, eligibility.dispatcher, parked[0].id, actor="operator"
    )
    assert (done.applied, done.remaining) == (0, 1)
    await dead_letters.discard(eligibility.db, parked[0].id, actor="operator", reason="hỏng")
    assert await open_letters(eligibility) == []


async def test_an_event_whose_data_breaks_its_contract_holds_back_its_own_aggregate_only(
    eligibility: Side, publish: Publish
) -> None:
    odd, other = new_id(), new_id()
    await eligibility.start_consumer("registry")
    payload = envelope(PersonRegistered.event_type, odd, {"person": {"full_name": "Bí Mật"}})
    await publish(person(odd), odd, 1, payload=payload)
    await publish(person(odd), odd, 2)
    await publish(person(other), other, 1)
    await until(eligibility.versions, {str(other): [1]})
    await until(lambda: eligibility.value(OPEN), 2)
    first, second = await open_letters(eligibility)
    assert first.reason.startswith("schema_invalid (data.person.person_id: missing")
    assert second.reason == "behind_parked"
    assert "Bí Mật" not in first.reason + first.detail


async def test_a_type_that_nobody_knows_yet_is_parked(
    eligibility: Side, publish: Publish, nats_server: object
) -> None:
    class Future:
        event_type = "registry.person.teleported.v1"

        @staticmethod
        def subject() -> str:
            return "ansinh.registry.person.teleported.v1"

    key = UUID(int=1)
    await eligibility.start_consumer("registry")
    await publish(Future, key, 1, payload=envelope(Future.event_type, key, {}))
    await publish(person(key), key, 2)
    await until(lambda: eligibility.value(OPEN), 2)
    first, second = await open_letters(eligibility)
    assert (first.reason, first.aggregate_version) == ("unknown_type", 1)
    assert (second.reason, second.aggregate_version) == ("behind_parked", 2)
