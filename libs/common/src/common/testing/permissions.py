"""Routes that forgot to say who may call them."""

from __future__ import annotations

from fastapi import FastAPI

from common.web.permissions import route_permissions


def routes_without_permission(app: FastAPI) -> list[str]:
    """List the routes that declare neither `requires(...)` nor `public()`: must be empty."""
    return [
        f"{item.method} {item.path}"
        for item in route_permissions(app)
        if not (item.scopes or item.public or item.authenticated)
    ]
