"""Tells the absence of the database from a fault of ours: the first is worth a repeat."""

from __future__ import annotations

import socket

import asyncpg
from sqlalchemy import exc

_CONNECTION = "08"
_RESOURCES = "53"
_OPERATOR = ("57P01", "57P02", "57P03", "57P05")
_CONCURRENCY = frozenset({"40001", "40P01", "55P03", "40003"})


def sqlstate_of(error: BaseException) -> str | None:
    """Give the SQLSTATE of an error of PostgreSQL, whichever layer wrapped it."""
    source = error.orig if isinstance(error, exc.DBAPIError) else error
    state = getattr(source, "sqlstate", None) or getattr(
        getattr(source, "__cause__", None), "sqlstate", None
    )
    return state if isinstance(state, str) else None


def is_outage(error: BaseException) -> bool:
    """Tell whether the database could not be reached or went away.

    Nothing was committed, or (when it went away during the commit) nobody can know, which is why
    commands have a key.
    """
    state = sqlstate_of(error)
    if state is not None and (state.startswith((_CONNECTION, _RESOURCES)) or state in _OPERATOR):
        return True
    if isinstance(error, exc.DBAPIError):
        inner = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or isinstance(inner, (OSError, asyncpg.InterfaceError))
    return isinstance(
        error, (exc.TimeoutError, ConnectionError, TimeoutError, socket.gaierror)
    ) or (isinstance(error, asyncpg.InterfaceError) and state is None)


def is_concurrency(error: BaseException) -> bool:
    """Tell a serialization failure, deadlock or lock timeout: rolled back, a repeat will do."""
    return sqlstate_of(error) in _CONCURRENCY
