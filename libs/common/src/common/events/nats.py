"""A thin wrapper over nats-py with the settings that survive outages."""

from __future__ import annotations

import logging
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.js.client import JetStreamContext

_LOG = logging.getLogger(__name__)


def inbox_prefix(service: str) -> str:
    """Give the private prefix of replies, so that no service can read another's."""
    return f"_INBOX_{service}"


class Nats:
    """One connection that reconnects for ever; a server that is down at start is no error."""

    def __init__(
        self,
        url: str,
        *,
        service: str,
        user: str | None = None,
        password: str | None = None,
        nkey_seed_file: Path | None = None,
    ) -> None:
        """Keep what is needed; `open` connects."""
        self._url = url
        self._service = service
        self._user = user
        self._password = password
        self._nkey_seed_file = nkey_seed_file
        self._client: Client | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the server answers now; never publish while it does not (nats-py would buffer)."""
        return self._client is not None and self._client.is_connected

    @property
    def client(self) -> Client:
        """The nats-py client.

        Raises:
            ConnectionError: there was no connection yet.
        """
        if self._client is None:
            msg = "NATS is not connected"
            raise ConnectionError(msg)
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """A JetStream context with a 5 s timeout per call."""
        return self.client.jetstream(timeout=5)

    async def open(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


_ = nats
