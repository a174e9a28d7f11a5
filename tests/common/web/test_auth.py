from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from structlog.testing import capture_logs

from common.testing.permissions import routes_without_permission
from common.web.auth import actor_from_claims
from common.web.permissions import route_permissions
from common.web.roles import scopes_by_role
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
        {"sub": "x" * 300},
        {"sub": "a\nb"},
        {"client_id": "x" * 300},
        {"client_id": ["cli"]},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"exp": 4_000_000_000},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"at_hash": "x"},
        {"communes": {"25000": True}},
        {"communes": [25000]},
        {"communes": ["250000"]},
        {"communes": 25000},
        {"communes": "25000,24637"},
        {"auth_time": "now"},
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
        "long subject",
        "two lines",
        "long client",
        "clients",
        "never issued",
        "issued later",
        "lives for decades",
        "an id token",
        "a refresh token",
        "an id token's hash",
        "communes as object",
        "communes as numbers",
        "six digits",
        "a number",
        "commas",
        "log-in as text",
    ],
)
async def test_a_token_with_a_wrong_claim_is_401(
    client: httpx.AsyncClient, issuer: Any, claims: dict[str, Any]
) -> None:
    answer = await client.get(THINGS, headers=issuer.headers(**claims))
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_invalid"
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "logout+jwt"},
        {"typ": "dpop+jwt"},
        {"typ": 5},
        {"kid": "x" * 300},
        {"crit": ["b64"], "b64": True},
    ],
    ids=["logout", "proof", "number", "long key id", "critical"],
)
async def test_a_token_of_another_kind_is_401(
    client: httpx.AsyncClient, issuer: Any, header: dict[str, Any]
) -> None:
    claims = {"iss": ISSUER, "aud": "ansinh", "sub": "x", "exp": now() + 300, "iat": now()}
    parts = [{"alg": "Ed25519", "kid": "k1", "typ": "at+jwt"} | header, claims]
    signed = ".".join(
        base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts
    )
    signature = issuer.key.private_key.sign(signed.encode())
    token = f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    answer = await client.get(THINGS, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_the_reason_is_in_the_log_and_not_in_the_answer(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    with capture_logs() as lines:
        answer = await client.get(THINGS, headers=issuer.headers(communes=[25000]))
    refused = [line for line in lines if line["event"] == "token_refused"]
    assert [line["reason"] for line in refused] == ["communes"]
    assert "communes" not in answer.text


async def test_withdrawn_keys_count_no_longer_when_the_issuer_stays_away(
    app: FastAPI, client: httpx.AsyncClient, issuer: Any
) -> None:
    verifier = TokenVerifier(
        OidcSettings(
            issuer=ISSUER, audience="ansinh", jwks_url=issuer.jwks.as_uri(), key_age_max=60
        )
    )
    app.state.web.tokens = verifier
    assert (await client.get(THINGS, headers=issuer.headers())).status_code == 200
    issuer.jwks.unlink()
    verifier._known_at -= 30
    verifier.expire_keys()
    assert (await client.get(THINGS, headers=issuer.headers(name="b"))).status_code == 200
    verifier._known_at -= 40
    verifier.expire_keys()
    late = await client.get(THINGS, headers=issuer.headers(name="c"))
    assert (late.status_code, late.json()["code"]) == (503, "issuer_unavailable")


@pytest.mark.parametrize("kind", ["sid", "jti", "sub"])
async def test_a_session_that_was_ended_counts_no_longer(
    app: FastAPI, client: httpx.AsyncClient, issuer: Any, kind: str
) -> None:
    claims = {"sid": "s-1", "jti": "j-1", "sub": f"can-bo-{kind}"}
    headers = issuer.headers(**claims)
    other = issuer.headers(sid="s-2", jti="j-2", sub="can-bo-khac")
    assert (await client.get(THINGS, headers=headers)).status_code == 200
    await app.state.web.revoked.revoke(f"{kind}:{claims[kind]}", now() + 600)
    assert (await client.get(THINGS, headers=headers)).status_code == 401
    assert (await client.get(THINGS, headers=other)).status_code == 200
    later = issuer.headers(**claims | {"sid": "s-9", "jti": "j-9"}, iat=now() + 20)
    assert (await client.get(THINGS, headers=later)).status_code == 200


def test_a_role_of_the_provider_stands_for_scopes_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "roles.json"
    file.write_text('{"can-bo-xa": ["things:read", "things:write"], "x": ["y"]}')
    claims = {"sub": "a", "roles": ["can-bo-xa", "khong-biet"], "scope": "openid"}
    actor = actor_from_claims(claims, scopes_by_role(file))
    assert actor.scopes == {"openid", "things:read", "things:write"}


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
    claims = {"iss": ISSUER, "aud": "ansinh", "sub": "x", "exp": now() + 300, "iat": now()}
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
    claims = {"iss": "i", "aud": "a", "sub": "s", "exp": now() + 300, "iat": now()}
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
    claims = {"iss": "i", "aud": "a", "sub": "s", "exp": now() + 600, "iat": now()}
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
