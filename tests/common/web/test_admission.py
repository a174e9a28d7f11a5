"""What a request meets before its route: headers, log-in, the size, pace and shape of its body."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.web.json_body import has_nul_escape, is_too_deep, json_refusal
from common.web.limits import BodyLimitMiddleware, BodyLimits
from common.web.problems import MalformedJson

THINGS = "/demo/v1/things"
JSON = {"Content-Type": "application/json"}
HEAVY = b"[" + b"[]," * 40 + b'"' + b'\\"' * 32_000
"""The body that cost a service half a minute: each quote began a string that never ended."""


class Unread:
    """A body that says when somebody begins to read it."""

    def __init__(self) -> None:
        self.read = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.read = True
        yield HEAVY


@pytest.mark.parametrize("path", [THINGS, f"{THINGS}/once", "/demo/v1/files", "/nowhere"])
@pytest.mark.parametrize("authorization", [None, "Bearer x.y.z", "Basic YTpi"])
async def test_the_body_of_a_stranger_is_never_read(
    client: httpx.AsyncClient, path: str, authorization: str | None
) -> None:
    body = Unread()
    headers = JSON | ({"Authorization": authorization} if authorization else {})
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert not body.read


async def test_the_heavy_body_of_a_known_caller_is_refused_as_no_json(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    answer = await client.post(THINGS, content=HEAVY, headers={**issuer.headers(), **JSON})
    assert (answer.status_code, answer.json()["code"]) == (400, "json_invalid")


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a", "name": "b"}',
        b'{"name": {"x": 1, "y": {"x": 1, "x": 2}}}',
        b'[{"a": 1, "\\u0061": 2}]',
    ],
)
async def test_a_member_named_twice_is_refused(
    client: httpx.AsyncClient, issuer: Any, body: bytes
) -> None:
    answer = await client.post(THINGS, content=body, headers={**issuer.headers(), **JSON})
    assert (answer.status_code, answer.json()["code"]) == (400, "json_name_repeated")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
async def test_numbers_that_json_does_not_have_are_refused(
    client: httpx.AsyncClient, issuer: Any, number: str
) -> None:
    body = f'{{"name": "a", "size": {number}}}'
    answer = await client.post(THINGS, content=body, headers={**issuer.headers(), **JSON})
    assert (answer.status_code, answer.json()["code"]) == (400, "json_invalid")


@pytest.mark.parametrize("name", ["Idempotency-Key", "Authorization", "Content-Type", "If-Match"])
async def test_a_header_that_may_stand_once_is_refused_twice(
    client: httpx.AsyncClient, issuer: Any, name: str
) -> None:
    headers = [*issuer.headers().items(), *JSON.items(), ("Idempotency-Key", "a")]
    headers += [(name, "b"), (name, "b")]
    answer = await client.post(f"{THINGS}/once", json={"name": "a"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "header_repeated")


async def test_headers_and_addresses_have_a_limit(client: httpx.AsyncClient, issuer: Any) -> None:
    large = await client.get(THINGS, headers={**issuer.headers(), "X-Large": "x" * 33_000})
    long = await client.get(f"{THINGS}?q={'x' * 33_000}", headers=issuer.headers())
    for answer in (large, long):
        assert (answer.status_code, answer.json()["code"]) == (431, "headers_too_large")


@pytest.mark.parametrize(
    "limits", [BodyLimits(pause_seconds=0.01), BodyLimits(grace_seconds=0.01)], ids=["pause", "all"]
)
async def test_a_body_that_never_comes_ends_the_request(limits: BodyLimits) -> None:
    told: list[Any] = []

    async def silent() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        told.append(message)

    async def never(*_: Any) -> None:
        pytest.fail("the application must not be called")

    scope = {"type": "http", "method": "POST", "headers": [], "state": {"actor": object()}}
    await BodyLimitMiddleware(never, limits)(scope, silent, send)
    assert told[0]["status"] == 408
    assert json.loads(told[1]["body"])["code"] == "request_too_slow"


async def test_a_public_route_reads_little(app: Any, client: httpx.AsyncClient) -> None:
    answer = await client.request("GET", "/demo/v1/broken", content=b"x" * 70_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=40,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(ANY_JSON, st.integers(0, 5), st.booleans())
def test_depth_is_the_depth_of_the_value(value: Any, limit: int, plain: bool) -> None:  # noqa: FBT001
    body = json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    assert is_too_deep(body, limit) is (depth_of(value) > limit)


@given(ANY_JSON)
def test_a_nul_is_found_where_it_stands_and_nowhere_else(value: Any) -> None:
    body = json.dumps(value).encode()
    assert has_nul_escape(body) is bool(re.search("\0", repr_of(value)))


def repr_of(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(repr_of(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return "".join(map(repr_of, value))
    return value if isinstance(value, str) else ""


@given(ANY_JSON)
def test_what_json_writes_passes_and_its_doubled_member_does_not(value: Any) -> None:
    body = json.dumps(value).encode()
    if not has_nul_escape(body):
        assert json_refusal(body, 50) is None
        doubled = b'{"a":' + body + b',"a":1}'
        assert isinstance(json_refusal(doubled, 50), MalformedJson)


@pytest.mark.parametrize("size", [True, "2", 1.0, "1", [1]])
async def test_a_whole_number_is_a_number(
    client: httpx.AsyncClient, issuer: Any, size: object
) -> None:
    body = {"name": "a", "size": size}
    answer = await client.post(THINGS, json=body, headers=issuer.headers())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/size")
