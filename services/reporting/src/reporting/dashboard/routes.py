"""GET /dashboard for a bearer token or a short browser session; the session's two commands.

A browser without proof of who calls gets 401 and a page that asks for a token; every other
caller gets the usual problem. The session is a cookie that scripts cannot read, sent to this
page's addresses only, never by another site.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials

from common.kernel.errors import DomainError, Forbidden, Unauthenticated
from common.kernel.months import Month
from common.runtime.clock import system_now
from common.web.auth import (
    Actor,
    ScopeMissing,
    TokenMissing,
    actor_from_claims,
    current_actor,
    public,
    requires,
    without_personal_data,
)
from common.web.deps import ClockDep, ContextDep, ReadSessionDep, SettingsDep
from common.web.problems import problems, status_of
from common.web.revocation import session_ids
from common.web.signatures import public_address
from reporting.dashboard import service
from reporting.indicators.domain.periods import Period, PeriodNotOpen
from reporting.indicators.service import CommuneNotVisible, figures, latest_month, scope_for

COOKIE = "ansinh_dashboard"
LONGEST_SESSION = timedelta(minutes=15)
_SCOPE = "reporting:read"
_COMMUNE = r"^(\d{5})?$"
_MONTH = r"^(20\d{2}-(0[1-9]|1[0-2]))?$"


class CrossSite(
    Forbidden, code="cross_site", title="Yêu cầu đến từ trang khác không được chấp nhận"
):
    """Another site's page tried to use the browser session's commands."""


class _BrowserRoute(APIRoute):
    """Answers browsers with pages where others get problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer: Callable[[Request], Any] = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response: Response = await answer(request)
            except DomainError as error:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                return _refusal(request, error)
            return response

        return handler


router = APIRouter(tags=["dashboard"], route_class=_BrowserRoute)


async def _cookie_session(request: Request) -> None:
    """Let the browser session stand in for an absent Authorization header."""
    token = request.cookies.get(COOKIE)
    if token and "authorization" not in request.headers:
        credentials = HTTPAuthorizationCredentials(scheme="Bearer", credentials=token)
        await current_actor(request, credentials)


async def _same_site(request: Request) -> None:
    """Refuse commands of other sites: by the fetch header, or without it by Origin or Referer."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"none", "same-origin"}:
            raise CrossSite
        return
    origin = request.headers.get("origin") or request.headers.get("referer")
    if origin is not None and origin_of(origin) != origin_of(public_address(request)):
        raise CrossSite


def origin_of(address: str) -> tuple[str, str]:
    """Return scheme and host of an address, as browsers compare origins."""
    parts = urlsplit(address)
    return parts.scheme.lower(), parts.netloc.lower()


@router.get(
    "/dashboard",
    summary="Trang số liệu chi trả",
    response_class=HTMLResponse,
    responses=problems(TokenMissing, ScopeMissing, CommuneNotVisible, PeriodNotOpen),
    dependencies=[Depends(_cookie_session), without_personal_data()],
)
async def get_dashboard(
    request: Request,
    actor: Annotated[Actor, requires(_SCOPE)],
    session: ReadSessionDep,
    clock: ClockDep,
    commune_code: Annotated[str | None, Query(pattern=_COMMUNE, examples=["25000"])] = None,
    month: Annotated[str | None, Query(pattern=_MONTH, examples=["2026-12"])] = None,
) -> HTMLResponse:
    """Show the figures of a month; without one, of the latest sealed list."""
    scope = await scope_for(session, actor.communes, commune_code or None)
    latest = None if month else await latest_month(session, scope)
    chosen = Month.parse(month) if month else latest or clock.month()
    period = Period.of(chosen).check_open(clock.month())
    page = service.dashboard_page(
        await figures(session, scope, period),
        commune_code=commune_code,
        signed_in=COOKIE in request.cookies,
    )
    return HTMLResponse(page, headers=service.security_headers())


# without a key: a browser's form; signing in again opens another session
@router.post(
    "/dashboard/session",
    status_code=303,
    summary="Mở phiên xem ngắn cho trình duyệt",
    response_class=RedirectResponse,
    responses=problems(Unauthenticated, ScopeMissing, CrossSite),
    dependencies=[public(), Depends(_same_site)],
)
async def open_session(
    context: ContextDep,
    settings: SettingsDep,
    token: Annotated[str, Form(max_length=16_384)],
    commune_code: Annotated[str, Form(pattern=_COMMUNE)] = "",
    month: Annotated[str, Form(pattern=_MONTH)] = "",
) -> RedirectResponse:
    """Keep a good token in a cookie that only this page receives, for 15 minutes at most."""
    claims = await context.tokens.verify(token.strip())
    await context.revoked.refuse(claims)
    if _SCOPE not in actor_from_claims(claims).scopes:
        raise ScopeMissing(required_scopes=[_SCOPE])
    left = int(claims["exp"]) - int(system_now().timestamp())
    chosen = {"commune_code": commune_code, "month": month}
    query = urlencode({name: value for name, value in chosen.items() if value})
    address = f"{service.DASHBOARD_PATH}?{query}" if query else service.DASHBOARD_PATH
    response = RedirectResponse(address, 303, service.security_headers())
    response.set_cookie(
        COOKIE,
        token.strip(),
        max_age=max(0, min(left, int(LONGEST_SESSION.total_seconds()))),
        path=service.DASHBOARD_PATH,
        secure=settings.environment == "production",
        httponly=True,
        samesite="strict",
    )
    return response


# without a key: signing out twice is signing out once
@router.post(
    "/dashboard/sign-out",
    status_code=303,
    summary="Đóng phiên xem của trình duyệt",
    response_class=RedirectResponse,
    responses=problems(CrossSite),
    dependencies=[public(), Depends(_same_site)],
)
async def close_session(
    request: Request, context: ContextDep, settings: SettingsDep
) -> RedirectResponse:
    """End the session of the token and forget the browser session."""
    token = request.cookies.get(COOKIE)
    if token:
        with contextlib.suppress(Unauthenticated):
            claims = await context.tokens.verify(token)
            await context.revoked.revoke(session_ids(claims)[0], float(claims["exp"]))
    response = RedirectResponse(service.DASHBOARD_PATH, 303, service.security_headers())
    response.delete_cookie(
        COOKIE,
        path=service.DASHBOARD_PATH,
        secure=settings.environment == "production",
        httponly=True,
        samesite="strict",
    )
    return response


def _refusal(request: Request, error: DomainError) -> HTMLResponse:
    headers = dict(service.security_headers())
    status = status_of(type(error))
    if not isinstance(error, Unauthenticated):
        page = service.refused_page(error.title, error.detail)
        return HTMLResponse(page, status, headers)
    page = service.sign_in_page(
        message=None if isinstance(error, TokenMissing) else error.title,
        commune_code=request.query_params.get("commune_code"),
        month=request.query_params.get("month"),
    )
    headers["WWW-Authenticate"] = 'Bearer realm="ansinh"'
    return HTMLResponse(page, status, headers)
