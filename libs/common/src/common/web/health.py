"""Is it alive, is it ready, has it started; and its metrics."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from common.observability.metrics import render_metrics
from common.web.auth import public
from common.web.context import AppContext, ReadinessCheck, context_of

_PROBE_SECONDS = 1.0
_UNAVAILABLE = 503


class Health(BaseModel):
    """What a probe answers; `checks` gives `ok` or `failed` by name."""

    status: str = Field(examples=["ready"])
    checks: dict[str, str] = {}


async def readiness(context: AppContext) -> Health:
    """Ask all checks at the same time; only a required one makes the service not ready."""
    outcomes = await asyncio.gather(*(_passes(check) for check in context.readiness))
    named = dict(zip(context.readiness, outcomes, strict=True))
    checks = {check.name: "ok" if passed else "failed" for check, passed in named.items()}
    if context.draining or not context.started:
        return Health(status="draining" if context.draining else "starting", checks=checks)
    if any(check.required and not passed for check, passed in named.items()):
        return Health(status="unavailable", checks=checks)
    return Health(status="ready" if all(outcomes) else "degraded", checks=checks)


async def _passes(check: ReadinessCheck) -> bool:
    try:
        await asyncio.wait_for(check.probe(), _PROBE_SECONDS)
    except Exception:  # noqa: BLE001 - any failure of a probe is its answer
        return False
    return True


def health_router() -> APIRouter:
    """Make the routes that a supervisor and a proxy ask; they are not in the OpenAPI document."""
    router = APIRouter(include_in_schema=False, dependencies=[public()])

    @router.get("/livez", operation_id="livez")
    async def livez() -> Health:
        return Health(status="alive")

    @router.get("/readyz", operation_id="readyz")
    async def readyz(request: Request) -> Response:
        health = await readiness(context_of(request))
        good = health.status in {"ready", "degraded"}
        return JSONResponse(health.model_dump(), status_code=200 if good else _UNAVAILABLE)

    @router.get("/startupz", operation_id="startupz")
    async def startupz(request: Request) -> Response:
        started = context_of(request).started
        health = Health(status="started" if started else "starting")
        return JSONResponse(health.model_dump(), status_code=200 if started else _UNAVAILABLE)

    @router.get("/metrics", operation_id="metrics")
    async def metrics() -> Response:
        content, media_type = render_metrics()
        return Response(content=content, media_type=media_type)

    return router
