"""What the service refuses to read: bodies too large, too slow or of strangers; headers too large."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.kernel.errors import DomainError, TooLarge
from common.web.json_body import json_refusal
from common.web.problems import HeaderRepeated, HeadersTooLarge, RequestTooSlow, problem_response

_THREAD_FROM_BYTES = 256 * 1024
"""JSON from this size on is checked in a thread, so that other requests go on."""


class BodyTooLarge(TooLarge, code="body_too_large", title="Nội dung gửi lên quá lớn"):
    """The request's body is larger than this service reads."""


@dataclass(frozen=True)
class BodyLimits:
    """Largest headers and bodies in bytes, deepest nesting of JSON, slowest arrival.

    `public_bytes` holds on routes without log-in. A body may pause for `pause_seconds`, and all of
    it arrives within `grace_seconds` plus its size divided by `bytes_per_second`.
    """

    header_bytes: int = 32 * 1024
    json_bytes: int = 8 * 1024 * 1024
    other_bytes: int = 48 * 1024 * 1024
    public_bytes: int = 64 * 1024
    json_depth: int = 32
    pause_seconds: float = 20.0
    grace_seconds: float = 60.0
    bytes_per_second: int = 32 * 1024


class _Exceeded(Exception):
    """The body grew beyond its limit while it was read."""


class _TooSlow(Exception):
    """The body did not arrive in time."""


class BodyLimitMiddleware:
    """Refuses oversized bodies by their length, or while they arrive; looks into JSON first.

    It stands behind the authentication: what it reads comes from a known caller (`actor` in the
    request's state) or belongs to a public route, for which a smaller limit holds.
    """

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
        if "actor" not in scope.get("state", {}):
            limit = min(limit, self._limits.public_bytes)
        refusal: DomainError = BodyTooLarge(f"Nội dung được lớn nhất {_size(limit)}.")
        if _declared_too_large(headers.get("content-length", "0"), limit):
            await problem_response(refusal)(scope, receive, send)
            return
        guarded = _Body(receive, limit, self._limits)
        try:
            await self._answer(scope, guarded, send, is_json=is_json)
        except _Exceeded:
            await problem_response(refusal)(scope, receive, send)
        except _TooSlow:
            await problem_response(RequestTooSlow())(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, *, is_json: bool) -> None:
        if is_json:
            body = await _read(receive)
            depth = self._limits.json_depth
            if len(body) < _THREAD_FROM_BYTES:
                problem = json_refusal(body, depth)
            else:
                problem = await asyncio.to_thread(json_refusal, body, depth)
            if problem is not None:
                await problem_response(problem)(scope, receive, send)
                return
            receive = _again(body, receive)
        await self._app(scope, receive, send)


_ONCE = frozenset({
    b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key", b"if-match",
})  # fmt: skip
"""Headers that mean nothing when they are sent twice."""


def headers_refusal(scope: Scope, limits: BodyLimits) -> DomainError | None:
    """Return the refusal of a request by its address and headers (too large, repeated), or None."""
    single = [name for name, _ in scope["headers"] if name in _ONCE]
    if len(single) > len(set(single)):
        return HeaderRepeated()
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    size += len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
    return HeadersTooLarge() if size > limits.header_bytes else None


def _size(limit: int) -> str:
    kilobytes = limit // 1024
    return f"{kilobytes // 1024} MB" if kilobytes >= 1024 else f"{kilobytes} KB"


def _declared_too_large(length: str, limit: int) -> bool:
    plain = length.isascii() and length.isdigit()
    return not plain or len(length) > len(str(limit)) + 1 or int(length) > limit


def _is_json(content_type: str) -> bool:
    kind = content_type.split(";", 1)[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


class _Body:
    """Receives a body within its limits of size and time."""

    def __init__(self, receive: Receive, limit: int, limits: BodyLimits) -> None:
        self._receive = receive
        self._limit = limit
        self._limits = limits
        self._size = 0
        self._more = True
        self._started = time.monotonic()

    async def __call__(self) -> Message:
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout(self._patience()):
                message = await self._receive()
        except TimeoutError:
            raise _TooSlow from None
        self._size += len(message.get("body", b""))
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        if self._size > self._limit:
            raise _Exceeded
        return message

    def _patience(self) -> float:
        """Seconds that the next part may take."""
        allowed = self._limits.grace_seconds + self._size / self._limits.bytes_per_second
        left = allowed - (time.monotonic() - self._started)
        return min(self._limits.pause_seconds, left)


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
