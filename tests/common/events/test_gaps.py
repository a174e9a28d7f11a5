"""Events whose earlier one never comes are parked and told; they stop nobody, and can go on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.contracts.envelope import Event
from common.database.ids import new_id
from common.events import dead_letters
from common.events.emit import encode
from common.events.inbox import Inbox, Verdict
from common.events.incoming import Incoming, read_message
from common.testing.sample.side import NOON, Side, person

OPEN = "SELECT count(*) FROM dead_letter WHERE status = 'open'"


def _incoming(aggregate: UUID, version: int, seq: int, payload: str | None = None) -> Incoming:
    data = person(aggregate)
    event = Event[Any].model_construct(
        id=new_id(),
        source="/ansinh/registry",
        type=data.event_type,
        subject=str(aggregate),
        time=NOON,
        sequence=version,
        data=data,
    )
    text = encode(event) if payload is None else payload
    return read_message(data.subject(), text.encode(), stream="REGISTRY", stream_seq=seq)


def _inbox(side: Side) -> Inbox:
    return Inbox(side.db, side.dispatcher, service=side.service, producer="registry")


async def test_a_gap_that_waited_long_is_parked_others_flow_and_the_missing_one_heals_it(
    eligibility: Side,
) -> None:
    inbox, broken, well = _inbox(eligibility), new_id(), new_id()
    first, third, fourth = (_incoming(broken, version, version) for version in (1, 3, 4))
    verdicts = await inbox.receive([first, third, fourth, _incoming(well, 1, 9)])
    assert verdicts[third.event_id] is Verdict.EARLY
    verdicts = await inbox.receive([third, fourth], {third.event_id})
    assert set(verdicts.values()) == {Verdict.DONE}
    assert await eligibility.value(OPEN) == 2
    assert await eligibility.versions() == {str(broken): [1], str(well): [1]}
    await inbox.receive([_incoming(broken, 2, 2)])
    assert await eligibility.versions() == {str(broken): [1, 2, 3, 4], str(well): [1]}
    assert await eligibility.value(OPEN) == 0


async def test_a_person_may_go_on_without_an_event_that_is_gone(eligibility: Side) -> None:
    inbox, key = _inbox(eligibility), new_id()
    late = [_incoming(key, version, version) for version in (2, 3, 5)]
    await inbox.receive(late, {one.event_id for one in late})
    assert await eligibility.value(OPEN) == 3
    letter = await eligibility.value(
        "SELECT id FROM dead_letter ORDER BY aggregate_version LIMIT 1"
    )
    requeue = dead_letters.requeue
    replay = await requeue(eligibility.db, eligibility.dispatcher, letter, actor="op")
    assert (replay.applied, replay.remaining) == (0, 3)
    replay = await requeue(
        eligibility.db, eligibility.dispatcher, letter, actor="op", accept_missing=True
    )
    # Accepted for the one that is gone; the next hole is another decision.
    assert (replay.applied, replay.remaining) == (2, 1)
    assert await eligibility.versions() == {str(key): [2, 3]}


async def test_a_thousand_gaps_do_not_hold_up_the_rest(eligibility: Side) -> None:
    inbox, well = _inbox(eligibility), new_id()
    gaps = [_incoming(new_id(), 2, number) for number in range(1, 1001)]
    await inbox.receive([*gaps, _incoming(well, 1, 2000)], {one.event_id for one in gaps})
    assert await eligibility.versions() == {str(well): [1]}
    assert await eligibility.value(OPEN) == 1000


async def test_nul_anywhere_in_an_envelope_is_parked(eligibility: Side) -> None:
    inbox, key = _inbox(eligibility), new_id()

    def envelope() -> str:
        return encode(
            Event[Any].model_construct(
                id=new_id(),
                source="/ansinh/registry",
                type=person(key).event_type,
                subject="KEY",
                time=NOON,
                sequence=1,
                data=person(key),
            )
        )

    broken = [
        envelope().replace("KEY", "a\\u0000b"),
        envelope().replace('"type":"registry', '"type":"registry\\u0000'),
        envelope().replace('"type":"registry', '"type":"x').replace("KEY", "\\u0000"),
        "\x00",
    ]
    for number, payload in enumerate(broken, start=1):
        verdicts = await inbox.receive([_incoming(key, 1, number, payload)])
        assert set(verdicts.values()) == {Verdict.DONE}
    assert await eligibility.versions() == {}
    assert await eligibility.value(OPEN) == len(broken)
