"""Rows and columns of the layouts: who stands on them, under which headings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from tests.registry.lists.layout_files import (
    HEADINGS,
    KEYS,
    Row,
    Someone,
    record,
)

_people = itertools.count(1)
HEAD = list(HEADINGS)


def some(count: int) -> list[Someone]:
    """Give people who stand on no other list."""
    return [Someone(next(_people)) for _ in range(count)]


def rows_from(first: int, people: Sequence[Someone], **expected: Any) -> list[Row]:
    """Expect consecutive rows."""
    return [Row(first + at, who, **expected) for at, who in enumerate(people)]


def with_columns(
    people: Sequence[Someone], columns: Sequence[tuple[str, Callable[[Someone], Any] | str]]
) -> list[list[Any]]:
    """Write a table: each column is a heading with a key of a record, or with what makes its cells."""
    lines: list[list[Any]] = [[heading for heading, _ in columns]]
    for who in people:
        plain = record(who)
        lines.append([plain[c] if isinstance(c, str) else c(who) for _, c in columns])
    return lines


def usual(*, without: Sequence[str] = (), **changed: Any) -> list[tuple[str, Any]]:
    """Give the usual columns; a key given with (heading, cell) or with several pairs is replaced."""
    columns: list[tuple[str, Any]] = []
    for heading, key in zip(HEADINGS, KEYS, strict=True):
        if key in changed:
            columns += changed[key]
        elif key not in without:
            columns.append((heading, key))
    return columns


def columns_head(columns: Sequence[tuple[str, Any]]) -> list[Any]:
    return [heading for heading, _ in columns]
