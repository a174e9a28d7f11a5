"""From exceptions to problems: ours, the framework's, the database's, and everything else."""

from __future__ import annotations

from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from common.database.outages import is_concurrency, is_outage, sqlstate_of
from common.kernel.errors import (
    DomainError,
    Forbidden,
    InvalidInput,
    TooLarge,
    Unauthenticated,
    UnsupportedMedia,
)
from common.web.problems import (
    BadRequest,
    ConcurrentUpdate,
    DatabaseUnavailable,
    DuplicateRecord,
    MalformedJson,
    MethodNotAllowed,
    OutsideCommunes,
    ReferenceBroken,
    RequestRefused,
    RouteNotFound,
    ValueNotStorable,
    problem_response,
    status_of,
)
from common.web.validation import field_errors

_log = structlog.get_logger(__name__)

_HTTP_KINDS: dict[int, type[DomainError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: RouteNotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMedia,
    422: InvalidInput,
}
_SERVER_ERROR = 500

_SQLSTATES: dict[str, type[DomainError]] = {
    "23505": DuplicateRecord,
    "23P01": DuplicateRecord,
    "23503": ReferenceBroken,
    "42501": OutsideCommunes,
    "22000": ValueNotStorable,
    "22001": ValueNotStorable,
    "22003": ValueNotStorable,
    "22007": ValueNotStorable,
    "22008": ValueNotStorable,
    "22021": ValueNotStorable,
    "22P05": ValueNotStorable,
}
"""What the database refuses for a reason of the caller's. All else is a fault of ours (500)."""


def install_error_handlers(app: FastAPI) -> None:
    """Give every error of this application the same shape."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in (DBAPIError, PoolTimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        app.add_exception_handler(kind, _database_error)
    for outage in (ConnectionError, TimeoutError):
        app.add_exception_handler(outage, _database_error)


def _domain_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - registered for this class only
    if status_of(type(error)) >= _SERVER_ERROR:
        _log.error("request_failed", code=error.code, exc_info=error)
    return problem_response(error)


def _validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    found = error.errors()
    if any(item.get("type") == "json_invalid" for item in found):
        return problem_response(MalformedJson())
    detail = f"Có {len(found)} trường chưa đúng, xem errors."
    return problem_response(InvalidInput(detail, errors=field_errors(found, error.body)))


def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    headers = dict(error.headers or {})
    if error.status_code >= _SERVER_ERROR:
        return problem_response(DomainError(), status=error.status_code, headers=headers)
    kind = _HTTP_KINDS.get(error.status_code, RequestRefused)
    return problem_response(kind(), status=error.status_code, headers=headers)


def _database_error(_: Request, error: Exception) -> Response:
    return problem_response(database_problem(error))


def database_problem(error: BaseException) -> DomainError:
    """Give the problem of a database error; the fault of ours is logged here, without values."""
    if is_concurrency(error):
        return ConcurrentUpdate()
    if is_outage(error):
        _log.warning("database_unavailable", kind=type(error).__name__)
        return DatabaseUnavailable()
    kind = _SQLSTATES.get(sqlstate_of(error) or "")
    if kind is not None:
        _log.info("database_refused", sqlstate=sqlstate_of(error), **_where(error))
        return kind()
    _log.error("database_error", sqlstate=sqlstate_of(error), exc_info=error)
    return DomainError()


def _where(error: BaseException) -> dict[str, Any]:
    """Name the constraint: needed to find the rule, and free of values."""
    source = getattr(getattr(error, "orig", error), "__cause__", None) or error
    constraint = getattr(source, "constraint_name", None)
    return {} if constraint is None else {"constraint": constraint}
