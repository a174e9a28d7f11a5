"""What one running application knows; made by `common.runtime.service`, read by dependencies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from common.web.rate_limits import RateLimits, RequestRates, exchange_through
from common.web.revocation import RevokedSessions

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from common.database.session import Database
    from common.runtime.clock import BusinessClock
    from common.web.tokens import TokenVerifier


@dataclass(frozen=True, kw_only=True)
class ReadinessCheck:
    """One question of `/readyz`. `probe` returns normally when well and raises when not.

    A check that is not `required` turns the answer into "degraded", which is still ready: the
    outbox absorbs an outage of NATS, so it must not take the API down.
    """

    name: str
    probe: Callable[[], Awaitable[None]]
    required: bool = True


@dataclass(kw_only=True)
class AppContext:
    """The parts that routes reach through dependencies, and the state of the life cycle.

    `settings` is the service's own settings object. `cursor_key` signs paging cursors.
    `started` is set by the lifespan when everything is open; `draining` when SIGTERM arrived.
    """

    service: str
    title: str
    database: Database
    clock: BusinessClock
    settings: Any
    tokens: TokenVerifier
    cursor_key: bytes
    revoked: RevokedSessions = field(init=False)
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Scopes that a role of the log-in provider stands for."""
    rate_limits: RateLimits = field(default_factory=RateLimits)
    rates: RequestRates = field(init=False)
    step_up_seconds: float = 900.0
    """How long a log-in counts as fresh for signing, approving and sealing."""
    readiness: list[ReadinessCheck] = field(default_factory=list)
    started: bool = False
    draining: bool = False

    def __post_init__(self) -> None:
        """Make what depends on the database."""
        self.revoked = RevokedSessions(self.database)
        self.rates = RequestRates(self.rate_limits, exchange_through(self.database))


def context_of(connection: HTTPConnection) -> AppContext:
    """Give the context of the application that answers this request (`app.state.web`)."""
    return cast("AppContext", connection.app.state.web)
