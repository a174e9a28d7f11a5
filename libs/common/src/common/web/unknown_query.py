"""Query parameters that a route does not know are refused, so that a misspelt filter never widens an answer."""

from __future__ import annotations

import re
from difflib import get_close_matches

from fastapi import FastAPI, Request, params
from fastapi.dependencies.utils import get_flat_params

from common.kernel.errors import FieldError, InvalidInput
from common.web.openapi import business_routes
from common.web.operation_names import operation_name

_PLAIN_NAME = re.compile(r"[A-Za-z_]{1,40}")


class QueryParameterUnknown(
    InvalidInput,
    code="query_parameter_unknown",
    title="Địa chỉ có tham số truy vấn không được hỗ trợ",
):
    """The address carries a query parameter that the route does not have; `known` lists them."""


async def refuse_unknown_query(request: Request) -> None:
    """Compare the address with the parameters of its route (a dependency of every route).

    Raises:
        QueryParameterUnknown: naming each unknown parameter, the known ones, and the nearest.
    """
    sent = set(request.query_params)
    if not sent:
        return
    known: frozenset[str] = request.app.state.query_parameters[
        operation_name(request.scope["route"])
    ]
    unknown = sorted(sent - known)
    if unknown:
        raise QueryParameterUnknown(
            errors=[_unknown(name, known) for name in unknown], known=sorted(known)
        )


def remember_query_parameters(app: FastAPI) -> None:
    """Note once which query parameters each route has by its operation id."""
    app.state.query_parameters = {
        operation_name(route.original_route): frozenset(
            field.alias
            for field in get_flat_params(route.dependant)
            if isinstance(field.field_info, params.Query)
        )
        for route in business_routes(app)
    }


def _unknown(name: str, known: frozenset[str]) -> FieldError:
    # A name may be a misplaced value (a person's number): only what looks like a name is repeated.
    shown = name if _PLAIN_NAME.fullmatch(name) else "?"
    nearest = get_close_matches(name, known, n=1)
    hint = f" Có phải là “{nearest[0]}”?" if nearest else ""
    return FieldError(
        f"/query/{shown}", "query_parameter_unknown", f"Tham số này không được hỗ trợ.{hint}"
    )
