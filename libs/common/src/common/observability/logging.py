"""One JSON line per fact, for our own logs and those of libraries, without personal data."""

from __future__ import annotations

import logging
import logging.config
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from common.observability.redaction import redact_text, redact_value

_QUIET_MESSAGES = ("pydantic", "pydantic_core", "sqlalchemy", "asyncpg", "fastapi.exceptions")
"""Errors of these modules quote values (inputs, rows, keys): their message is never written."""

_OWN_KEYS = frozenset({"event", "level", "timestamp", "logger", "service", "exception"})


def configure_logging(service: str, json: bool = True, level: str = "INFO") -> None:  # noqa: FBT001, FBT002 - a setting
    """Send structlog and the standard library's logging through one redacting chain to stdout.

    Args:
        service: written on each line.
        json: JSON lines; False gives a readable form for a terminal.
        level: least severe level written.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _add_service(service),
    ]
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    final = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        render_exception,
        redact_event,
        render,
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "redacted": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": final,
                    "foreign_pre_chain": shared,
                    "use_get_message": True,
                }
            },
            "handlers": {
                "out": {
                    "class": "logging.StreamHandler",
                    "formatter": "redacted",
                    "stream": "ext://sys.stdout",
                }
            },
            "root": {"handlers": ["out"], "level": level},
            "loggers": {
                name: {"handlers": [], "propagate": True, "level": least}
                for name, least in _LIBRARY_LEVELS.items()
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def redact_until_configured() -> None:
    """Redact in programs that never call `configure_logging` too (a script, a test).

    structlog's own default would print the local variables of every frame.
    """
    if not structlog.is_configured():
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                render_exception,
                redact_event,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )


_LIBRARY_LEVELS = {
    # Access lines of uvicorn and request lines of httpx carry paths and query strings.
    "uvicorn.access": "CRITICAL",
    "uvicorn": "INFO",
    "uvicorn.error": "INFO",
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "sqlalchemy.engine": "WARNING",
    "alembic": "WARNING",
    "asyncio": "WARNING",
}


def _add_service(service: str) -> Any:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def render_exception(
    _: Any,
    __: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Write an exception as its types, frames and redacted messages; never with local values."""
    info = event.pop("exc_info", None)
    if info is True:
        import sys

        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = describe_exception(error)
    return event


def describe_exception(error: BaseException) -> str:
    """Give an exception and its causes as text that is fit for a log."""
    parts: list[str] = []
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        parts.append(_head(current) + _frames(current.__traceback__))
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return "\ncaused by ".join(parts)


def _head(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    state = getattr(error, "sqlstate", None)
    if kind.__module__.startswith(_QUIET_MESSAGES):
        return f"{name} (sqlstate {state})" if state else name
    return f"{name}: {redact_text(str(error))}"


def _frames(trace: TracebackType | None) -> str:
    lines = (
        f"\n  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(trace)
    )
    return "".join(lines)


def redact_event(
    _: Any,
    __: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Redact every field of a log line; the last step before it is written."""
    for key, value in event.items():
        if key == "exception":
            event[key] = value if isinstance(value, str) else str(value)
        elif key not in {"timestamp", "level", "logger", "service"}:
            event[key] = redact_value(value, "" if key in _OWN_KEYS else key)
    return event
