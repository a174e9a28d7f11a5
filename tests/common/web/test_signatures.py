from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from common.runtime.clock import system_now
from common.testing.keys import public_key_base64
from common.web.signatures import COMPONENTS, MessageSigner, SignatureInvalid, verify_message

SEED = "S" * 43 + "="
OTHER_SEED = "T" * 43 + "="
PARTNER = "http://demo.test/demo/v1/partner"
BODY = b'{"message_id": "m1", "total": 540000}'
JSON = {"Content-Type": "application/json"}
KEYS = {"bank-1": public_key_base64(SEED)}


def _signed(body: bytes = BODY, url: str = PARTNER, seed: str = SEED) -> httpx.Request:
    request = httpx.Request("POST", url, content=body, headers=JSON)
    MessageSigner("bank-1", seed).sign(request)
    return request


def _verify(request: httpx.Request, **changes: Any) -> bytes:
    parts = {
        "method": request.method,
        "url": str(request.url),
        "headers": dict(request.headers),
        "body": request.content,
    } | changes
    return verify_message(**parts, keys=KEYS.get).body


@given(st.binary(min_size=1, max_size=500))
def test_what_was_signed_verifies(body: bytes) -> None:
    assert _verify(_signed(body)) == body


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"url": PARTNER + "?x=1"},
        {"url": "http://other.test/demo/v1/partner"},
        {"body": BODY + b" "},
        {"body": b""},
    ],
    ids=str,
)
def test_a_change_of_what_is_covered_is_found(changes: dict[str, Any]) -> None:
    with pytest.raises(SignatureInvalid):
        _verify(_signed(), **changes)


def test_a_digest_that_was_changed_with_the_body_is_found() -> None:
    request, forged = _signed(), _signed(b"other")
    headers = {**dict(request.headers), "content-digest": forged.headers["content-digest"]}
    with pytest.raises(SignatureInvalid):
        _verify(request, headers=headers, body=b"other")


def test_another_key_and_an_unknown_key_are_refused() -> None:
    with pytest.raises(SignatureInvalid):
        _verify(_signed(seed=OTHER_SEED))
    request = httpx.Request("POST", PARTNER, content=BODY, headers=JSON)
    MessageSigner("stranger", SEED).sign(request)
    with pytest.raises(SignatureInvalid):
        _verify(request)


def test_an_unsigned_message_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        _verify(httpx.Request("POST", PARTNER, content=BODY, headers=JSON))


def _failed_check(request: httpx.Request, **changes: Any) -> Any:
    with pytest.raises(SignatureInvalid) as refused:
        _verify(request, **changes)
    return refused.value.extensions["check"]


def test_a_refusal_names_the_check_that_failed() -> None:
    stranger = httpx.Request("POST", PARTNER, content=BODY, headers=JSON)
    MessageSigner("stranger", SEED).sign(stranger)
    with time_machine.travel(system_now() - timedelta(minutes=10), tick=False):
        old = _signed()
    broken = {**dict(_signed().headers), "signature-input": "sig1=(("}
    assert _failed_check(httpx.Request("POST", PARTNER, content=BODY, headers=JSON)) == "missing"
    assert _failed_check(_signed(), headers=broken) == "malformed"
    assert _failed_check(stranger) == "keyid"
    assert _failed_check(old) == "created"
    assert _failed_check(_signed(), body=BODY + b" ") == "digest"
    assert _failed_check(_signed(seed=OTHER_SEED)) == "signature"
    assert _failed_check(_signed(), method="PUT") == "signature"


@pytest.mark.parametrize("left_out", COMPONENTS)
def test_a_signature_that_covers_too_little_is_refused(left_out: str) -> None:
    from http_message_signatures import HTTPMessageSigner, algorithms

    from common.web.signatures import _OneKey, private_key_from_base64

    request = _signed()
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=_OneKey(private_key_from_base64(SEED)),
    )
    now = system_now()
    signer.sign(
        request,
        key_id="bank-1",
        created=now,
        expires=now + timedelta(minutes=1),
        nonce="n" * 20,
        covered_component_ids=[name for name in COMPONENTS if name != left_out],
        use_existing_digest=True,
    )
    with pytest.raises(SignatureInvalid):
        _verify(request)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_signature_is_good_for_a_few_minutes_only(minutes: int) -> None:
    with time_machine.travel(system_now() + timedelta(minutes=minutes), tick=False):
        request = _signed()
    with pytest.raises(SignatureInvalid):
        _verify(request)


async def test_a_signed_message_is_accepted_once(client: httpx.AsyncClient, issuer: Any) -> None:
    token = issuer.headers("partner:bank")["Authorization"]
    signer = MessageSigner("bank-1", SEED, authorization=token)
    first = await client.post(PARTNER, content=BODY, headers=JSON, auth=signer)
    replayed = await client.send(
        httpx.Request("POST", PARTNER, content=BODY, headers=first.request.headers)
    )
    again = await client.post(PARTNER, content=BODY, headers=JSON, auth=signer)
    assert (first.status_code, first.json()) == (202, {"bytes": len(BODY)})
    assert (replayed.status_code, replayed.json()["code"]) == (409, "signature_replayed")
    assert again.status_code == 202


async def test_parallel_replays_have_one_effect(client: httpx.AsyncClient, issuer: Any) -> None:
    request = _signed()
    headers = {**dict(request.headers), **issuer.headers("partner:bank")}
    answers = await asyncio.gather(
        *(client.post(PARTNER, content=BODY, headers=headers) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 19


async def test_a_message_that_is_not_signed_is_401(client: httpx.AsyncClient, issuer: Any) -> None:
    headers = {**issuer.headers("partner:bank"), **JSON}
    answer = await client.post(PARTNER, content=BODY, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "signature_invalid"


async def test_behind_a_proxy_the_public_address_is_the_signed_one(
    app: FastAPI, client: httpx.AsyncClient, issuer: Any
) -> None:
    app.state.web.settings.public_url = "https://ansinh.tinh.gov.vn"
    request = _signed(url="https://ansinh.tinh.gov.vn/demo/v1/partner?note=a%20b")
    headers = {**dict(request.headers), **issuer.headers("partner:bank")}
    del headers["host"]
    answer = await client.post("/demo/v1/partner?note=a%20b", content=BODY, headers=headers)
    assert answer.status_code == 202
