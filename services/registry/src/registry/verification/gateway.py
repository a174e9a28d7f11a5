"""The population database behind a port: token, retries, a breaker, field names of call 037."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from common.kernel.errors import Unavailable
from common.web.client_tokens import ClientCredentials
from registry.settings import RegistrySettings

_ATTEMPTS = 3
_PAUSES = (0.2, 0.8)
_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_BREAK_AFTER = 5
_BREAK_SECONDS = 30.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class PopulationUnavailable(Unavailable):
    """The population database did not answer, or refused this office."""

    code = "population_unavailable"
    title = "Cơ sở dữ liệu quốc gia về dân cư chưa phản hồi"


@dataclass(frozen=True, slots=True)
class Query:
    """One question of call 037: who asks, for which procedure, about whom."""

    request_id: str
    official: str
    procedure: str
    personal_id: str
    full_name: str
    birth: dict[str, str]

    def body(self) -> dict[str, Any]:
        """Give the body with the field names of the service."""
        return {
            "MaYeuCau": self.request_id,
            "MaDVC": self.procedure,
            "MaTichHop": "037",
            "MaCanBo": self.official,
            "SoDinhDanh": self.personal_id,
            "HoVaTen": self.full_name.upper(),
            "NgayThangNamSinh": self.birth,
        }


class PopulationGateway:
    """Asks the population database; one for a run of checks."""

    def __init__(self, http: httpx.AsyncClient, settings: RegistrySettings) -> None:
        """Use the service's HTTP client and credentials."""
        self._http = http
        self._settings = settings
        self._credentials = ClientCredentials(
            http,
            token_url=settings.token_url,
            client_id=settings.population_client_id,
            client_secret=settings.population_client_secret,
            issuer=settings.oidc_issuer,
        )
        self._failures = 0
        self._broken_until = 0.0

    async def look_up(self, query: Query) -> dict[str, Any]:
        """Ask about one person.

        Raises:
            PopulationUnavailable: no answer after some attempts, or the breaker is open.
        """
        for attempt in range(_ATTEMPTS):
            if time.monotonic() < self._broken_until:
                raise PopulationUnavailable
            try:
                answer = await self._ask(query)
            except httpx.HTTPError as error:
                if not _may_pass(error):
                    self._count_failure()
                    raise PopulationUnavailable from error
            else:
                self._failures = 0
                return answer
            if attempt < len(_PAUSES):
                await asyncio.sleep(_PAUSES[attempt])
        self._count_failure()
        raise PopulationUnavailable

    async def _ask(self, query: Query) -> dict[str, Any]:
        token = await self._credentials.token()
        response = await self._http.post(
            f"{self._settings.population_url.rstrip('/')}/TraCuuThongTinCongDan",
            json=query.body(),
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
        )
        response.raise_for_status()
        try:
            answer = response.json()
        except ValueError as error:
            message = "the answer is no JSON"
            raise httpx.DecodingError(message, request=response.request) from error
        return answer if isinstance(answer, dict) else {}

    def _count_failure(self) -> None:
        self._failures += 1
        if self._failures >= _BREAK_AFTER:
            self._broken_until = time.monotonic() + _BREAK_SECONDS


def _may_pass(error: httpx.HTTPError) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _PASSING
    return isinstance(error, httpx.TransportError)
