"""How often somebody may ask within a minute: an address, a program, a person, a person on one route.

Each process counts in memory and exchanges its counts with the other copies through the service's
database about once a second (docs/adr/0030). While the database does not answer, each copy goes on
with what it knows.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import asyncpg
import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from common import audit
from common.kernel.errors import TooManyRequests

if TYPE_CHECKING:
    from common.database.session import AsyncSession, Database
    from common.web.auth import Actor

_MINUTE = 60
_EXCHANGE_SECONDS = 1.0
_BUCKETS_MAX = 50_000
_log = structlog.get_logger(__name__)

Exchange = Callable[[int, Mapping[str, int]], Awaitable[Mapping[str, int]]]
"""Adds counts of a minute to the shared ones; gives the sums of all copies for the same buckets."""


class RateLimited(
    TooManyRequests,
    code="rate_limited",
    title="Gửi quá nhiều yêu cầu trong một phút, xin chờ rồi gửi tiếp",
):
    """More requests within this minute than one address, program, person or route may send."""


class RateLimits(BaseModel):
    """Requests a minute. `routes` limits one person on one route, by its operation id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: int = Field(default=3_000, ge=1, description="one address, without a good token")
    client: int = Field(default=60_000, ge=1, description="one program, for all its people")
    person: int = Field(default=3_000, ge=1, description="one person in one program")
    routes: dict[str, int] = Field(
        default={"start_simulation": 10, "start_sweep": 10, "compute_law_effect": 10},
        description="operation id -> one person on this route",
    )


class RequestRates:
    """The counts of one process, and what it knows of the other copies."""

    def __init__(
        self, limits: RateLimits, exchange: Exchange, now: Callable[[], float] = time.time
    ) -> None:
        """Start with nothing counted.

        Args:
            limits: requests a minute.
            exchange: adds to the shared counts.
            now: seconds since 1970.
        """
        self._limits = limits
        self._exchange = exchange
        self._now = now
        self._minute = 0
        self._all: dict[str, int] = {}
        self._unsent: dict[str, int] = {}
        self._exchanged_at = float("-inf")
        self._work: asyncio.Task[None] | None = None

    def check_caller(self, actor: Actor) -> None:
        """Count a request of a known caller.

        Raises:
            RateLimited: its program or this person has sent too many.
        """
        self._check(("client", actor.client_id), self._limits.client)
        if actor.subject not in {actor.client_id, f"client:{actor.client_id}"}:
            self._check(("person", actor.client_id, actor.subject), self._limits.person)

    def check_route(self, actor: Actor, operation: str) -> None:
        """Count a request of a known caller on a route.

        Raises:
            RateLimited: this person has called this route too often.
        """
        limit = self._limits.routes.get(operation)
        if limit is not None:
            self._check(("route", actor.client_id, actor.subject, operation), limit)

    def check_address(self, address: str) -> None:
        """Count a request without a good token.

        Raises:
            RateLimited: too many came from this address.
        """
        self._check(("address", address), self._limits.address)

    def _check(self, bucket: tuple[str, ...], limit: int) -> None:
        now = self._now()
        self._begin(int(now // _MINUTE))
        name = hashlib.sha256(json.dumps(bucket).encode()).hexdigest()[:32]
        if name not in self._all and len(self._all) >= _BUCKETS_MAX:
            name = bucket[0]
        self._all[name] = self._all.get(name, 0) + 1
        self._unsent[name] = self._unsent.get(name, 0) + 1
        self._exchange_soon()
        if self._all[name] > limit:
            if self._all[name] > limit + 1:
                audit.mark_repeated()
            wait = _MINUTE - int(now % _MINUTE)
            raise RateLimited(limit=limit, limited=bucket[0], retry_after=wait)

    def _begin(self, minute: int) -> None:
        if minute != self._minute:
            self._minute, self._all, self._unsent = minute, {}, {}

    def _exchange_soon(self) -> None:
        if time.monotonic() - self._exchanged_at < _EXCHANGE_SECONDS:
            return
        if self._work is None or self._work.done():
            self._exchanged_at = time.monotonic()
            self._work = asyncio.get_running_loop().create_task(self.exchange())

    async def exchange(self) -> None:
        """Send what was counted since the last time, and take what the other copies counted."""
        self._begin(int(self._now() // _MINUTE))
        minute, sent, self._unsent = self._minute, self._unsent, {}
        try:
            sums = await self._exchange(minute, sent)
        except (OSError, RuntimeError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("request_counts_not_exchanged", error=type(error).__name__)
            return
        if minute == self._minute:
            for name, total in sums.items():
                self._all[name] = total + self._unsent.get(name, 0)


def exchange_through(database: Database) -> Exchange:
    """Exchange counts through the service's database."""

    async def exchange(minute: int, counts: Mapping[str, int]) -> Mapping[str, int]:
        pool = await database.plain()
        rows = await pool.fetch(
            "INSERT INTO request_count (minute, bucket, requests)"
            " SELECT $1, bucket, requests FROM unnest($2::text[], $3::bigint[])"
            " AS sent (bucket, requests) ORDER BY bucket"
            " ON CONFLICT (minute, bucket)"
            " DO UPDATE SET requests = request_count.requests + excluded.requests"
            " RETURNING bucket, requests",
            minute,
            list(counts),
            list(counts.values()),
        )
        return {row["bucket"]: row["requests"] for row in rows}

    return exchange


async def forget_counts(session: AsyncSession) -> None:
    """Delete the counts of minutes that are over."""
    await session.execute(
        text(
            "DELETE FROM request_count"
            " WHERE minute < extract(epoch FROM now() - interval '10 minutes')::bigint / 60"
        )
    )
