"""Around every request: its ids, its log line, its metrics, its headers, and the last net."""

from __future__ import annotations

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.kernel.errors import DomainError
from common.observability.metrics import HTTP_REQUESTS, HTTP_SECONDS
from common.observability.trace import Trace, enter_trace, leave_trace
from common.web.problems import problem_response

_log = structlog.get_logger("access")

QUIET_ROUTES = frozenset({"/livez", "/readyz", "/startupz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SERVER_ERROR = 500

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
}
"""Set on each answer unless the route has set its own."""


class RequestMiddleware:
    """The outermost layer: nothing leaves without ids, headers and a line in the log."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        """Wrap an application; `service` labels its metrics."""
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        trace = Trace.start(headers.get("traceparent"), headers.get("x-request-id"))
        token = enter_trace(trace)
        sender = _Sender(send, trace)
        started = time.perf_counter()
        bound = {"request_id": trace.request_id, "trace_id": trace.trace_id}
        with structlog.contextvars.bound_contextvars(**bound):
            try:
                await self._answer(scope, receive, sender)
            finally:
                self._account(scope, sender.status, time.perf_counter() - started)
                structlog.contextvars.unbind_contextvars("actor_id", "client_id")
                leave_trace(token)

    async def _answer(self, scope: Scope, receive: Receive, sender: _Sender) -> None:
        try:
            await self._app(scope, receive, sender)
        except Exception as error:
            _log.error("request_broken", route=route_template(scope), exc_info=error)
            if sender.status is not None:
                raise
            await problem_response(DomainError())(scope, receive, sender)

    def _account(self, scope: Scope, status: int | None, seconds: float) -> None:
        route = route_template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        shown = status if status is not None else 499
        HTTP_REQUESTS.labels(self._service, method, route, str(shown)).inc()
        HTTP_SECONDS.labels(self._service, method, route).observe(seconds)
        if route in QUIET_ROUTES and shown < _SERVER_ERROR:
            return
        write = _log.warning if shown >= _SERVER_ERROR else _log.info
        write(
            "request_answered",
            method=method,
            route=route,
            status=shown,
            duration_ms=round(seconds * 1000, 1),
        )


class _Sender:
    """Adds the headers to the answer and remembers its status."""

    def __init__(self, send: Send, trace: Trace) -> None:
        self._send = send
        self._trace = trace
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-ID"] = self._trace.request_id or ""
            headers["traceparent"] = self._trace.traceparent or ""
        await self._send(message)


def route_template(scope: Scope) -> str:
    """Give the template of the route that matched, never the path: paths carry personal ids."""
    effective = scope.get("fastapi", {}).get("effective_route_context")
    for source in (effective, scope.get("route")):
        template = getattr(source, "path_format", None) or getattr(source, "path", None)
        if isinstance(template, str) and template:
            return template
    return "unmatched"
