"""Who hears of an event inside a service: in corridor order, and who is spared bulk work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from common.contracts.envelope import Event
from common.contracts.registry import PersonDied
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Dispatcher, without_bulk

NOBODY = cast("AsyncSession", None)


def death() -> AnyEvent:
    """Give an event as it travels."""
    data = PersonDied.model_validate(PersonDied.example)
    return Event[Any](
        id=new_id(),
        source="/ansinh/registry",
        type=PersonDied.event_type,
        subject=str(data.person.person_id),
        time=datetime(2026, 11, 20, tzinfo=UTC),
        sequence=1,
        data=data,
    )


async def test_a_handler_that_need_not_hear_of_bulk_work_hears_of_single_work_only() -> None:
    heard: list[str] = []

    @without_bulk
    async def spared(_session: AsyncSession, _events: Sequence[AnyEvent]) -> None:
        heard.append("spared")

    async def always(_session: AsyncSession, _events: Sequence[AnyEvent]) -> None:
        heard.append("always")

    dispatcher = Dispatcher([[((PersonDied,), spared)], [((PersonDied,), always)]])
    await dispatcher.dispatch(NOBODY, [death()], bulk=True)
    assert heard == ["always"]
    await dispatcher.dispatch(NOBODY, [death()])
    assert heard == ["always", "spared", "always"]
    assert dispatcher.bulk_types == {PersonDied}
