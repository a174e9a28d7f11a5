"""Who calls, and what they may do: the Actor, `requires(...)`, `public()`.

Every route declares one of them (or the rare `authenticated()`); `routes_without_permission` lists those that forgot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from common import audit
from common.kernel.errors import Forbidden, Unauthenticated
from common.runtime.clock import system_now
from common.web.context import AppContext, context_of
from common.web.operation_names import operation_name

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="oidc",
    bearerFormat="JWT",
    description="Mã truy cập (JWT) do hệ thống đăng nhập OpenID Connect của tỉnh cấp.",
)


class TokenMissing(Unauthenticated, code="token_missing", title="Thiếu mã truy cập"):
    """The request carries no bearer token."""


class ScopeMissing(
    Forbidden, code="scope_missing", title="Tài khoản không có quyền dùng chức năng này"
):
    """The caller's token lacks a scope that this route needs."""


class LogInNotFresh(
    Unauthenticated, code="log_in_not_fresh", title="Thao tác này cần đăng nhập lại để xác nhận"
):
    """Signing, approving and sealing ask for a log-in of the last minutes (RFC 9470)."""


STEP_UP_SCOPES = frozenset({"decisions:sign", "lists:approve", "law:approve"})
"""Scopes of what binds the province: who uses them has just logged in."""


@dataclass(frozen=True)
class Actor:
    """The caller as the token says. `communes` None means the whole province."""

    subject: str
    name: str
    client_id: str
    scopes: frozenset[str]
    roles: frozenset[str]
    communes: frozenset[str] | None
    logged_in_at: float | None = None
    """When the person last proved who they are (`auth_time`, seconds since 1970)."""

    def may_see(self, commune_code: str) -> bool:
        """Tell whether this commune is one of the caller's."""
        return self.communes is None or commune_code in self.communes


def actor_from_claims(
    claims: dict[str, Any], roles: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> Actor:
    """Read an Actor from token claims; what is absent or odd grants nothing.

    Args:
        claims: of a verified token.
        roles: scopes that a role of the provider stands for (the file `oidc_roles_file`).
    """
    communes = _texts(claims.get("communes"))
    held = _texts(claims.get("roles"))
    granted = frozenset().union(*(roles.get(role, frozenset()) for role in held))
    logged_in_at = claims.get("auth_time")
    return Actor(
        subject=str(claims["sub"]),
        name=str(claims.get("name", "")),
        client_id=str(claims.get("client_id") or claims.get("azp") or claims["sub"]),
        scopes=_texts(claims.get("scope")) | granted,
        roles=held,
        communes=None if "*" in communes else communes,
        logged_in_at=None if logged_in_at is None else float(logged_in_at),
    )


def _texts(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list):
        return frozenset(item for item in value if isinstance(item, str) and item)
    return frozenset()


async def current_actor(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Actor:
    """Verify the bearer token once per request.

    Raises:
        TokenMissing: no token.
        TokenInvalid: the token is not good.
        RateLimited: this caller sends too many requests.
    """
    operation = operation_name(request.scope["route"])
    audit.state_purpose(request.headers.get("x-purpose"), operation)
    context = context_of(request)
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        if credentials is None:
            raise TokenMissing
        actor = await authenticate(context, credentials.credentials, address_of(request.scope))
        request.state.actor = actor
        context.rates.check_caller(actor)
    if not getattr(request.state, "counted", False):
        request.state.counted = True
        context.rates.check_route(actor, operation)
    return actor


def address_of(scope: Mapping[str, Any]) -> str:
    """Give the address that a request comes from, as the proxy tells it."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


async def authenticate(context: AppContext, token: str, address: str) -> Actor:
    """Verify a token; the log lines of this request then carry who calls.

    Raises:
        TokenInvalid: the token is not good.
        RateLimited: too many bad tokens came from this address.
    """
    try:
        claims = await context.tokens.verify(token)
        await context.revoked.refuse(claims)
    except Unauthenticated:
        context.rates.check_address(address)
        raise
    actor = actor_from_claims(claims, context.roles)
    structlog.contextvars.bind_contextvars(actor_id=actor.subject, client_id=actor.client_id)
    return actor


async def actor_if_known(request: Request) -> Actor | None:
    """Give the caller of a request that was refused before its dependencies ran, if the token is good.

    A body that cannot be parsed is refused before anybody asks who calls.
    """
    try:
        return await current_actor(request, await _bearer(request))
    except Unauthenticated:
        return None


def actor_of(request: Request) -> Actor:
    """Give the caller of a route that has declared `requires(...)`, without asking for it again."""
    actor: Actor = request.state.actor
    return actor


ActorDep = Annotated[Actor, Depends(current_actor)]
"""The caller, when a route has already declared `requires(...)`."""


async def _check_scopes(request: Request, needed: SecurityScopes, actor: ActorDep) -> Actor:
    missing = sorted(set(needed.scopes) - actor.scopes)
    if missing:
        raise ScopeMissing(required_scopes=list(needed.scopes))
    if STEP_UP_SCOPES & set(needed.scopes):
        _require_fresh_log_in(actor, context_of(request).step_up_seconds)
    return actor


def _require_fresh_log_in(actor: Actor, seconds: float) -> None:
    now = system_now().timestamp()
    if actor.logged_in_at is None or now - actor.logged_in_at > seconds:
        raise LogInNotFresh(max_age=int(seconds))


def requires(*scopes: str) -> Any:
    """Declare the scopes that a route needs, all of them; gives the Actor.

    Use: `actor: Annotated[Actor, requires("registry:read")]`, or in `dependencies=[...]`.
    """
    if not scopes:
        raise ValueError("a route names the scopes it needs, or is public()")
    return Security(_check_scopes, scopes=list(scopes))


async def _known(actor: ActorDep) -> Actor:
    return actor


def authenticated() -> Any:
    """Declare a route for any good token, where the row itself decides (an operation's asker).

    Rare: a scope is the rule.
    """
    return Depends(_known)


async def _without_personal_data() -> None:
    """Mark a route that shows nothing about a person."""


def without_personal_data() -> Any:
    """Declare that a route shows nothing about a person, so that reading it leaves no audit entry.

    Every other successful read is written into the audit log.
    """
    return Depends(_without_personal_data)


async def _anyone() -> None:
    """Mark a route that needs no proof of identity."""


def public() -> Any:
    """Declare that anyone may call this route: `dependencies=[public()]`."""
    return Depends(_anyone)
