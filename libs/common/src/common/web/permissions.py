"""Which route needs which scopes: for the authorisation matrix and the test of forgotten routes."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from common.web.auth import _anyone, _check_scopes
from common.web.openapi import business_routes


@dataclass(frozen=True)
class RoutePermission:
    """One route's rule. `scopes` empty and not `public` means that the route forgot to say."""

    method: str
    path: str
    scopes: frozenset[str]
    public: bool


def route_permissions(app: FastAPI) -> list[RoutePermission]:
    """List every route with what it declares, by path."""
    found: list[RoutePermission] = []
    for route in business_routes(app):
        scopes, anyone = _declared(route.dependant)
        found.extend(
            RoutePermission(method=method, path=str(route.path), scopes=scopes, public=anyone)
            for method in sorted(route.methods or ())
        )
    return sorted(found, key=lambda item: (item.path, item.method))


def routes_without_permission(app: FastAPI) -> list[str]:
    """List the routes that declare neither `requires(...)` nor `public()`: must be empty."""
    return [
        f"{item.method} {item.path}"
        for item in route_permissions(app)
        if not item.scopes and not item.public
    ]


def _declared(dependant: Dependant) -> tuple[frozenset[str], bool]:
    scopes: set[str] = set()
    anyone = False
    for child in dependant.dependencies:
        if child.call is _check_scopes:
            scopes.update(child.oauth_scopes or ())
        elif child.call is _anyone:
            anyone = True
        deeper, open_below = _declared(child)
        scopes |= deeper
        anyone = anyone or open_below
    return frozenset(scopes), anyone
