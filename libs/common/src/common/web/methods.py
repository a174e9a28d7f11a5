"""HTTP methods that no route declares: HEAD, OPTIONS, and a complete `Allow` on 405 (RFC 9110, 9.3 and 10.2.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.web.openapi import business_routes
from common.web.problems import MethodNotAllowed, problem_response

if TYPE_CHECKING:
    from fastapi import FastAPI

_NO_CONTENT = 204


class MethodsMiddleware:
    """Answers HEAD as GET without its body, OPTIONS with `Allow`, and any other method with 405."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app
        self._table: list[tuple[re.Pattern[str], frozenset[str]]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        allowed = self._allowed(scope) if scope["type"] == "http" else frozenset()
        method = scope.get("method", "")
        if not allowed or method in allowed - {"HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
        elif method == "HEAD" and "GET" in allowed:
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            headers = {"Allow": ", ".join(sorted(allowed))}
            answer = (
                Response(status_code=_NO_CONTENT, headers=headers)
                if method == "OPTIONS"
                else problem_response(MethodNotAllowed(), headers=headers)
            )
            await answer(scope, receive, send)

    def _allowed(self, scope: Scope) -> frozenset[str]:
        """Collect the methods of every route whose address matches; empty when none does."""
        if self._table is None:
            self._table = method_table(scope["app"])
        found = frozenset[str]().union(
            *(methods for address, methods in self._table if address.match(scope["path"]))
        )
        return found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set()) if found else found


def method_table(app: FastAPI) -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """List the address pattern of every route with its methods."""
    return [
        (compile_path(str(route.path))[0], frozenset(route.methods or ()))
        for route in business_routes(app)
    ]


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
