"""Tokens for outside calls: asked for once, renewed in time, forgotten when refused."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key
from pydantic import SecretStr

from common.web.client_tokens import ClientCredentials


def _issuer(lifetime: float) -> tuple[FastAPI, list[str]]:
    """A small issuer on the wire; gives it and what clients showed."""
    app, seen = FastAPI(), list[str]()

    @app.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, str]:
        return {"token_endpoint": "http://issuer/token"}

    @app.post("/token")
    def token(request: Request) -> dict[str, object]:
        seen.append(request.headers["Authorization"])
        return {"access_token": f"token-{len(seen)}", "expires_in": lifetime}

    return app, seen


@pytest.fixture
def credentials() -> Callable[[FastAPI], ClientCredentials]:
    def make(app: FastAPI) -> ClientCredentials:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
        return ClientCredentials(
            http,
            token_url="",
            client_id="registry",
            client_secret=SecretStr("s3cret"),
            issuer="http://issuer/",
        )

    return make


async def test_many_callers_share_one_token(
    credentials: Callable[[FastAPI], ClientCredentials],
) -> None:
    app, seen = _issuer(600)
    ours = credentials(app)
    tokens = await asyncio.gather(*(ours.token() for _ in range(20)))
    assert set(tokens) == {"token-1"}
    assert seen == ["Basic " + base64.b64encode(b"registry:s3cret").decode()]


async def test_a_refused_token_is_replaced(
    credentials: Callable[[FastAPI], ClientCredentials],
) -> None:
    app, _ = _issuer(600)
    ours = credentials(app)
    assert await ours.token() == "token-1"
    ours.forget()
    assert await ours.token() == "token-2"


async def test_a_token_is_renewed_before_it_ends(
    credentials: Callable[[FastAPI], ClientCredentials],
) -> None:
    app, _ = _issuer(0)
    ours = credentials(app)
    assert await ours.token() == "token-1"
    await asyncio.sleep(1.05)
    assert await ours.token() == "token-2"


async def test_an_issuer_that_refuses_is_an_error_of_the_call() -> None:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=FastAPI()))
    ours = ClientCredentials(
        http,
        token_url="http://issuer/token",
        client_id="registry",
        client_secret=SecretStr("wrong"),
    )
    with pytest.raises(httpx.HTTPStatusError):
        await ours.token()


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "key",
    [ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519"), RSAKey.generate_key(2048)],
    ids=["EC", "OKP", "RSA"],
)
async def test_a_private_key_signs_who_we_are_and_no_secret_is_sent(
    key: ECKey | OKPKey | RSAKey,
) -> None:
    app, seen = FastAPI(), list[dict[str, Any]]()

    @app.post("/token")
    async def token(request: Request) -> dict[str, object]:
        form = dict(await request.form())
        assert "authorization" not in request.headers
        assert form["client_assertion_type"].endswith(":jwt-bearer")  # type: ignore[union-attr]
        public = import_key(key.as_dict(private=False))
        known = ["ES256", "EdDSA", "PS256"]
        decoded = jwt.decode(str(form["client_assertion"]), public, algorithms=known)
        seen.append(decoded.claims)
        return {"access_token": f"token-{len(seen)}", "expires_in": 600}

    ours = ClientCredentials(
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app)),
        token_url="http://issuer/token",
        client_id="registry",
        client_secret=SecretStr(json.dumps(key.as_dict(private=True))),
    )
    assert await ours.token() == "token-1"
    ours.forget()
    assert await ours.token() == "token-2"
    first, second = seen
    assert {first["iss"], first["sub"]} == {"registry"}
    assert first["aud"] == "http://issuer/token"
    assert 0 < first["exp"] - first["iat"] <= 60
    assert first["jti"] != second["jti"]
