"""Access tokens of any OpenID Connect provider, verified against its published keys."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import extract_compact

from common.kernel.errors import Unauthenticated, Unavailable
from common.web.token_rules import (
    ACCESS_TYPES,
    LEEWAY_SECONDS,
    LOGOUT_TYPES,
    claims_refusal,
    header_refusal,
    logout_refusal,
)

ALGORITHMS = ("EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256")
"""Asymmetric only: a symmetric algorithm would let a verifier mint tokens."""

_FRESH_SECONDS = 600.0
_MIN_REFETCH_SECONDS = 5.0
_MAX_TOKEN_CHARACTERS = 16_384
_VERIFIED_SECONDS = 30.0
"""How long a verified signature need not be verified again; far shorter than keys are kept."""
_VERIFIED_MAX = 2_000

_log = structlog.get_logger(__name__)


class TokenInvalid(
    Unauthenticated, code="token_invalid", title="Mã truy cập không hợp lệ hoặc đã hết hạn"
):
    """The bearer token is malformed, expired, of another issuer or not signed by a known key."""

    def __init__(self, reason: str = "malformed") -> None:
        """Keep the reason for the log; it is no part of the answer."""
        super().__init__()
        self.reason = reason


class IssuerUnavailable(
    Unavailable, code="issuer_unavailable", title="Chưa liên lạc được với hệ thống đăng nhập"
):
    """The identity provider's keys were never read and cannot be read now."""


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """Whom to trust, and how long.

    `jwks_url` is https (or http inside the host), or a `file:` address; without one the issuer's
    discovery document names it. Keys that could not be read again for `key_age_max` seconds count
    no longer: one of them may have been withdrawn. `lifetime_max` is the longest life of a token.
    """

    issuer: str
    audience: str
    jwks_url: str = ""
    key_age_max: float = 6 * 3600.0
    lifetime_max: float = 12 * 3600.0


class TokenVerifier:
    """Checks tokens; keeps the issuer's keys, so that its outage does not stop the service."""

    def __init__(
        self,
        oidc: OidcSettings,
        http: httpx.AsyncClient | None = None,
        *,
        refetch_seconds: float = _MIN_REFETCH_SECONDS,
    ) -> None:
        """Remember whom to trust; nothing is fetched before the first token arrives.

        Args:
            oidc: the issuer, the audience that tokens must name, and the address of the keys.
            http: client to fetch keys with; one with short timeouts is made when absent.
            refetch_seconds: unknown key ids do not make us ask the issuer more often than this.
        """
        self._oidc = oidc
        self._http = http
        self._refetch_seconds = refetch_seconds
        self._keys: dict[str, KeySet] = {}
        self._fetched_at = float("-inf")
        self._attempted_at = float("-inf")
        self._known_at = float("-inf")
        self._lock = asyncio.Lock()
        self._verified: dict[str, tuple[float, dict[str, Any]]] = {}

    async def verify(self, token: str) -> dict[str, Any]:
        """Return the claims of a good token.

        Raises:
            TokenInvalid: anything about the token is wrong.
            IssuerUnavailable: no keys are known and none can be fetched.
        """
        until, claims = self._verified.get(token, (float("-inf"), {}))
        if time.monotonic() < until and time.time() < claims["exp"] + LEEWAY_SECONDS:
            return dict(claims)
        try:
            claims = await self._verified_claims(token)
        except TokenInvalid as error:
            # The caller is not told: it would help a forger.
            _log.info("token_refused", reason=error.reason)
            raise
        if len(self._verified) >= _VERIFIED_MAX:
            self._verified.clear()
        self._verified[token] = (time.monotonic() + _VERIFIED_SECONDS, claims)
        return dict(claims)

    async def _verified_claims(self, token: str) -> dict[str, Any]:
        key_id = _key_id(token)
        keys = await self._keys_for(key_id)
        try:
            with warnings.catch_warnings():
                # RFC 9864 renames EdDSA to Ed25519; providers will send the old name for years.
                warnings.simplefilter("ignore", SecurityWarning)
                decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            self._claims().validate(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise TokenInvalid(type(error).__name__) from error
        reason = claims_refusal(decoded.claims, time.time(), self._oidc.lifetime_max)
        if reason is not None:
            raise TokenInvalid(reason)
        return dict(decoded.claims)

    @property
    def lifetime_max(self) -> float:
        """The longest life of a token in seconds."""
        return self._oidc.lifetime_max

    async def verify_logout(self, token: str) -> dict[str, Any]:
        """Return the claims of a good logout token (OpenID Connect Back-Channel Logout 1.0).

        Raises:
            TokenInvalid: anything about it is wrong.
            IssuerUnavailable: no keys are known and none can be fetched.
        """
        keys = await self._keys_for(_key_id(token, LOGOUT_TYPES))
        try:
            claims = dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
            registry = jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._oidc.issuer},
                aud={"essential": True, "value": self._oidc.audience},
                iat={"essential": True},
            )
            registry.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise TokenInvalid(type(error).__name__) from error
        reason = logout_refusal(claims, time.time())
        if reason is not None:
            raise TokenInvalid(reason)
        return claims

    def _claims(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._oidc.issuer},
            aud={"essential": True, "value": self._oidc.audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def _keys_for(self, key_id: str) -> KeySet:
        known = self._keys.get(key_id)
        stale = time.monotonic() - self._fetched_at > _FRESH_SECONDS
        if known is None or stale:
            await self._refresh(force=known is None)
            known = self._keys.get(key_id)
        if time.monotonic() - self._known_at > self._oidc.key_age_max:
            raise IssuerUnavailable
        if known is None:
            raise TokenInvalid("unknown_key")
        return known

    def expire_keys(self) -> None:
        """Read the keys again at the next token (the old ones serve when that fails)."""
        self._fetched_at = self._attempted_at = float("-inf")
        self._verified.clear()

    async def _refresh(self, *, force: bool) -> None:
        """Fetch the keys, at most once per few seconds; keep the old ones when that fails."""
        async with self._lock:
            now = time.monotonic()
            fresh = now - self._fetched_at <= _FRESH_SECONDS
            if (fresh and not force) or now - self._attempted_at < self._refetch_seconds:
                if not self._keys:
                    raise IssuerUnavailable
                return
            self._attempted_at = now
            try:
                document = await self._fetch()
                found = _by_key_id(document)
            except (httpx.HTTPError, OSError, ValueError) as error:
                _log.warning("issuer_keys_unavailable", error=type(error).__name__)
                if not self._keys:
                    raise IssuerUnavailable from error
                return
            if found.keys() != self._keys.keys():
                # A key that was withdrawn vouches for nobody any longer.
                self._verified.clear()
            self._keys = found
            self._fetched_at = self._known_at = time.monotonic()

    async def _fetch(self) -> dict[str, Any]:
        address = urlsplit(self._oidc.jwks_url)
        if not self._oidc.jwks_url:
            return await self._get(await self._discovered())
        if address.scheme == "file":
            text = await asyncio.to_thread(Path(url2pathname(address.path)).read_bytes)
            return _as_object(json.loads(text))
        return await self._get(self._oidc.jwks_url)

    async def _discovered(self) -> str:
        """Read the address of the keys from the issuer (OpenID Connect Discovery 1.0)."""
        issuer = self._oidc.issuer.rstrip("/")
        document = await self._get(f"{issuer}/.well-known/openid-configuration")
        address = document.get("jwks_uri")
        if document.get("issuer") != self._oidc.issuer or not isinstance(address, str):
            msg = "the discovery document is of another issuer"
            raise ValueError(msg)
        if urlsplit(address).scheme != urlsplit(issuer).scheme:
            msg = "the keys lie at another kind of address than the issuer"
            raise ValueError(msg)
        return address

    async def _get(self, address: str) -> dict[str, Any]:
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=httpx.Timeout(3.0), follow_redirects=False)
        answer = await self._http.get(address)
        answer.raise_for_status()
        return _as_object(answer.json())

    async def close(self) -> None:
        """Close the client that was made here."""
        if self._http is not None:
            await self._http.aclose()


def _as_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not a key set")  # noqa: TRY004 - bad content, not a bad call
    return value


def _by_key_id(document: dict[str, Any]) -> dict[str, KeySet]:
    """Split a key set by `kid`; only public asymmetric signature keys are kept."""
    listed = document.get("keys")
    found: dict[str, KeySet] = {}
    for key in listed if isinstance(listed, list) else []:
        if not _usable(key):
            continue
        public = {name: value for name, value in key.items() if name not in _PRIVATE}
        # A key of a curve that we do not know must not hide the others.
        with contextlib.suppress(JoseError, ValueError, TypeError, KeyError):
            serialized: KeySetSerialization = {"keys": [public]}
            found[key["kid"]] = KeySet.import_key_set(serialized)
    if not found:
        raise ValueError("no usable key")
    return found


def _usable(key: object) -> bool:
    if not isinstance(key, dict) or not isinstance(key.get("kid"), str):
        return False
    return key.get("kty") in {"OKP", "EC", "RSA"} and key.get("use", "sig") == "sig"


_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def _key_id(token: str, types: frozenset[str] = ACCESS_TYPES) -> str:
    if len(token) > _MAX_TOKEN_CHARACTERS:
        raise TokenInvalid("length")
    try:
        header = extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise TokenInvalid from error
    reason = header_refusal(header, ALGORITHMS, types)
    if reason is not None:
        raise TokenInvalid(reason)
    return str(header["kid"])
