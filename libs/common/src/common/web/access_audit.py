"""The edge of the audit log: no answer about a person, and no refusal, leaves without its entry.

A command writes its own entry in its transaction. What is left is written here, in a transaction of
its own and before the answer leaves: every successful read, every command whose room wrote nothing,
and every refusal of a known caller. Only routes marked `without_personal_data()` are read freely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.audit import store
from common.audit.service import Request, begin_request, record_access
from common.observability.trace import current_trace
from common.web.auth import Actor, _without_personal_data
from common.web.deps import scope_of
from common.web.openapi import business_routes
from common.web.problems import DatabaseUnavailable, problem_response
from common.web.requests import route_template

if TYPE_CHECKING:
    from fastapi import FastAPI

    from common.web.context import AppContext

_log = structlog.get_logger(__name__)
_REFUSALS = frozenset({401, 403, 404, 409, 412, 429})
_SUCCESS = range(200, 400)
_READING = frozenset({"GET", "HEAD"})
_PERSON = (("person_id", "person"), ("personal_id", "personal_id"))
_COMMUNE = ("commune_code", "code")


class _NotWritten(Exception):
    """The entry could not be written, so the answer may not leave."""


class AccessAuditMiddleware:
    """Writes the entry of a request when nobody else did, before its answer leaves."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app
        self._free: frozenset[tuple[str, str]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        notes = begin_request()

        async def written_first(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._write(scope, notes, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, written_first)
        except _NotWritten:
            await problem_response(DatabaseUnavailable())(scope, receive, send)

    async def _write(self, scope: Scope, notes: Request, status: int) -> None:
        actor: Actor | None = scope.get("state", {}).get("actor")
        template = route_template(scope)
        if actor is None or template == "unmatched":
            return
        outcome = self._outcome(scope, template, notes, status)
        if outcome is None:
            return
        context: AppContext = scope["app"].state.web
        subject_type, subject_id = _subject(scope)
        operation = getattr(scope.get("route"), "name", template)
        entry = store.Entry(
            action=f"{operation}.{outcome}",
            outcome=outcome,
            purpose=notes.purpose or operation,
            subject_type=subject_type,
            subject_id=subject_id,
            request_id=current_trace().request_id,
            detail={"status": status},
        )
        try:
            await record_access(context.database, scope_of(actor), entry)
        except (OSError, RuntimeError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("audit_not_written", operation=operation, error=type(error).__name__)
            if outcome != "refused":
                raise _NotWritten from error

    def _outcome(self, scope: Scope, template: str, notes: Request, status: int) -> str | None:
        if status in _REFUSALS:
            return None if notes.repeated else "refused"
        if status not in _SUCCESS or notes.recorded or self._is_free(scope, template):
            return None
        return "read" if scope["method"] in _READING else "done"

    def _is_free(self, scope: Scope, template: str) -> bool:
        if self._free is None:
            self._free = frozenset(free_routes(scope["app"]))
        return (scope["method"], template) in self._free


def free_routes(app: FastAPI) -> list[tuple[str, str]]:
    """List the routes whose reading leaves no entry: method and template."""
    return [
        (method, str(route.path))
        for route in business_routes(app)
        for method in sorted(route.methods or ())
        if any(child.call is _without_personal_data for child in route.dependant.dependencies)
    ]


def _subject(scope: Scope) -> tuple[str, str]:
    """Name what was asked about: the person of the address, or else its commune or other id."""
    values: dict[str, Any] = scope.get("path_params", {})
    for name, kind in _PERSON:
        if name in values:
            return kind, str(values[name])[:64]
    for name in _COMMUNE:
        if name in values:
            return "commune", str(values[name])[:64]
    for name, value in values.items():
        return name.removesuffix("_id"), str(value)[:64]
    return "route", ""
