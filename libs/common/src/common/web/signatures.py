"""Signed messages (RFC 9421, ed25519): on everything that moves money.

A signature covers method, target address, content type and the digest of the body; it carries
`created`, `expires`, a nonce and the key id. The verifier compares the digest with the body,
requires all of these components, and accepts a nonce once.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from fastapi import Depends, Request
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

from common.database.session import AsyncSession
from common.kernel.errors import Conflict, Unauthenticated
from common.runtime.clock import system_now
from common.sealing.fields import key_from_base64
from common.web import signature_store
from common.web.context import context_of

COMPONENTS = ("@method", "@target-uri", "content-type", "content-digest")
VALID_FOR = timedelta(minutes=5)
_SKEW = timedelta(seconds=30)
_NONCE_CHARACTERS_MIN = 16


class SignatureInvalid(Unauthenticated):
    """The message is not signed, not by a known key, not over what matters, or not any more."""

    code = "signature_invalid"
    title = "Chữ ký của thông điệp không hợp lệ"


class SignatureReplayed(Conflict):
    """This very signed message was accepted before."""

    code = "signature_replayed"
    title = "Thông điệp đã ký này đã được nhận trước đó"


def private_key_from_base64(seed: str) -> Ed25519PrivateKey:
    """Read a signing key: a 32-byte ed25519 seed in base64."""
    return Ed25519PrivateKey.from_private_bytes(key_from_base64(seed))


def public_key_from_base64(text: str) -> Ed25519PublicKey:
    """Read a partner's verification key: 32 bytes in base64."""
    return Ed25519PublicKey.from_public_bytes(key_from_base64(text))


def public_key_base64(seed: str) -> str:
    """Give the public key (base64) that belongs to a seed (base64)."""
    raw = private_key_from_base64(seed).public_key().public_bytes_raw()
    return base64.b64encode(raw).decode()


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        del key_id
        return self._private

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        del key_id
        return self._private.public_key()


class MessageSigner(httpx.Auth):
    """Signs requests: `await http.post(url, content=..., auth=MessageSigner(key_id, seed))`.

    Each sending gets a new nonce, so a repeated request is another signed message; what must not
    happen twice is kept apart by its own reference.
    """

    requires_request_body = True

    def __init__(self, key_id: str, seed: str, *, authorization: str | None = None) -> None:
        """Sign as `key_id` with a base64 seed; `authorization` is sent along (`Bearer ...`)."""
        self._key_id = key_id
        self._authorization = authorization
        self._signer = HTTPMessageSigner(
            signature_algorithm=algorithms.ED25519,
            key_resolver=_OneKey(private_key_from_base64(seed)),
        )

    def sign(self, request: httpx.Request) -> None:
        """Sign a request in place; its body must have been read."""
        now = system_now()
        request.headers.setdefault("Content-Type", "application/octet-stream")
        if self._authorization is not None:
            request.headers["Authorization"] = self._authorization
        request.headers.pop("Content-Digest", None)
        self._signer.sign(
            request,
            key_id=self._key_id,
            created=now,
            expires=now + VALID_FOR,
            nonce=secrets.token_urlsafe(18),
            label="sig1",
            covered_component_ids=COMPONENTS[:-1],
            body=request.content,
        )

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign, then send."""
        request.read()
        self.sign(request)
        yield request

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign, then send."""
        await request.aread()
        self.sign(request)
        yield request


@dataclass(frozen=True)
class _Message:
    method: str
    url: str
    headers: Mapping[str, str]


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, keys: Callable[[str], str | None]) -> None:
        self._keys = keys

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        msg = f"{key_id!r} belongs to a partner: there is no private key here"
        raise LookupError(msg)

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        text = self._keys(key_id)
        if text is None:
            msg = "unknown key"
            raise HTTPMessageSignaturesException(msg)
        return public_key_from_base64(text)


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = _SKEW


@dataclass(frozen=True)
class SignedMessage:
    """A message whose signature was verified: these bytes, by this key."""

    key_id: str
    body: bytes
    nonce: str
    expires_at: datetime

    async def accept(self, session: AsyncSession) -> None:
        """Remember the nonce in the transaction of the effect, and refuse it the second time.

        Raises:
            SignatureReplayed: it was accepted before (409).
        """
        if not await signature_store.remember(session, self.key_id, self.nonce, self.expires_at):
            raise SignatureReplayed


def verify_message(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: Callable[[str], str | None],
) -> SignedMessage:
    """Verify a signed request.

    Args:
        method: in capitals.
        url: the public address that the sender used, with its query.
        headers: of the request; field lines of one name joined by a comma.
        body: the bytes as they arrived.
        keys: key id -> ed25519 public key in base64, or None.

    Raises:
        SignatureInvalid: the reason is not told, it would help a forger.
    """
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(keys))
    message = _Message(method=method, url=url, headers=headers)
    try:
        results = verifier.verify(
            message, max_age=VALID_FOR, require_components=COMPONENTS, body=body
        )
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise SignatureInvalid from error
    if len(results) != 1 or results[0].body is None:
        raise SignatureInvalid
    return _checked(results[0].parameters, body)


def _checked(parameters: Mapping[str, Any], body: bytes) -> SignedMessage:
    nonce, expires = parameters.get("nonce"), parameters.get("expires")
    if not isinstance(nonce, str) or len(nonce) < _NONCE_CHARACTERS_MIN:
        raise SignatureInvalid
    if not isinstance(expires, int) or expires - parameters["created"] > VALID_FOR.total_seconds():
        raise SignatureInvalid
    return SignedMessage(
        key_id=str(parameters["keyid"]),
        body=body,
        nonce=nonce,
        expires_at=datetime.fromtimestamp(expires, UTC) + _SKEW,
    )


def SignedBody(keys: Callable[[Request, str], str | None]) -> Any:  # noqa: N802 - reads as a type
    """Make the dependency that verifies a signed request before its route runs.

    Use: `message: Annotated[SignedMessage, SignedBody(partner_key)]`, then, in the route's
    transaction, `await message.accept(session)`. A route with a parsed body has both.

    Args:
        keys: (request, key id) -> base64 public key or None; find the settings with
            `context_of(request).settings`.
    """

    async def verified(request: Request) -> SignedMessage:
        body = await request.body()
        joined = {name: ", ".join(request.headers.getlist(name)) for name in request.headers}
        return verify_message(
            request.method,
            public_address(request),
            joined,
            body,
            lambda key_id: keys(request, key_id),
        )

    return Depends(verified)


def public_address(request: Request) -> str:
    """Give the address as the sender used it.

    That is the setting `public_url` when the service is behind a proxy, else what the request says.
    """
    public = str(getattr(context_of(request).settings, "public_url", "") or "").rstrip("/")
    if not public:
        return str(request.url)
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.scope.get("raw_path") or request.url.path.encode()
    return f"{public}{path.decode('ascii').split('?', 1)[0]}{query}"


async def forget_nonces(session: AsyncSession) -> int:
    """Delete nonces of signatures that have expired anyway; gives how many."""
    return await signature_store.forget(session)
