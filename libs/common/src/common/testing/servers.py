"""What tests need to know of the servers; `tests/conftest.py` gives it (`common` has none)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class PostgresServer(Protocol):
    """A running PostgreSQL with the roles `<service>_owner` and `<service>_app`."""

    def database_url(self, service: str, role: str = "app") -> str:
        """Give the address of a service's own database for a role."""

    def superuser_url(self, database: str = "postgres") -> str:
        """Give the address for the superuser."""


@dataclass(frozen=True, slots=True)
class NatsUser:
    """What a user may publish to and subscribe to, as in production."""

    publish: Sequence[str]
    subscribe: Sequence[str]


@dataclass(frozen=True, slots=True)
class NatsProgram:
    """The server program, and its users (`bootstrap` and the services) with their permissions."""

    binary: Path
    users: Mapping[str, NatsUser]
