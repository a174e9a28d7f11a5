"""Calls to banks and the post office: signed messages over OAuth2 client credentials."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import httpx
from pydantic import SecretStr

from common.web.client_tokens import ClientCredentials
from common.web.signatures import MessageSigner
from disbursement.partners.formats.registry import ADAPTERS

KEY_ID = "disbursement"
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
DEADLINE_SECONDS = 30.0
"""For one exchange as a whole: a partner that sends a byte now and then keeps nobody longer."""
ANSWER_BYTES_MAX = 64 * 1024
LONGEST_PAUSE_SECONDS = 300.0
_DOUBLINGS_MAX = 16
_REFUSED = frozenset({400, 409, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class SendingAnswer:
    """How a call ended: taken, refused for good, or nobody knows."""

    outcome: Literal["sent", "unknown", "refused"]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class InquiryAnswer:
    """Whether the partner has the file; None: it did not say."""

    received: bool | None
    matches: bool = True


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file with everything that the partner is told about it."""

    partner: str
    reference: str
    content: bytes
    lines: int
    total: int
    execution_date: str

    def __repr__(self) -> str:
        """Never show the content."""
        return f"OutgoingFile({self.reference})"


@dataclass(frozen=True, slots=True)
class PartnerSettings:
    """Where partners are, and who we are to them."""

    urls: Mapping[str, str]
    signing_key: str
    token_url: str
    client_id: str
    client_secret: SecretStr
    deadline_seconds: float = DEADLINE_SECONDS
    retry_seconds: float = 2.0

    def __repr__(self) -> str:
        """Never show a key."""
        return "PartnerSettings(...)"


class PartnerGateway:
    """Sends files and asks what became of them. Never repeats a call on its own."""

    @property
    def partners(self) -> list[str]:
        """Partners with an address; the others fetch their lists themselves."""
        return sorted(self._settings.urls)

    def pause_after(self, tries: int) -> timedelta:
        """Give how long to wait after so many vain sendings and inquiries: doubled each time."""
        doubled = self._settings.retry_seconds * 2 ** min(tries, _DOUBLINGS_MAX)
        return timedelta(seconds=min(doubled, LONGEST_PAUSE_SECONDS))

    def __init__(self, http: httpx.AsyncClient, settings: PartnerSettings) -> None:
        """Use the service's HTTP client."""
        self._http = http
        self._settings = settings
        self._credentials = (
            ClientCredentials(
                http,
                token_url=settings.token_url,
                client_id=settings.client_id,
                client_secret=settings.client_secret,
            )
            if settings.token_url
            else None
        )

    async def send(self, file: OutgoingFile) -> SendingAnswer:
        """Send a file once; anything but a clear answer is of unknown outcome."""
        try:
            response = await self._exchange(
                "POST",
                f"{self._settings.urls[file.partner]}/lists",
                content=file.content,
                headers={
                    "Content-Type": ADAPTERS[file.partner].media_type,
                    "X-List-Reference": file.reference,
                    "X-Execution-Date": file.execution_date,
                },
            )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return SendingAnswer("unknown", type(error).__name__)
        if response.status_code in _REFUSED:
            return SendingAnswer("refused", f"http_{response.status_code}")
        if not response.is_success:
            return SendingAnswer("unknown", f"http_{response.status_code}")
        if not _same(response, file):
            return SendingAnswer("refused", "answer_differs")
        return SendingAnswer("sent")

    async def inquire(self, file: OutgoingFile) -> InquiryAnswer:
        """Ask whether a file arrived. Only "not received" allows to send it again."""
        try:
            response = await self._exchange(
                "GET", f"{self._settings.urls[file.partner]}/lists/{file.reference}"
            )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return InquiryAnswer(None)
        if response.status_code == httpx.codes.NOT_FOUND:
            return InquiryAnswer(False)
        if not response.is_success:
            return InquiryAnswer(None)
        return InquiryAnswer(True, matches=_same(response, file))

    async def _exchange(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Ask once; the whole exchange, token included, has one deadline and one largest answer.

        Raises:
            httpx.HTTPError, TimeoutError: nobody knows whether the partner took it.
        """
        async with asyncio.timeout(self._settings.deadline_seconds):
            signer = await self._signer()
            asked = self._http.stream(
                method, url, content=content, headers=headers, auth=signer, timeout=TIMEOUT
            )
            async with asked as response:
                answer = bytearray()
                async for part in response.aiter_bytes():
                    answer += part
                    if len(answer) > ANSWER_BYTES_MAX:
                        raise httpx.DecodingError("the answer is too large")
                return httpx.Response(response.status_code, content=bytes(answer))

    async def _signer(self) -> MessageSigner:
        token = await self._credentials.token() if self._credentials else None
        return MessageSigner(
            KEY_ID,
            self._settings.signing_key,
            authorization=f"Bearer {token}" if token else None,
        )


def _same(response: httpx.Response, file: OutgoingFile) -> bool:
    """Tell whether the partner speaks of the same list: count, sum and, if told, its digest."""
    try:
        answer = response.json()
    except ValueError:
        return False
    if not isinstance(answer, dict):
        return False
    digest = answer.get("digest")
    return (
        answer.get("count") == file.lines
        and answer.get("sum") == file.total
        and digest in {None, hashlib.sha256(file.content).hexdigest()}
    )
