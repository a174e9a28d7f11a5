"""The population database behind a port: token, retries, a breaker, field names of call 037."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from prometheus_client import Counter, Gauge

from common.kernel.errors import Unavailable
from common.web.client_tokens import ClientCredentials
from registry.settings import RegistrySettings

QUERIES = Counter(
    "population_queries_total", "Questions to the population database by outcome", ["outcome"]
)
BREAKER_OPEN = Gauge(
    "population_breaker_open", "1 while nobody is asked because nobody answered, else 0"
)
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class PopulationUnavailable(
    Unavailable,
    code="population_unavailable",
    title="Cơ sở dữ liệu quốc gia về dân cư chưa phản hồi",
):
    """The population database did not answer, or refused this office."""


class EmptyAnswer(httpx.TransportError):
    """An answer without a body: the other side has no connection (law-corrections §6)."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question of call 037: who asks, for which procedure, about whom.

    People who have no 12 digits are asked about by their former number (CMND).
    """

    request_id: str
    official: str
    procedure: str
    full_name: str
    birth: dict[str, str]
    personal_id: str | None = None
    former_number: str | None = None

    def body(self) -> dict[str, Any]:
        """Give the body with the field names of the service."""
        number = (
            {"SoDinhDanh": self.personal_id}
            if self.personal_id is not None
            else {"SoCMND": self.former_number}
        )
        return {
            "MaYeuCau": self.request_id,
            "MaDVC": self.procedure,
            "MaTichHop": "037",
            "MaCanBo": self.official,
            **number,
            "HoVaTen": self.full_name.upper(),
            "NgayThangNamSinh": self.birth,
        }


class Breaker:
    """Stops asking for a while after failures in a row; then one question tries, others wait."""

    def __init__(self, after: int, seconds: float) -> None:
        """Begin closed."""
        self._after = after
        self._seconds = seconds
        self._failures = 0
        self._open_until: float | None = None
        self._trying = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Let a question through, at once or after the one that tries; or not.

        Raises:
            PopulationUnavailable: it is open.
        """
        self._refuse_while_open()
        if not self._broken():
            yield
            return
        async with self._trying:
            self._refuse_while_open()
            if self._broken():
                yield
                if self._broken():
                    self._open()
                return
        yield

    def succeeded(self) -> None:
        """Close it."""
        self._failures, self._open_until = 0, None
        BREAKER_OPEN.set(0)

    def failed(self) -> None:
        """Count a question that got no answer in all its attempts."""
        self._failures += 1
        if self._failures >= self._after:
            self._open()

    def _broken(self) -> bool:
        return self._open_until is not None

    def _open(self) -> None:
        self._open_until = time.monotonic() + self._seconds
        BREAKER_OPEN.set(1)

    def _refuse_while_open(self) -> None:
        if self._open_until is not None and time.monotonic() < self._open_until:
            QUERIES.labels("not_asked").inc()
            raise PopulationUnavailable


_BREAKERS: WeakKeyDictionary[httpx.AsyncClient, Breaker] = WeakKeyDictionary()
"""One for a running service: every run of checks knows what the last one learnt."""


class PopulationGateway:
    """Asks the population database; one for a run of checks."""

    def __init__(self, http: httpx.AsyncClient, settings: RegistrySettings) -> None:
        """Use the service's HTTP client and credentials."""
        self._http = http
        self._settings = settings
        self._timeout = httpx.Timeout(settings.population_timeout_seconds, connect=3.0)
        self._credentials = ClientCredentials(
            http,
            token_url=settings.token_url,
            client_id=settings.population_client_id,
            client_secret=settings.population_client_secret,
            issuer=settings.oidc_issuer,
        )
        self._breaker = _BREAKERS.setdefault(
            http, Breaker(settings.population_break_after, settings.population_break_seconds)
        )

    async def look_up(self, query: Query) -> dict[str, Any]:
        """Ask about one person.

        Raises:
            PopulationUnavailable: no answer after some attempts, or the breaker is open.
        """
        for attempt in range(self._settings.population_attempts):
            if attempt:
                pause = min(_FIRST_PAUSE * 4 ** (attempt - 1), _LONGEST_PAUSE)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            async with self._breaker.admitted():
                answer = await self._try(query)
            if answer is not None:
                return answer
        self._breaker.failed()
        raise PopulationUnavailable

    async def _try(self, query: Query) -> dict[str, Any] | None:
        """Ask once; None when it is worth asking again."""
        try:
            answer = await self._ask(query)
        except httpx.HTTPError as error:
            QUERIES.labels("failed").inc()
            if not _may_pass(error):
                self._breaker.failed()
                raise PopulationUnavailable from error
            return None
        QUERIES.labels("answered").inc()
        self._breaker.succeeded()
        return answer

    async def _ask(self, query: Query) -> dict[str, Any]:
        token = await self._credentials.token()
        response = await self._http.post(
            f"{self._settings.population_url.rstrip('/')}/TraCuuThongTinCongDan",
            json=query.body(),
            headers={"Authorization": f"Bearer {token}"},
            timeout=self._timeout,
        )
        response.raise_for_status()
        if not response.content.strip():
            message = "the answer is empty"
            raise EmptyAnswer(message, request=response.request)
        try:
            answer = response.json()
        except ValueError as error:
            message = "the answer is no JSON"
            raise httpx.DecodingError(message, request=response.request) from error
        return answer if isinstance(answer, dict) else {}


def _may_pass(error: httpx.HTTPError) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _PASSING
    return isinstance(error, httpx.TransportError)
