"""`python -m common.runtime.provider_check`: can the OpenID provider be reached and believed?

Used before an installation and by `doctor`. Asks for the keys and, when the issuer publishes it, for
the discovery document; says in Vietnamese what is wrong and what to do next.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import Field

from common.runtime.clock import system_now
from common.runtime.outgoing import outgoing_client
from common.runtime.settings import ProcessSettings

MAX_CLOCK_DIFFERENCE_SECONDS = 60.0
_SECONDS = 5.0


class ProviderSettings(ProcessSettings):
    """Whom to ask, and which authorities to trust besides the public ones."""

    oidc_issuer: str = Field(min_length=1)
    oidc_jwks_url: str = Field(min_length=1)
    ca_folder: Path | None = None


class ProviderProblem(Exception):
    """What is wrong, and the next step; both in Vietnamese."""

    def __init__(self, text: str, next_step: str) -> None:
        """Keep both for whoever shows them."""
        super().__init__(text)
        self.text = text
        self.next_step = next_step


async def check_provider(settings: ProviderSettings) -> float | None:
    """Fetch the provider's keys; give how many seconds our clock is ahead of its, if it says.

    Raises:
        ProviderProblem: it cannot be used.
    """
    async with outgoing_client(settings.ca_folder, seconds=_SECONDS, connect=_SECONDS) as http:
        answer = await _get(http, settings.oidc_jwks_url)
        if not _keys(answer):
            raise ProviderProblem(
                f"{settings.oidc_jwks_url} không trả về bộ khóa (JWKS)",
                "kiểm tra ANSINH_OIDC_JWKS_URL với đơn vị quản lý hệ thống đăng nhập",
            )
        await _check_issuer(http, settings.oidc_issuer)
    return _ahead(answer.headers.get("date"))


async def _check_issuer(http: httpx.AsyncClient, issuer: str) -> None:
    document = await _get(
        http, f"{issuer.rstrip('/')}/.well-known/openid-configuration", missing_ok=True
    )
    stated = _object(document).get("issuer") if document.is_success else issuer
    if stated != issuer:
        raise ProviderProblem(
            "hệ thống đăng nhập tự gọi mình bằng địa chỉ khác với ANSINH_OIDC_ISSUER",
            f"đặt ANSINH_OIDC_ISSUER={stated}",
        )


async def _get(http: httpx.AsyncClient, url: str, *, missing_ok: bool = False) -> httpx.Response:
    try:
        answer = await http.get(url)
    except httpx.ConnectError as error:
        if isinstance(_root(error), ssl.SSLCertVerificationError):
            raise ProviderProblem(
                f"không tin chứng thư của {url}",
                "chép chứng thư gốc (PEM) của tỉnh vào ANSINH_CA_FOLDER, hoặc gia hạn chứng thư đó",
            ) from error
        raise ProviderProblem(
            f"không nối được tới {url}", "kiểm tra DNS, đường mạng và tường lửa của máy chủ"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderProblem(
            f"{url} không trả lời ({type(error).__name__})", "hỏi đơn vị quản lý hệ thống đăng nhập"
        ) from error
    if not answer.is_success and not missing_ok:
        raise ProviderProblem(f"{url} trả lời {answer.status_code}", "kiểm tra địa chỉ trong .env")
    return answer


def _root(error: BaseException) -> BaseException:
    """Follow causes to the first error: httpx wraps that of the TLS library twice."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _keys(answer: httpx.Response) -> list[Any]:
    listed = _object(answer).get("keys")
    return listed if isinstance(listed, list) else []


def _ahead(date: str | None) -> float | None:
    if date is None:
        return None
    try:
        theirs: datetime = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (system_now() - theirs).total_seconds() if theirs.tzinfo is not None else None


def main() -> None:
    """Check the provider of the environment; exit 1 when it cannot be used."""
    try:
        ahead = asyncio.run(check_provider(ProviderSettings()))
    except ProviderProblem as problem:
        sys.exit(f"{problem.text}\n  -> {problem.next_step}")
    if ahead is not None and abs(ahead) > MAX_CLOCK_DIFFERENCE_SECONDS:
        sys.exit(
            f"đồng hồ máy chủ lệch {ahead:.0f} giây so với hệ thống đăng nhập\n"
            "  -> bật NTP (chrony) rồi chạy lại"
        )
    sys.stdout.write("hệ thống đăng nhập trả lời, khóa đọc được, đồng hồ khớp\n")


if __name__ == "__main__":
    main()
