"""What went wrong with an event: worth another try, or never to be applied; told without values."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

import nats.errors
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError

from common.database.outages import is_concurrency, is_outage, sqlstate_of
from common.kernel.errors import DomainError, Unavailable

_LATER = ("25P03", "25P04", "40", "55", "57", "58", "XX")
"""SQLSTATEs beside those of an outage: timeouts, deadlocks, locks, cancelled or internal errors."""
_NOT_MIGRATED = ("42P01", "42703", "42883", "0A000")
"""The code is ahead of the database (or a cached plan behind it): waiting or a restart helps."""
_FRAMES = 6


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event is parked: a stable code, and where in the code; never any value."""

    reason: str
    detail: str


def is_transient(error: BaseException) -> bool:
    """Tell whether the same event may succeed later without anybody changing anything."""
    if is_outage(error) or is_concurrency(error):
        return True
    code = sqlstate_of(error)
    if code is not None:
        return code.startswith(_LATER) or code in _NOT_MIGRATED
    return isinstance(error, (OSError, InterfaceError, nats.errors.Error, Unavailable))


def describe(error: BaseException) -> Failure:
    """Write down what failed and where, without the values that messages of errors carry."""
    return Failure(_reason(error), _where(error))


def _reason(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        places = (
            f"{'.'.join(str(part) for part in item['loc'])}: {item['type']}"
            for item in error.errors(include_url=False, include_input=False, include_context=False)
        )
        return f"schema_invalid ({'; '.join(list(places)[:5])})"
    if isinstance(error, DomainError):
        return error.code
    code = sqlstate_of(error)
    if code is not None:
        original = error.orig if isinstance(error, DBAPIError) else error
        constraint = getattr(original, "constraint_name", None) or getattr(
            getattr(original, "__cause__", None), "constraint_name", None
        )
        return f"database_{code}" + (f" ({constraint})" if constraint else "")
    return f"handler_failed ({type(error).__name__})"


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"{frame.filename.rsplit('/src/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames
    ]
    own = [line for line in lines if "site-packages" not in line]
    return f"{type(error).__name__}: " + " > ".join(own[-_FRAMES:])
