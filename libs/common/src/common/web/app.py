"""The application factory: every service answers with the same manners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Lifespan

from common.web.access_audit import AccessAuditMiddleware
from common.web.authentication import AuthenticationMiddleware
from common.web.context import AppContext
from common.web.errors import install_error_handlers
from common.web.health import health_router
from common.web.limits import BodyLimitMiddleware, BodyLimits
from common.web.methods import MethodsMiddleware
from common.web.openapi import docs_router, install_openapi, operation_id_of
from common.web.problem_pages import problem_pages_router
from common.web.requests import RequestMiddleware
from common.web.strict_input import apply_strict_input
from common.web.unknown_query import refuse_unknown_query, remember_query_parameters

__all__ = ["AppContext", "BodyLimits", "create_app"]

COMPRESSED_FROM_BYTES = 4096
"""Smaller answers are sent as they are: compressing them costs more than it saves."""


@dataclass(frozen=True)
class Tag:
    """A section of the OpenAPI page, in Vietnamese."""

    name: str
    description: str


def create_app(
    context: AppContext,
    *,
    routers: Sequence[APIRouter],
    lifespan: Lifespan[FastAPI] | None = None,
    limits: BodyLimits | None = None,
    tags: Sequence[Tag] = (),
    version: str = "1.0",
) -> FastAPI:
    """Make a service's application; `context` is `app.state.web` afterwards.

    Each router is included under `/<service>/v1`. The lifespan opens the resources and sets
    `context.started`; on shutdown it sets `context.draining` before it closes them.

    Args:
        context: what dependencies reach (database, clock, settings, token verifier).
        routers: the rooms' routers, upstream first.
        lifespan: opens and closes the resources.
        limits: largest bodies and deepest JSON; the defaults suit all but special services.
        tags: sections of the documentation.
        version: of the API, written in the OpenAPI document.

    Raises:
        ValueError: two routes share an operation id.
    """
    prefix = f"/{context.service}"
    app = FastAPI(
        title=context.title,
        version=version,
        lifespan=lifespan,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        openapi_tags=[{"name": tag.name, "description": tag.description} for tag in tags],
        generate_unique_id_function=operation_id_of,
        redirect_slashes=False,
    )
    app.state.web = context
    app.include_router(health_router())
    app.include_router(docs_router(context.service))
    app.include_router(problem_pages_router())
    for router in routers:
        known_query = [Depends(refuse_unknown_query)]
        app.include_router(router, prefix=f"{prefix}/v1", dependencies=known_query)
    apply_strict_input(app)
    remember_query_parameters(app)
    install_error_handlers(app)
    install_openapi(app)
    # The last one added is the outermost: a refusal is logged and counted too.
    limits = limits or BodyLimits()
    app.add_middleware(BodyLimitMiddleware, limits=limits)
    app.add_middleware(AuthenticationMiddleware, limits=limits)
    app.add_middleware(AccessAuditMiddleware)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM_BYTES, compresslevel=4)
    app.add_middleware(MethodsMiddleware)
    app.add_middleware(RequestMiddleware, service=context.service)
    return app
