"""Which request or message is being worked on, carried through logs, problems and events."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Self

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True)
class Trace:
    """W3C trace context and the id of the request; empty outside a request or message."""

    trace_id: str | None = None
    span_id: str | None = None
    request_id: str | None = None
    sampled: bool = True

    @property
    def traceparent(self) -> str | None:
        """Give the header to send onwards."""
        if self.trace_id is None or self.span_id is None:
            return None
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    @classmethod
    def start(cls, traceparent: str | None = None, request_id: str | None = None) -> Self:
        """Join the caller's trace with a span of our own, or begin one."""
        match = _TRACEPARENT.fullmatch(traceparent or "")
        joined = match is not None and set(match.group(1)) != {"0"}
        trace_id = match.group(1) if match is not None and joined else secrets.token_hex(16)
        sampled = match is None or int(match.group(3), 16) & 1 == 1
        known = request_id is not None and _REQUEST_ID.fullmatch(request_id) is not None
        return cls(
            trace_id=trace_id,
            span_id=secrets.token_hex(8),
            request_id=request_id if known else secrets.token_hex(12),
            sampled=sampled,
        )


_NOTHING = Trace()
_current: ContextVar[Trace] = ContextVar("common_trace", default=_NOTHING)


def current_trace() -> Trace:
    """Give the trace of the present task."""
    return _current.get()


def enter_trace(trace: Trace) -> Token[Trace]:
    """Make a trace the present one; give the token to `leave_trace`."""
    return _current.set(trace)


def leave_trace(token: Token[Trace]) -> None:
    """Go back to the trace before."""
    _current.reset(token)
