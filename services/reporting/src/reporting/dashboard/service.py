"""The page, made from the same figures as the API; one style sheet, allowed by its hash."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from common.kernel.money import format_dong
from common.runtime.clock import VN_TZ
from reporting.indicators.domain.figures import PAID_DEFINITION, REGISTERED_DEFINITION, Figures
from reporting.indicators.service import labels
from reporting.statutory.service.notes import completeness_notes

DASHBOARD_PATH = "/reporting/v1/dashboard"
SESSION_PATH = f"{DASHBOARD_PATH}/session"
SIGN_OUT_PATH = f"{DASHBOARD_PATH}/sign-out"


def dashboard_page(figures: Figures, *, commune_code: str | None, signed_in: bool) -> str:
    """Write the page for a scope and a period."""
    return (
        _pages()
        .get_template("dashboard.html")
        .render(
            f=figures,
            labels=labels(),
            place=figures.scope.words(),
            commune_code=commune_code,
            definitions=(PAID_DEFINITION, REGISTERED_DEFINITION),
            notes=completeness_notes(figures),
            dashboard_path=DASHBOARD_PATH,
            sign_out_path=SIGN_OUT_PATH,
            signed_in=signed_in,
        )
    )


def sign_in_page(*, message: str | None, commune_code: str | None, month: str | None) -> str:
    """Write the page that asks for a token."""
    return (
        _pages()
        .get_template("sign_in.html")
        .render(message=message, session_path=SESSION_PATH, commune_code=commune_code, month=month)
    )


def refused_page(title: str, detail: str | None) -> str:
    """Write the page that says why there is nothing to see."""
    return (
        _pages()
        .get_template("refused.html")
        .render(title=title, detail=detail, dashboard_path=DASHBOARD_PATH)
    )


@cache
def security_headers() -> dict[str, str]:
    """Give headers that let a browser load nothing but the page itself and its style."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept, Cookie, Authorization",
    }


@cache
def _style() -> str:
    source = files("reporting.dashboard").joinpath("templates", "style.css")
    return source.read_text(encoding="utf-8")


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("reporting.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals["style"] = Markup(_style())  # noqa: S704  our own file, not a caller's text
    pages.filters |= {
        "number": _number,
        "dong": format_dong,
        "percent": _percent,
        "moment": _moment,
    }
    return pages


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _percent(value: Decimal | None) -> str:
    return "chưa có" if value is None else f"{value} %".replace(".", ",")


def _moment(value: datetime) -> str:
    return f"{value.astimezone(VN_TZ):%H:%M ngày %d/%m/%Y}"
