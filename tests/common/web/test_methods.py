"""HEAD, OPTIONS, 405 with a complete Allow, unknown query parameters, compression, problem pages."""

from __future__ import annotations

import html
from typing import Any

import httpx
import pytest

from common.web.problem_pages import descriptions

THINGS = "/demo/v1/things"


async def test_head_is_get_without_its_body(client: httpx.AsyncClient) -> None:
    shown = await client.get("/demo/openapi.json", headers={"Accept-Encoding": "identity"})
    head = await client.head("/demo/openapi.json", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(shown.content))


async def test_head_needs_what_get_needs(client: httpx.AsyncClient, issuer: Any) -> None:
    path = f"{THINGS}/00000000-0000-0000-0000-000000000001"
    assert (await client.head(path)).status_code == 401
    assert (await client.head(path, headers=issuer.headers())).status_code == 404


async def test_options_and_405_name_every_method_of_the_address(client: httpx.AsyncClient) -> None:
    options = await client.options(THINGS)
    refused = await client.request("DELETE", THINGS)
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == refused.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert (await client.options("/nowhere")).status_code == 404


@pytest.mark.parametrize(
    ("query", "nearest"),
    [("limmit=5", "limit"), ("zzz=1&limit=5", None), ("limit=5&LIMIT=6", None)],
)
async def test_an_unknown_query_parameter_is_refused(
    client: httpx.AsyncClient, issuer: Any, query: str, nearest: str | None
) -> None:
    answer = await client.get(f"{THINGS}?{query}", headers=issuer.headers())
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "query_parameter_unknown")
    assert "limit" in problem["known"]
    assert [error["pointer"] for error in problem["errors"]] != ["/query/limit"]
    assert nearest is None or f"“{nearest}”" in problem["errors"][0]["message"]


async def test_large_answers_are_compressed_for_whom_asks(client: httpx.AsyncClient) -> None:
    plain = await client.get("/demo/openapi.json", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/demo/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()


async def test_a_problem_s_type_resolves(client: httpx.AsyncClient) -> None:
    refused = (await client.get(f"{THINGS}/not-a-uuid")).json()
    page = await client.get(refused["type"], headers={"Accept": "text/html"})
    entry = (await client.get(refused["type"])).json()
    assert page.headers["content-type"].startswith("text/html")
    assert entry["remedy"] in html.unescape(page.text)
    assert entry["code"] == refused["code"]
    assert (await client.get("/problems/no_such_code")).json()["code"] == "problem_unknown"


def test_every_problem_has_a_remedy() -> None:
    assert all(entry.remedy.endswith(".") for entry in descriptions().values())
    assert {"approver_is_maker", "token_missing", "query_parameter_unknown"} <= set(descriptions())
