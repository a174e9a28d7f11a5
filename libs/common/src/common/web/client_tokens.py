"""Access tokens for calls to outside systems: OAuth 2 client credentials, kept while they are good."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import warnings
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import import_key
from pydantic import SecretStr

_EARLY_SECONDS = 30.0
_LIFETIME_SECONDS = 300.0
"""What is assumed when the answer does not say how long a token lives."""
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 60
_ALGORITHMS = {"EC": "ES256", "OKP": "EdDSA", "RSA": "PS256"}


class ClientCredentials:
    """One client's token: `headers={"Authorization": f"Bearer {await credentials.token()}"}`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        token_url: str,
        client_id: str,
        client_secret: SecretStr,
        issuer: str = "",
    ) -> None:
        """Keep who we are; nothing is asked before the first call.

        Args:
            http: the service's HTTP client.
            token_url: the token endpoint; empty: as `issuer` announces it.
            client_id: our name at the issuer.
            client_secret: our secret there; a private key as JWK (JSON) signs an assertion instead
                (private_key_jwt, RFC 7523), and no secret is sent.
            issuer: an OpenID Connect issuer, used only without `token_url`.
        """
        self._http = http
        self._token_url = token_url
        self._client_id = client_id
        secret = client_secret.get_secret_value()
        self._key = import_key(json.loads(secret)) if secret.startswith("{") else None
        self._auth = httpx.Auth() if self._key else httpx.BasicAuth(client_id, secret)
        self._issuer = issuer.rstrip("/")
        self._token = ""
        self._good_until = 0.0
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """Give a token that is good for a while yet.

        Raises:
            httpx.HTTPError: the issuer did not give one.
        """
        async with self._lock:
            if time.monotonic() >= self._good_until:
                await self._renew()
            return self._token

    def forget(self) -> None:
        """Ask for a new token next time: the other side refused this one."""
        self._good_until = 0.0

    async def _renew(self) -> None:
        endpoint = await self._endpoint()
        form = {"grant_type": "client_credentials"}
        if self._key is not None:
            assertion = _assertion(self._key, self._client_id, endpoint)
            form |= {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}
        answer = await self._http.post(endpoint, data=form, auth=self._auth, timeout=_TIMEOUT)
        answer.raise_for_status()
        granted = answer.json()
        self._token = str(granted["access_token"])
        lifetime = float(granted.get("expires_in", _LIFETIME_SECONDS))
        self._good_until = time.monotonic() + max(lifetime - _EARLY_SECONDS, 1.0)

    async def _endpoint(self) -> str:
        if not self._token_url:
            answer = await self._http.get(
                f"{self._issuer}/.well-known/openid-configuration", timeout=_TIMEOUT
            )
            answer.raise_for_status()
            self._token_url = str(answer.json()["token_endpoint"])
        return self._token_url


def _assertion(key: Any, client_id: str, endpoint: str) -> str:
    """Sign who we are, for this endpoint, for a minute, once."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": endpoint,
        "iat": now,
        "exp": now + _ASSERTION_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    algorithm = _ALGORITHMS[key.key_type]
    header = {"alg": algorithm, "typ": "JWT"} | ({"kid": key.kid} if key.kid else {})
    with warnings.catch_warnings():
        # RFC 9864 renames EdDSA to Ed25519; providers know the old name.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, claims, key, algorithms=[algorithm])
