"""Calls to banks and the post office: signed messages over OAuth2 client credentials."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import httpx
from pydantic import SecretStr

from common.web.addresses import AddressNotAllowed
from common.web.client_tokens import ClientCredentials
from common.web.signatures import MessageSigner
from disbursement.directory.domain import Partner

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

    partner: Partner
    reference: str
    media_type: str
    extension: str
    content: bytes
    lines: int
    total: int
    execution_date: str

    def __repr__(self) -> str:
        """Never show the content."""
        return f"OutgoingFile({self.reference})"


@dataclass(frozen=True, slots=True)
class PartnerSettings:
    """Who we are to partners; where they are stands in their rows."""

    signing_key: str
    token_url: str
    client_id: str
    client_secret: SecretStr
    deadline_seconds: float = DEADLINE_SECONDS
    retry_seconds: float = 2.0
    folder: Path | None = None
    """Where partners of the delivery mode `folder` have their folders."""

    def __repr__(self) -> str:
        """Never show a key."""
        return "PartnerSettings(...)"


class PartnerGateway:
    """Sends files and asks what became of them. Never repeats a call on its own."""

    def pause_after(self, tries: int) -> timedelta:
        """Give how long to wait after so many vain sendings and inquiries: doubled each time."""
        doubled = self._settings.retry_seconds * 2 ** min(tries, _DOUBLINGS_MAX)
        return timedelta(seconds=min(doubled, LONGEST_PAUSE_SECONDS))

    def __init__(
        self, http: httpx.AsyncClient, outside: httpx.AsyncClient, settings: PartnerSettings
    ) -> None:
        """Use the service's clients: `http` for our own issuer, `outside` for partners."""
        self._http = http
        self._outside = outside
        self._settings = settings
        self._credentials: dict[str, ClientCredentials] = {}

    async def send(self, file: OutgoingFile) -> SendingAnswer:
        """Hand a file over once; anything but a clear answer is of unknown outcome."""
        if file.partner.delivery == "folder":
            return await asyncio.to_thread(self._drop, file)
        try:
            response = await self._exchange(
                "POST",
                file.partner,
                "/lists",
                content=file.content,
                headers={
                    "Content-Type": file.media_type,
                    "X-List-Reference": file.reference,
                    "X-Execution-Date": file.execution_date,
                },
            )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, AddressNotAllowed) as error:
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
        if file.partner.delivery == "folder":
            return await asyncio.to_thread(self._dropped, file)
        try:
            response = await self._exchange("GET", file.partner, f"/lists/{file.reference}")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, AddressNotAllowed):
            return InquiryAnswer(None)
        if response.status_code == httpx.codes.NOT_FOUND:
            return InquiryAnswer(False)
        if not response.is_success:
            return InquiryAnswer(None)
        return InquiryAnswer(True, matches=_same(response, file))

    def _drop(self, file: OutgoingFile) -> SendingAnswer:
        """Put a file into the partner's folder as a whole: written beside, then renamed."""
        target = self._place(file)
        if target is None:
            return SendingAnswer("unknown", "no_folder")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_name(f".{target.name}.part")
            with unfinished.open("wb") as written:
                written.write(file.content)
                written.flush()
                os.fsync(written.fileno())
            unfinished.replace(target)
        except OSError as error:
            return SendingAnswer("unknown", type(error).__name__)
        return SendingAnswer("sent")

    def _dropped(self, file: OutgoingFile) -> InquiryAnswer:
        target = self._place(file)
        if target is None:
            return InquiryAnswer(None)
        try:
            content = target.read_bytes()
        except FileNotFoundError:
            return InquiryAnswer(False)
        except OSError:
            return InquiryAnswer(None)
        return InquiryAnswer(True, matches=content == file.content)

    def _place(self, file: OutgoingFile) -> Path | None:
        """Give where a file lies: `<folder>/<partner's folder>/out/<reference>.<extension>`."""
        if self._settings.folder is None:
            return None
        name = f"{file.reference}.{file.extension}"
        return self._settings.folder / file.partner.address / "out" / name

    async def _exchange(
        self,
        method: str,
        partner: Partner,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Ask once; the whole exchange, token included, has one deadline and one largest answer.

        Raises:
            httpx.HTTPError, TimeoutError: nobody knows whether the partner took it.
        """
        url = f"{partner.address.rstrip('/')}{path}"
        async with asyncio.timeout(self._settings.deadline_seconds):
            signer = await self._signer(partner)
            asked = self._outside.stream(
                method, url, content=content, headers=headers, auth=signer, timeout=TIMEOUT
            )
            async with asked as response:
                answer = bytearray()
                async for part in response.aiter_bytes():
                    answer += part
                    if len(answer) > ANSWER_BYTES_MAX:
                        raise httpx.DecodingError("the answer is too large")
                return httpx.Response(response.status_code, content=bytes(answer))

    async def _signer(self, partner: Partner) -> MessageSigner:
        credentials = self._credentials_for(partner)
        token = await credentials.token() if credentials is not None else None
        return MessageSigner(
            KEY_ID,
            self._settings.signing_key,
            authorization=f"Bearer {token}" if token else None,
        )

    def _credentials_for(self, partner: Partner) -> ClientCredentials | None:
        token_url = partner.token_url or self._settings.token_url
        if token_url and token_url not in self._credentials:
            self._credentials[token_url] = ClientCredentials(
                self._outside if partner.token_url else self._http,
                token_url=token_url,
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret,
            )
        return self._credentials.get(token_url)


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
