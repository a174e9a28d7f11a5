from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from common.web.auth import actor_from_claims
from common.web.permissions import route_permissions, routes_without_permission
from common.web.tokens import IssuerUnavailable, OidcSettings, TokenInvalid, TokenVerifier

THINGS = "/demo/v1/things"
ISSUER = "https://issuer.example/ansinh"


async def test_without_a_token_the_answer_is_401_and_says_how(client: httpx.AsyncClient) -> None:
    answer = await client.get(THINGS)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="ansinh"'
    assert answer.json()["code"] == "token_missing"


async def test_a_scope_that_is_missing_is_403(client: httpx.AsyncClient, issuer: Any) -> None:
    answer = await client.post(THINGS, json={"name": "a"}, headers=issuer.headers("things:read"))
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope_missing"
    assert answer.json()["required_scopes"] == ["things:write"]


def now() -> int:
    return int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"iss": [ISSUER]},
        {"aud": "other"},
        {"aud": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": 5},
    ],
    ids=[
        "issuer",
        "issuers",
        "audience",
        "no audience",
        "ended",
        "endless",
        "not yet",
        "nobody",
        "no text",
    ],
)
async def test_a_token_with_a_wrong_claim_is_401(
    client: httpx.AsyncClient, issuer: Any, claims: dict[str, Any]
) -> None:
    answer = await client.get(THINGS, headers=issuer.headers(**claims))
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_invalid"
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_a_list_of_audiences_that_names_us_is_good(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    answer = await client.get(THINGS, headers=issuer.headers(aud=["ansinh", "portal"]))
    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "a" * 20_000, "e30.e30."])
async def test_rubbish_is_401(client: httpx.AsyncClient, token: str) -> None:
    headers = httpx.Headers([(b"authorization", f"Bearer {token}".encode())])
    answer = await client.get(THINGS, headers=headers)
    assert answer.status_code == 401


def _unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps({"alg": "none", "kid": "k1"}), json.dumps(claims))
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode() for part in parts) + "."


async def test_another_key_of_the_same_name_and_symmetric_algorithms_are_refused(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    claims = {"iss": ISSUER, "aud": "ansinh", "sub": "x", "exp": now() + 300}
    forged = OKPKey.generate_key("Ed25519")
    public = json.dumps(issuer.key.as_dict(private=False)).encode()
    tokens = [
        jwt.encode({"alg": "Ed25519", "kid": "k1"}, claims, forged, ["Ed25519"]),
        jwt.encode({"alg": "HS256", "kid": "k1"}, claims, OctKey.import_key(public)),
        _unsigned(claims),
        jwt.encode({"alg": "Ed25519"}, claims, issuer.key, ["Ed25519"]),
    ]
    for token in tokens:
        answer = await client.get(THINGS, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("ES256", ECKey.generate_key("P-256")),
        ("PS256", RSAKey.generate_key(2048)),
        ("RS256", RSAKey.generate_key(2048)),
        ("Ed25519", OKPKey.generate_key("Ed25519")),
    ],
    ids=["ES256", "PS256", "RS256", "Ed25519"],
)
async def test_asymmetric_algorithms_of_providers_are_accepted(
    tmp_path: Any, algorithm: str, key: Any
) -> None:
    published = {**key.as_dict(private=False), "kid": "p1", "use": "sig"}
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [published]}))
    verifier = TokenVerifier(OidcSettings(issuer="i", audience="a", jwks_url=file.as_uri()))
    claims = {"iss": "i", "aud": "a", "sub": "s", "exp": now() + 300}
    token = jwt.encode({"alg": algorithm, "kid": "p1"}, claims, key, [algorithm])
    assert (await verifier.verify(token))["sub"] == "s"


class _Jwks:
    """A little issuer over real HTTP that can be told to fail."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = []
        self.requests = 0
        self.up = True
        self.url = ""


@contextmanager
def _served() -> Iterator[_Jwks]:
    state = _Jwks()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests += 1
            self.send_response(200 if state.up else 503)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": state.keys}).encode())

        def log_message(self, *arguments: Any) -> None:
            del arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/jwks"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _key(name: str) -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": name})


def _token(key: OKPKey) -> str:
    claims = {"iss": "i", "aud": "a", "sub": "s", "exp": now() + 600}
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, ["Ed25519"])


async def test_keys_are_read_once_and_an_outage_of_the_issuer_is_not_noticed() -> None:
    key = _key("one")
    with _served() as issuer:
        issuer.keys = [key.as_dict(private=False)]
        verifier = TokenVerifier(OidcSettings(issuer="i", audience="a", jwks_url=issuer.url))
        await asyncio.gather(*(verifier.verify(_token(key)) for _ in range(20)))
        assert issuer.requests == 1
        issuer.up = False
        verifier.expire_keys()
        assert (await verifier.verify(_token(key)))["sub"] == "s"
        assert issuer.requests == 2
        await verifier.close()


async def test_a_rotated_key_is_found_and_unknown_ones_do_not_hammer_the_issuer() -> None:
    old, new = _key("old"), _key("new")
    with _served() as issuer:
        issuer.keys = [old.as_dict(private=False)]
        oidc = OidcSettings(issuer="i", audience="a", jwks_url=issuer.url)
        verifier = TokenVerifier(oidc, refetch_seconds=0.0)
        await verifier.verify(_token(old))
        issuer.keys = [new.as_dict(private=False)]
        await verifier.verify(_token(new))
        assert issuer.requests == 2
        calm = TokenVerifier(oidc, refetch_seconds=3600.0)
        await calm.verify(_token(new))
        before = issuer.requests
        for _ in range(10):
            with pytest.raises(TokenInvalid):
                await calm.verify(_token(_key("stranger")))
        assert issuer.requests == before
        await verifier.close()
        await calm.close()


async def test_without_any_keys_an_outage_is_told_as_such() -> None:
    with _served() as issuer:
        issuer.up = False
        verifier = TokenVerifier(OidcSettings(issuer="i", audience="a", jwks_url=issuer.url))
        with pytest.raises(IssuerUnavailable):
            await verifier.verify(_token(_key("one")))
        with pytest.raises(IssuerUnavailable):
            await verifier.verify(_token(_key("one")))
        await verifier.close()


async def test_odd_keys_of_the_issuer_do_not_hide_the_good_one() -> None:
    key = _key("one")
    odd: list[Any] = [5, {}, {"kid": "x", "kty": "EC", "crv": "P-1"}, {"kid": "y", "kty": "oct"}]
    with _served() as issuer:
        issuer.keys = [*odd, key.as_dict(private=False)]
        verifier = TokenVerifier(OidcSettings(issuer="i", audience="a", jwks_url=issuer.url))
        assert (await verifier.verify(_token(key)))["sub"] == "s"
        await verifier.close()


def test_odd_claims_grant_nothing() -> None:
    actor = actor_from_claims({"sub": "s", "scope": 5, "roles": {"a": 1}, "communes": None})
    assert (actor.scopes, actor.roles, actor.communes) == (frozenset(), frozenset(), frozenset())
    assert not actor.may_see("25000")


def test_the_star_is_the_whole_province() -> None:
    actor = actor_from_claims({"sub": "s", "scope": "a b", "communes": ["*"]})
    assert actor.communes is None
    assert actor.scopes == {"a", "b"}
    assert actor.may_see("25000")


def test_routes_tell_their_scopes_and_a_forgotten_one_is_found(app: FastAPI) -> None:
    @app.get("/demo/v1/forgotten")
    async def forgotten() -> None:
        return None

    rules = {(rule.method, rule.path): rule for rule in route_permissions(app)}
    assert rules["POST", THINGS].scopes == {"things:write"}
    assert rules["GET", "/demo/v1/broken"].public
    assert routes_without_permission(app) == ["GET /demo/v1/forgotten"]
