"""Optimistic locking over HTTP: ETag from the row's version, If-Match required to change it."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from common.kernel.errors import PreconditionFailed, PreconditionRequired

_STRONG = re.compile(r'"v(\d{1,18})"')


def etag(version: int) -> str:
    """Give the strong entity tag of a row's version: 7 gives `"v7"` (quotes included)."""
    return f'"v{version}"'


def read_if_match(if_match: Annotated[str | None, Header()] = None) -> int:
    """Read the version that the caller wants to change.

    Raises:
        PreconditionRequired: the header is absent (428).
        PreconditionFailed: the header is not a tag that this service ever gave (412).
    """
    if if_match is None:
        raise PreconditionRequired("Cần gửi tiêu đề If-Match với ETag của lần đọc gần nhất.")
    match = _STRONG.fullmatch(if_match.strip())
    if match is None:
        raise PreconditionFailed("If-Match không phải là ETag do hệ thống này cấp.")
    return int(match.group(1))


IfMatch = Annotated[int, Depends(read_if_match)]
"""The version named by If-Match. Compare it in the UPDATE's WHERE, or with `check_version`."""


def check_version(current: int, expected: int) -> None:
    """Refuse a change that was made against another version than the present one (412)."""
    if current != expected:
        raise PreconditionFailed(current_etag=etag(current))
