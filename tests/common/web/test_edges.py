from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from common.database.session import Database
from common.runtime.clock import BusinessClock
from common.web.app import create_app
from common.web.auth import public
from common.web.context import AppContext, ReadinessCheck
from common.web.json_body import is_too_deep
from common.web.tokens import OidcSettings, TokenVerifier

THINGS = "/demo/v1/things"
MARKER = "079201012345"


async def test_every_answer_has_its_ids_and_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/nowhere", THINGS, "/demo/v1/broken", "/demo/docs"):
        answer = await client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers["x-request-id"]) == 24
        assert len(answer.headers["traceparent"]) == 55


async def test_a_caller_s_trace_and_request_id_are_kept_and_rubbish_is_replaced(
    client: httpx.AsyncClient,
) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    good = await client.get(
        "/livez",
        headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-00", "X-Request-ID": "portal-123456"},
    )
    bad = await client.get(
        "/livez", headers={"traceparent": "00-" + "0" * 32 + "-x", "X-Request-ID": "a b\tc" * 9}
    )
    assert good.headers["traceparent"].split("-")[1] == trace
    assert good.headers["traceparent"].split("-")[2] != "00f067aa0ba902b7"
    assert good.headers["traceparent"].endswith("-00")
    assert good.headers["x-request-id"] == "portal-123456"
    assert len(bad.headers["x-request-id"]) == 24


async def test_the_log_line_has_the_template_and_never_the_path_or_query(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    with capture_logs() as lines:
        await client.get(f"{THINGS}/{MARKER}?q={MARKER}", headers=issuer.headers())
        await client.get(f"/{MARKER}")
    answered = [line for line in lines if line["event"] == "request_answered"]
    assert [line["route"] for line in answered] == ["/demo/v1/things/{thing_id}", "unmatched"]
    assert [line["status"] for line in answered] == [422, 404]
    assert MARKER not in str(lines)


async def test_metrics_count_by_template(client: httpx.AsyncClient, issuer: Any) -> None:
    labels = {"service": "demo", "method": "GET", "route": "/demo/v1/things/{thing_id}"}
    name = "http_requests_total"
    before = REGISTRY.get_sample_value(name, {**labels, "status": "422"}) or 0
    await client.get(f"{THINGS}/{MARKER}", headers=issuer.headers())
    shown = await client.get("/metrics")
    assert REGISTRY.get_sample_value(name, {**labels, "status": "422"}) == before + 1
    assert "http_request_seconds_bucket" in shown.text
    assert MARKER not in shown.text


@pytest.mark.parametrize(
    ("size", "kind"), [(9 * 1024 * 1024, "application/json"), (49 * 1024 * 1024, "text/plain")]
)
async def test_a_body_that_is_too_large_is_refused_by_its_length(
    client: httpx.AsyncClient, issuer: Any, size: int, kind: str
) -> None:
    headers = {**issuer.headers(), "Content-Type": kind, "Content-Length": str(size)}
    answer = await client.post(THINGS, content=b"", headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


async def test_a_body_that_grows_too_large_while_it_arrives_is_refused(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b" " * 1024 * 1024

    headers = {**issuer.headers(), "Content-Type": "application/json"}
    answer = await client.post(THINGS, content=chunks(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (b"[" * 32 + b"]" * 32, False),
        (b"[" * 33 + b"]" * 33, True),
        (b'{"a":' * 40, True),
        (b"[" + b"[1]," * 100 + b"2]", False),
        (b'["' + b"[" * 100 + b'"]', False),
        (b'["\\"' + b"[" * 100 + b'"]', False),
        (b'["\\\\",' + b"[" * 100, True),
        (b'"' + b"[" * 100, False),
    ],
)
def test_nesting_is_counted_outside_of_strings(body: bytes, *, deep: bool) -> None:
    assert is_too_deep(body, 32) is deep


async def test_an_upload_is_hashed_and_limited(client: httpx.AsyncClient, issuer: Any) -> None:
    content = b"x" * 1000
    good = await client.post(
        "/demo/v1/files", files={"file": ("a.xlsx", content)}, headers=issuer.headers()
    )
    large = await client.post(
        "/demo/v1/files", files={"file": ("a.xlsx", content + b"x")}, headers=issuer.headers()
    )
    empty = await client.post(
        "/demo/v1/files", files={"file": ("a.xlsx", b"")}, headers=issuer.headers()
    )
    nothing = await client.post("/demo/v1/files", headers=issuer.headers())
    assert good.json() == {
        "size": 1000,
        "sha256": hashlib.sha256(content).hexdigest(),
        "same": "xxxxxxxxxx",
    }
    assert (large.status_code, large.json()["code"]) == (413, "upload_too_large")
    assert (empty.status_code, empty.json()["code"]) == (422, "upload_empty")
    assert nothing.status_code == 422


async def test_health_tells_alive_from_ready_from_degraded(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    async def fails() -> None:
        raise ConnectionError

    async def hangs() -> None:
        import asyncio

        await asyncio.sleep(60)

    context: AppContext = app.state.web
    context.readiness = [ReadinessCheck(name="database", probe=context.database.ping)]
    assert (await client.get("/readyz")).json() == {"status": "ready", "checks": {"database": "ok"}}
    context.readiness.append(ReadinessCheck(name="nats", probe=fails, required=False))
    degraded = await client.get("/readyz")
    assert degraded.status_code == 200
    assert degraded.json()["status"] == "degraded"
    context.readiness.append(ReadinessCheck(name="migrations", probe=hangs))
    unready = await client.get("/readyz")
    assert unready.status_code == 503
    assert unready.json()["checks"] == {"database": "ok", "nats": "failed", "migrations": "failed"}
    assert (await client.get("/livez")).status_code == 200
    context.readiness.clear()
    context.draining = True
    assert (await client.get("/readyz")).status_code == 503
    context.draining = context.started = False
    assert (await client.get("/readyz")).json()["status"] == "starting"
    assert (await client.get("/startupz")).status_code == 503


async def test_a_database_that_is_away_is_503_and_alive(issuer: Any) -> None:
    away = Database("postgresql://nobody:x@127.0.0.1:9/nothing", clock=BusinessClock())
    await away.open()
    make_app: Any = issuer.make_app
    app = make_app(away, issuer)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://demo.test") as client:
        answer = await client.post(THINGS, json={"name": "a"}, headers=issuer.headers())
        alive = await client.get("/livez")
    await away.close()
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_unavailable"
    assert answer.headers["retry-after"] == "2"
    assert alive.status_code == 200


async def test_the_openapi_document_declares_problems_scopes_and_operation_ids(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/demo/openapi.json")).json()
    post = document["paths"][THINGS]["post"]
    assert document["openapi"] == "3.1.0"
    assert post["operationId"] == "create_thing"
    assert post["tags"] == ["Thử nghiệm"]
    assert {"oidc": ["things:write"]} in post["security"]
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status in ("401", "403", "422", "default"):
        assert post["responses"][status]["content"] == {"application/problem+json": problem}
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "/readyz" not in document["paths"]
    found = document["paths"][THINGS + "/{thing_id}"]["get"]["responses"]["404"]
    assert "test_thing_not_found" in found["content"]["application/problem+json"]["examples"]


async def test_the_documentation_page_needs_nothing_from_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/demo/docs")
    assert page.status_code == 200
    assert "/demo/v1/things/{thing_id}" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text


def test_two_routes_of_one_name_are_refused_at_start(database: Database) -> None:
    routers = []
    for path in ("/one", "/two"):
        router = APIRouter(dependencies=[public()])

        @router.get(path)
        async def same() -> None:
            return None

        routers.append(router)
    context = AppContext(
        service="demo",
        title="x",
        database=database,
        clock=BusinessClock(),
        settings=None,
        tokens=TokenVerifier(OidcSettings(issuer="i", audience="a", jwks_url="file:///none")),
        cursor_key=b"k",
    )
    with pytest.raises(ValueError, match="same"):
        create_app(context, routers=routers)
