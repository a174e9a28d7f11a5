"""What the service refuses to read: bodies that are too large, JSON that is nested too deeply."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.kernel.errors import DomainError, TooLarge
from common.web.problems import MalformedJson, problem_response

_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class BodyTooLarge(TooLarge):
    """The request's body is larger than this service reads."""

    code = "body_too_large"
    title = "Nội dung gửi lên quá lớn"


@dataclass(frozen=True)
class BodyLimits:
    """Largest bodies in bytes, and the deepest nesting of JSON."""

    json_bytes: int = 8 * 1024 * 1024
    other_bytes: int = 48 * 1024 * 1024
    json_depth: int = 32


class _Exceeded(Exception):
    """The body grew beyond its limit while it was read."""


class BodyLimitMiddleware:
    """Refuses oversized bodies by their length, or while they arrive; looks into JSON first."""

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        """Wrap an application."""
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its body is acceptable."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_json = _is_json(headers.get("content-type", "application/json"))
        limit = self._limits.json_bytes if is_json else self._limits.other_bytes
        refusal: DomainError = BodyTooLarge(f"Nội dung được lớn nhất {limit // 1024 // 1024} MB.")
        if _declared_too_large(headers.get("content-length", "0"), limit):
            await problem_response(refusal)(scope, receive, send)
            return
        guarded = _counting(receive, limit)
        try:
            if is_json:
                body = await _read(guarded)
                if _too_deep(body, self._limits.json_depth) or _NUL_ESCAPE.search(body):
                    await problem_response(MalformedJson())(scope, receive, send)
                    return
                guarded = _again(body, receive)
            await self._app(scope, guarded, send)
        except _Exceeded:
            await problem_response(refusal)(scope, receive, send)


def _declared_too_large(length: str, limit: int) -> bool:
    plain = length.isascii() and length.isdigit()
    return not plain or len(length) > len(str(limit)) + 1 or int(length) > limit


def _is_json(content_type: str) -> bool:
    kind = content_type.split(";", 1)[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _counting(receive: Receive, limit: int) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise _Exceeded
        return message

    return counted


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False) and message["type"] == "http.request"
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read ahead, then whatever comes (a disconnect)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _too_deep(body: bytes, depth_max: int) -> bool:
    if body.count(b"[") + body.count(b"{") <= depth_max:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(body):
        first = match.group()[0]
        if first in b"[{":
            depth += 1
            if depth > depth_max:
                return True
        elif first in b"]}":
            depth -= 1
    return False
