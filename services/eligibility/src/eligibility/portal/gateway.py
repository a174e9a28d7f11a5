"""Calls to the portal: a token by client credentials, then one message at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from common.web.client_tokens import ClientCredentials

_OK = {"00", "0"}
_TRY_AGAIN = frozenset({401, 403, 408, 425, 429})


class PortalError(Exception):
    """The portal did not take a message. `refused`: trying again will not help."""

    def __init__(self, reason: str, *, refused: bool) -> None:
        """Keep a short reason without any value of the message."""
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


@dataclass(frozen=True)
class PortalGateway:
    """The portal as this service speaks to it."""

    http: httpx.AsyncClient
    portal_url: str
    credentials: ClientCredentials

    async def send_progress(self, body: Mapping[str, Any]) -> None:
        """Send `CapNhatTienDoHoSoMC`; the portal takes the same message again without effect.

        Raises:
            PortalError: it was not taken.
        """
        try:
            token = await self.credentials.token()
            answer = await self.http.post(
                f"{self.portal_url}/CapNhatTienDoHoSoMC",
                json=dict(body),
                headers={"Authorization": f"Bearer {token}"},
            )
        except httpx.HTTPError as error:
            raise PortalError(type(error).__name__, refused=False) from error
        if answer.is_success:
            _check_code(answer)
            return
        if answer.status_code in _TRY_AGAIN:
            self.credentials.forget()
        final = answer.is_client_error and answer.status_code not in _TRY_AGAIN
        raise PortalError(f"http_{answer.status_code}", refused=final)


def _check_code(answer: httpx.Response) -> None:
    """The portal answers 200 with an `error_code` of its own."""
    try:
        content = answer.json()
    except ValueError as error:
        raise PortalError("not_json", refused=False) from error
    code = str(content.get("error_code", "00")) if isinstance(content, dict) else "?"
    if code not in _OK:
        raise PortalError(f"error_code_{code[:10]}", refused=False)
