"""Signed messages (RFC 9421, ed25519): on everything that moves money.

A signature covers method, target address, content type and the digest of the body; it carries
`created`, `expires`, a nonce and the key id. The verifier compares the digest with the body,
requires all of these components, and accepts a nonce once.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from fastapi import Request
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


SignatureCheck = Literal[
    "missing", "malformed", "keyid", "created", "expires", "nonce", "components", "digest",
    "signature",
]  # fmt: skip
"""The checks of a signature, in the order in which they are made."""

_CHECK_TEXTS: Mapping[SignatureCheck, str] = {
    "missing": "Thiếu tiêu đề Signature hoặc Signature-Input.",
    "malformed": "Không đọc được tiêu đề Signature hoặc Signature-Input.",
    "keyid": "Khóa nêu ở keyid không được đăng ký, hoặc không có hiệu lực vào lúc này.",
    "created": "Thời điểm ký (created) ở tương lai hoặc đã quá 5 phút.",
    "expires": "Chữ ký thiếu expires, đã hết hạn, hoặc có hạn dài hơn 5 phút.",
    "nonce": "Chữ ký thiếu nonce, hoặc nonce ngắn hơn 16 ký tự.",
    "components": "Chữ ký phải phủ @method, @target-uri, content-type và content-digest.",
    "digest": "Content-Digest không khớp với nội dung gửi lên.",
    "signature": "Chữ ký không khớp với khóa đã đăng ký và các thành phần được ký.",
}


class SignatureInvalid(
    Unauthenticated, code="signature_invalid", title="Chữ ký của thông điệp không hợp lệ"
):
    """The message is not signed, not by a known key, not over what matters, or not any more.

    `check` names the check that failed: the caller is authenticated already and has to find its
    own mistake.
    """

    def __init__(self, check: SignatureCheck = "signature") -> None:
        """Name the check that failed."""
        super().__init__(_CHECK_TEXTS[check], check=check)


class SignatureReplayed(
    Conflict, code="signature_replayed", title="Thông điệp đã ký này đã được nhận trước đó"
):
    """This very signed message was accepted before."""


def private_key_from_base64(seed: str) -> Ed25519PrivateKey:
    """Read a signing key: a 32-byte ed25519 seed in base64."""
    return Ed25519PrivateKey.from_private_bytes(key_from_base64(seed))


def public_key_from_base64(text: str) -> Ed25519PublicKey:
    """Read a partner's verification key: 32 bytes in base64."""
    return Ed25519PublicKey.from_public_bytes(key_from_base64(text))


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

    def parameters(self, message: _Message) -> tuple[dict[str, Any], frozenset[str]]:
        """Read the parameters of the only signature, and what it covers, before any check."""
        inputs = list(self._get_sig_inputs_and_signatures(message))  # type: ignore[no-untyped-call]
        (_, signature_input, _), *_ = inputs
        covered = frozenset(str(item.value) for item in signature_input)
        return dict(signature_input.params), covered


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
        SignatureInvalid: with the check that failed.
    """
    if not {"signature", "signature-input"} <= {name.lower() for name in headers}:
        raise SignatureInvalid("missing")
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(keys))
    message = _Message(method=method, url=url, headers=headers)
    try:
        parameters, covered = verifier.parameters(message)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise SignatureInvalid("malformed") from error
    _check_parameters(parameters, covered, keys)
    try:
        results = verifier.verify(message, max_age=VALID_FOR, require_components=COMPONENTS)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise SignatureInvalid("signature") from error
    try:
        (result,) = verifier.verify_body(message, results, body)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise SignatureInvalid("digest") from error
    if result.body is None:
        raise SignatureInvalid("digest")
    return SignedMessage(
        key_id=str(parameters["keyid"]),
        body=body,
        nonce=str(parameters["nonce"]),
        expires_at=datetime.fromtimestamp(parameters["expires"], UTC) + _SKEW,
    )


def _check_parameters(
    parameters: Mapping[str, Any], covered: frozenset[str], keys: Callable[[str], str | None]
) -> None:
    """Check all that can be checked without the key, so that the failing check has a name."""
    key_id, now = parameters.get("keyid"), system_now().timestamp()
    if not isinstance(key_id, str) or keys(key_id) is None:
        raise SignatureInvalid("keyid")
    created, expires = parameters.get("created"), parameters.get("expires")
    oldest = now - VALID_FOR.total_seconds() - _SKEW.total_seconds()
    if not isinstance(created, int) or not oldest <= created <= now + _SKEW.total_seconds():
        raise SignatureInvalid("created")
    longest = created + VALID_FOR.total_seconds()
    if not isinstance(expires, int) or not now - _SKEW.total_seconds() <= expires <= longest:
        raise SignatureInvalid("expires")
    nonce = parameters.get("nonce")
    if not isinstance(nonce, str) or not _NONCE_CHARACTERS_MIN <= len(nonce) <= 128:
        raise SignatureInvalid("nonce")
    if not covered.issuperset(COMPONENTS):
        raise SignatureInvalid("components")


async def verify_request(request: Request, keys: Callable[[str], str | None]) -> SignedMessage:
    """Verify a request as it arrived, under the public address that its sender used.

    Raises:
        SignatureInvalid: with the check that failed.
    """
    body = await request.body()
    joined = {name: ", ".join(request.headers.getlist(name)) for name in request.headers}
    return verify_message(request.method, public_address(request), joined, body, keys)


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
