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
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Subscription | None = None

    async def open(self) -> None:
        """Listen for answers; the connection takes the subscription along when it reconnects."""

        async def keep(message: Msg) -> None:
            self._arrived.put_nowait(message)

        self._subscription = await self._client.subscribe(f"{self._inbox}.*", cb=keep)

    async def close(self) -> None:
        """Stop listening; messages not yet acknowledged are delivered again later."""
        if self._subscription is not None and self._client.is_connected:
            await self._subscription.unsubscribe()
        self._subscription = None

    async def fetch(self, limit: int, wait_seconds: float) -> Sequence[Msg]:
        """Take all that is there, up to `limit`; when nothing is, wait for a first message.

        Returns:
            Nothing when none came within `wait_seconds`.

        Raises:
            ConnectionError, nats.errors.Error: the connection is gone.
        """
        found = await self._pull({"batch": limit, "no_wait": True}, limit, _SPARE_SECONDS)
        if found:
            return found
        waiting = {"batch": 1, "expires": int(wait_seconds * 1_000_000_000)}
        first = await self._pull(waiting, 1, wait_seconds + _SPARE_SECONDS)
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
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(deadline):
                while len(found) < limit:
                    message = await self._arrived.get()
                    status = _status(message)
                    if status is None:
                        found.append(message)
                    elif message.subject == reply and status in _NO_MORE:
                        break
        except TimeoutError:
            pass
        return found


def _status(message: Msg) -> str | None:
    """Give the status of a message from the broker itself, None for an event."""
    headers = message.headers
    return headers.get("Status") if headers and not message.data else None
