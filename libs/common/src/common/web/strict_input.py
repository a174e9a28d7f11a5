"""One rule for the scalars of every request: numbers are numbers, and days lie within two centuries.

Pydantic's lax mode reads `true` and `"740000"` as whole numbers, and a date at the end of time
overflows the first sum made with it. The rule is applied to the validators of all routes when the
application is made, so that no field can forget it. In JSON, int and bool are strict; addresses and
forms are text by nature, and only their days are bounded.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from fastapi import FastAPI, params
from fastapi.dependencies.models import Dependant
from pydantic import TypeAdapter
from pydantic_core import SchemaValidator

from common.web.openapi import business_routes

FIRST_DAY = date(1850, 1, 1)
LAST_DAY = date(2200, 12, 31)
_MOMENTS: dict[str, dict[str, Any]] = {
    "date": {"ge": FIRST_DAY, "le": LAST_DAY},
    "datetime": {
        "ge": datetime(1850, 1, 1, tzinfo=UTC),
        "le": datetime(2200, 12, 31, tzinfo=UTC),
    },
}
_STRICT = frozenset({"int", "bool", "float"})
_OPAQUE = frozenset({"cls", "metadata", "serialization", "default", "default_factory"})


def apply_strict_input(app: FastAPI) -> None:
    """Rebuild the validators of every route's parameters and body."""
    for route in business_routes(app):
        body = route.body_field
        if body is not None:
            _rebuild(body, strict=not isinstance(body.field_info, params.Form))
        for parameter in _parameters(route.dependant):
            _rebuild(parameter, strict=False)


def _parameters(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.path_params
    yield from dependant.query_params
    yield from dependant.header_params
    for child in dependant.dependencies:
        yield from _parameters(child)


def _rebuild(field: Any, *, strict: bool) -> None:
    adapter: TypeAdapter[Any] = field._type_adapter  # noqa: SLF001 - FastAPI gives no other way
    schema = bounded_schema(adapter.core_schema, strict=strict)
    # Prebuilt validators of nested models would bring the lax ones back.
    adapter.validator = SchemaValidator(schema, None, _use_prebuilt=False)


def bounded_schema(schema: Any, *, strict: bool) -> Any:
    """Return a copy of a core schema with bounded days and, if asked, strict numbers."""
    if isinstance(schema, list | tuple):
        return type(schema)(bounded_schema(part, strict=strict) for part in schema)
    if not isinstance(schema, dict):
        return schema
    found = {
        name: part if name in _OPAQUE else bounded_schema(part, strict=strict)
        for name, part in schema.items()
    }
    kind = found.get("type")
    if strict and kind in _STRICT:
        found["strict"] = True
    bounds = _MOMENTS.get(kind, {}) if isinstance(kind, str) else {}
    for name, bound in bounds.items():
        found.setdefault(name, copy.copy(bound))
    return found
