"""The OpenAPI 3.1 document: operation ids, every refusal as a problem, and a page."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.responses import HTMLResponse

from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import public
from common.web.docs_page import render_docs
from common.web.idempotency import (
    KEY_CHARACTERS_MAX,
    AnswerOutsideCommunes,
    IdempotencyKeyInvalid,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    IdempotencyRunning,
)
from common.web.limits import BodyTooLarge
from common.web.problems import MEDIA_TYPE, MalformedJson, Problem, ProblemField, problems
from common.web.rate_limits import RateLimited

_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
_REPLACED = ("HTTPValidationError", "ValidationError")
_HEADERS: dict[str, dict[str, Any]] = {
    "idempotency-key": {
        "name": "Idempotency-Key",
        "required": True,
        "schema": {
            "type": "string",
            "pattern": "^[!-~]([ -~]*[!-~])?$",
            "maxLength": KEY_CHARACTERS_MAX,
            "examples": ["7f9c24e8-3b12-4fef-91e0-5d3c2a1b0a99"],
        },
    },
    "if-match": {
        "name": "If-Match",
        "required": True,
        "description": "ETag của lần đọc gần nhất",
        "schema": {"type": "string", "pattern": r'^"v\d{1,9}"$', "examples": ['"v1"']},
    },
}
"""Headers that a route reads itself, so as to refuse their absence with a code of its own."""
_HEADER_REFUSALS = {
    "idempotency-key": problems(
        IdempotencyKeyRequired,
        IdempotencyKeyInvalid,
        IdempotencyKeyReused,
        IdempotencyRunning,
        AnswerOutsideCommunes,
    ),
    "if-match": problems(PreconditionRequired, PreconditionFailed),
}
_BODY_REFUSALS = problems(MalformedJson, BodyTooLarge)
_RATE_REFUSALS = problems(RateLimited)


def operation_id_of(route: APIRoute) -> str:
    """Name an operation after its function; unique within a service (checked at start)."""
    return route.name


def business_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Give every API route of the application with its full path."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            yield route


def check_operation_ids(app: FastAPI) -> None:
    """Refuse two routes of one name.

    Raises:
        ValueError: naming them.
    """
    seen: dict[str, str] = {}
    for route in business_routes(app):
        if not route.include_in_schema:
            continue
        name, path = str(route.unique_id), str(route.path)
        if name in seen:
            msg = f"operation id {name!r} is used by {seen[name]} and {path}"
            raise ValueError(msg)
        seen[name] = path


def install_openapi(app: FastAPI) -> None:
    """Make the document on first use: every refusal in it is a Problem."""
    check_operation_ids(app)

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _REPLACED:
        schemas.pop(name, None)
    schemas["Problem"] = _problem_schema()
    for path in document.get("paths", {}).values():
        for method, operation in path.items():
            if method in _METHODS:
                _declare_problems(operation)
    _drop_unreferred(document)
    return document


def _drop_unreferred(document: dict[str, Any]) -> None:
    """Remove schemas that nothing names: a type that is written as text leaves one behind."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    text = json.dumps(document)
    for name in [name for name in schemas if f'schemas/{name}"' not in text]:
        del schemas[name]


def _problem_schema() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    field = ProblemField.model_json_schema()
    schema["properties"]["errors"] = {
        "anyOf": [{"type": "array", "items": field}, {"type": "null"}],
        "description": "Từng trường chưa đúng",
    }
    return schema


def _declare_problems(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "422" in responses and MEDIA_TYPE not in responses["422"].get("content", {}):
        responses["422"] = _problem("Dữ liệu chưa hợp lệ")
    if operation.get("security"):
        responses.setdefault("401", _problem("Chưa xác thực"))
        responses.setdefault("403", _problem("Không có quyền thực hiện"))
    _add(responses, _RATE_REFUSALS)
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header" and parameter["name"] in _HEADERS:
            _add(responses, _HEADER_REFUSALS[parameter["name"]])
            parameter.update(copy.deepcopy(_HEADERS[parameter["name"]]))
    if "requestBody" in operation:
        _add(responses, _BODY_REFUSALS)
    responses.setdefault("default", _problem("Lỗi, theo RFC 9457"))


def _add(responses: dict[str, Any], refusals: dict[int | str, dict[str, Any]]) -> None:
    """Declare refusals beside those that the route declares itself."""
    for status, refusal in refusals.items():
        present = responses.setdefault(str(status), _problem(""))
        content = present["content"][MEDIA_TYPE]
        examples = {
            **content.get("examples", {}),
            **copy.deepcopy(refusal["content"][MEDIA_TYPE]["examples"]),
        }
        content["examples"] = examples
        titles = [example["summary"] for example in examples.values()]
        present["description"] = "; ".join(
            dict.fromkeys(filter(None, [*present["description"].split("; "), *titles]))
        )


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def docs_router(service: str) -> APIRouter:
    """Make `/<service>/docs`: readable without the Internet, no script, nothing from elsewhere."""
    router = APIRouter(include_in_schema=False, dependencies=[public()])

    @router.get(f"/{service}/docs", operation_id="docs")
    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(render_docs(request.app.openapi()))

    return router
