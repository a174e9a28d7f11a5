"""Pulling messages from a durable consumer that the bootstrap job made.

Own code instead of nats-py's `fetch`, which, once it waits for a first message, goes on waiting for
a full batch until its timeout: an event alone would take two seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from common.events.nats import Nats

_SPARE_SECONDS = 1.0
_NO_MORE = frozenset({"404", "408", "409"})


class PullSubscription:
    """Messages of one durable, on one connection; make a new one after a reconnect."""

    def __init__(self, nats_: Nats, *, stream: str, durable: str) -> None:
        """Bind to a durable; `open` subscribes."""
        self._client = nats_.client
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = self._client.new_inbox()
        self._numbers = itertools.count(1)
        self._subscription: Subscription | None = None

    async def open(self) -> None:
        """Listen for answers; the connection takes the subscription along when it reconnects."""
        self._subscription = await self._client.subscribe(f"{self._inbox}.*")

    async def close(self) -> None:
        """Stop listening; messages not yet acknowledged are delivered again later."""
        if self._subscription is not None and self._client.is_connected:
            await self._subscription.unsubscribe()
        self._subscription = None

    async def fetch(self, limit: int, wait_seconds: float) -> Sequence[Msg]:
        """Wait for a first message, then take all that is there, up to `limit`.

        Returns:
            Nothing when none came within `wait_seconds`.

        Raises:
            ConnectionError, nats.errors.Error: the connection is gone.
        """
        expires = int(wait_seconds * 1_000_000_000)
        first = await self._pull({"batch": 1, "expires": expires}, 1, wait_seconds + _SPARE_SECONDS)
        if not first or limit == 1:
            return first
        request = {"batch": limit - 1, "no_wait": True}
        return [*first, *await self._pull(request, limit - 1, _SPARE_SECONDS)]

    async def _pull(self, request: Mapping[str, object], limit: int, seconds: float) -> list[Msg]:
        if self._subscription is None or not self._client.is_connected:
            msg = "NATS is not connected"
            raise ConnectionError(msg)
        reply = f"{self._inbox}.{next(self._numbers)}"
        await self._client.publish(self._next, json.dumps(request).encode(), reply=reply)
        found: list[Msg] = []
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while len(found) < limit:
            try:
                message = await self._subscription.next_msg(max(deadline - loop.time(), 0.001))
            except TimeoutError:
                break
            status = _status(message)
            if status is None:
                found.append(message)
            elif message.subject == reply and status in _NO_MORE:
                break
        return found


def _status(message: Msg) -> str | None:
    """Give the status of a message from the broker itself, None for an event."""
    headers = message.headers
    return headers.get("Status") if headers and not message.data else None
