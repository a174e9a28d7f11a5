"""Which route needs which scopes: for the authorisation matrix and the test of forgotten routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from common.web.auth import _anyone, _check_scopes, _known
from common.web.openapi import business_routes


@dataclass(frozen=True)
class RoutePermission:
    """One route's rule; none of the three means that the route forgot to say."""

    method: str
    path: str
    scopes: frozenset[str]
    public: bool
    authenticated: bool


def route_permissions(app: FastAPI) -> list[RoutePermission]:
    """List every route with what it declares, by path."""
    found: list[RoutePermission] = []
    for route in business_routes(app):
        calls = list(_declared(route.dependant))
        scopes = frozenset(scope for child in calls for scope in child.own_oauth_scopes or ())
        marks = {child.call for child in calls}
        found.extend(
            RoutePermission(
                method=method,
                path=str(route.path),
                scopes=scopes if _check_scopes in marks else frozenset(),
                public=_anyone in marks,
                authenticated=_known in marks,
            )
            for method in sorted(route.methods or ())
        )
    return sorted(found, key=lambda item: (item.path, item.method))


def _declared(dependant: Dependant) -> Iterator[Dependant]:
    """Give the dependencies of any depth that declare a permission."""
    for child in dependant.dependencies:
        if child.call in {_anyone, _check_scopes, _known}:
            yield child
        yield from _declared(child)
