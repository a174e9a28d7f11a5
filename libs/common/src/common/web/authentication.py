"""Log-in before anything else: no body is read for a caller who is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from common.kernel.errors import DomainError
from common.web.auth import TokenMissing, address_of, authenticate
from common.web.context import AppContext
from common.web.limits import BodyLimits, headers_refusal
from common.web.permissions import route_permissions
from common.web.problems import problem_response
from common.web.requests import QUIET_ROUTES

if TYPE_CHECKING:
    from fastapi import FastAPI


class AuthenticationMiddleware:
    """Verifies the token of every request with a body before the body is read.

    A request without a body goes on: its route's own dependency verifies the caller, or lets a
    browser session stand in. Public routes are read with the small limit of `BodyLimits`.
    """

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        """Wrap an application."""
        self._app = app
        self._limits = limits
        self._public: list[tuple[str, re.Pattern[str]]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it before its body is read."""
        if scope["type"] == "http":
            refusal = headers_refusal(scope, self._limits) or await self._refusal(scope)
            if refusal is not None:
                await problem_response(refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> DomainError | None:
        headers = Headers(scope=scope)
        context: AppContext = scope["app"].state.web
        token = bearer_token(headers)
        try:
            if token is None and scope["path"] not in QUIET_ROUTES:
                context.rates.check_address(address_of(scope))
            if not _has_body(headers) or self._is_public(scope):
                return None
            if token is None:
                return TokenMissing()
            actor = await authenticate(context, token, address_of(scope))
            scope.setdefault("state", {})["actor"] = actor
            context.rates.check_caller(actor)
        except DomainError as error:
            return error
        return None

    def _is_public(self, scope: Scope) -> bool:
        if self._public is None:
            self._public = list(_public_routes(scope["app"]))
        method, path = scope["method"], scope["path"]
        return any(known == method and regex.match(path) for known, regex in self._public)


def bearer_token(headers: Headers) -> str | None:
    """Return the token of the one Authorization header, or None without one."""
    found = headers.getlist("authorization")
    scheme, _, token = (found[0] if len(found) == 1 else "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _public_routes(app: FastAPI) -> Iterator[tuple[str, Any]]:
    for route in route_permissions(app):
        if route.public:
            yield route.method, compile_path(route.path)[0]
