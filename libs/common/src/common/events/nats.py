"""A thin wrapper over nats-py with the settings that survive outages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path
from typing import Any

import nats
import nats.errors
from nats.aio.client import Client
from nats.js.client import JetStreamContext

_LOG = logging.getLogger(__name__)
_CALL_SECONDS = 5
_DRAIN_SECONDS = 10


def inbox_prefix(user: str) -> str:
    """Give the private prefix of replies, so that no service can read another's."""
    return f"_INBOX_{user}"


class Nats:
    """One connection that comes back by itself; a server that is down at start is no error."""

    def __init__(
        self,
        url: str,
        *,
        service: str,
        user: str | None = None,
        password: str | None = None,
        nkey_seed_file: Path | None = None,
    ) -> None:
        """Keep what is needed; `open` connects.

        Args:
            url: `nats://host:port`, without secrets.
            service: names the connection and its private inbox.
            user: with `password`; leave both out with an nkey.
            password: see `user`.
            nkey_seed_file: a file with the seed of the service's nkey.
        """
        self._service = service
        self._options: dict[str, Any] = {"servers": [url]}
        if nkey_seed_file is not None:
            self._options["nkeys_seed"] = str(nkey_seed_file)
        elif user is not None:
            self._options |= {"user": user, "password": password}
        self._client: Client | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        self.connections = 0
        """How often a connection was made: a change means that the server may have changed."""

    @property
    def is_connected(self) -> bool:
        """Whether the server answers now; never publish while it does not: nats-py would buffer."""
        return self._client is not None and self._client.is_connected

    @property
    def client(self) -> Client:
        """The nats-py client of now; after an outage it can be another one.

        Raises:
            ConnectionError: there is no connection.
        """
        if self._client is None or not self._client.is_connected:
            msg = "NATS is not connected"
            raise ConnectionError(msg)
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream, with a limit of 5 s for every call.

        Raises:
            ConnectionError: there is no connection.
        """
        return self.client.jetstream(timeout=_CALL_SECONDS)

    async def open(self, *, wait_seconds: float = 2.0) -> None:
        """Begin to connect and wait a little for it; later success or loss is handled behind."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name=f"nats-{self._service}")
        with contextlib.suppress(TimeoutError):
            await self.wait_connected(wait_seconds)

    async def wait_connected(self, seconds: float) -> None:
        """Wait until the server answers.

        Raises:
            TimeoutError: it did not within `seconds`.
        """
        async with asyncio.timeout(seconds):
            while not self.is_connected:  # noqa: ASYNC110 - nats-py has no event for it
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Send what is buffered and close; readers must have stopped before."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
        client, self._client = self._client, None
        if client is None or client.is_closed:
            return
        try:
            if client.is_connected:
                await asyncio.wait_for(client.drain(), _DRAIN_SECONDS)
            else:
                await asyncio.wait_for(client.close(), _DRAIN_SECONDS)
        except (TimeoutError, nats.errors.Error, OSError) as error:
            _LOG.warning("nats_close_incomplete: %s", type(error).__name__)

    async def _keep(self) -> None:
        """Connect, and connect anew whenever nats-py gives a connection up for good."""
        while True:
            self._gone.clear()
            client = Client()
            try:
                await client.connect(
                    **self._options,
                    name=self._service,
                    inbox_prefix=inbox_prefix(self._service),
                    connect_timeout=3,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=1,
                    ping_interval=10,
                    max_outstanding_pings=2,
                    drain_timeout=_DRAIN_SECONDS,
                    error_cb=self._on_error,
                    reconnected_cb=self._on_connected,
                    closed_cb=self._on_closed,
                )
            except (OSError, TimeoutError, nats.errors.Error) as error:
                _LOG.warning("nats_unreachable: %s", type(error).__name__)
            else:
                self._client = client
                await self._on_connected()
                await self._gone.wait()
                _LOG.error("nats_connection_given_up")
            await asyncio.sleep(1)

    async def _on_connected(self) -> None:
        self.connections += 1
        _LOG.info("nats_connected: %s", self._service)

    async def _on_closed(self) -> None:
        self._gone.set()

    async def _on_error(self, error: Exception) -> None:
        # A refused permission is seen nowhere else: the caller only meets a timeout.
        _LOG.error("nats_error: %s", error)
