"""RFC 9421 message signatures as a partner of ours would do them (ed25519, content digest).

Deliberately not the services' own code: both sides follow the standard, and meet only on the wire.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from fastapi import HTTPException, Request
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

COMPONENTS = ("@method", "@target-uri", "content-type", "content-digest")
LIFETIME = timedelta(minutes=5)
SERVICE_KEY_ID = "disbursement"


def public_key_of(seed: str) -> str:
    """Give the public key (base64) of a 32-byte seed in base64."""
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


class Signer:
    """Signs requests with one key."""

    def __init__(self, key_id: str, seed: str) -> None:
        """Take the key's name and its 32-byte seed in base64."""
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
        self._key_id = key_id
        self._signer = HTTPMessageSigner(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(private_keys={key_id: key}, public_keys={}),
        )

    def sign(self, request: httpx.Request) -> httpx.Request:
        """Add digest and signature to a request with a body; gives the same request."""
        now = datetime.now(UTC)
        self._signer.sign(
            request,
            key_id=self._key_id,
            created=now,
            expires=now + LIFETIME,
            nonce=secrets.token_urlsafe(16),
            covered_component_ids=COMPONENTS,
            body=request.content,
        )
        return request


def verified_body(public_key: str) -> Callable[[Request], Awaitable[None]]:
    """Give a dependency that refuses (401) a body that disbursement has not signed."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(private_keys={}, public_keys={SERVICE_KEY_ID: key}),
    )

    async def verify(request: Request) -> None:
        try:
            results = verifier.verify(request, body=await request.body(), max_age=LIFETIME)
        except HTTPMessageSignaturesException as error:
            raise HTTPException(401, {"code": "signature_invalid"}) from error
        if not any(result.body is not None for result in results):
            raise HTTPException(401, {"code": "body_not_signed"})

    return verify
