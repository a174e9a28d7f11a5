"""Optimistic locking over HTTP: ETag from the row's version, If-Match required to change it."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from common.kernel.errors import PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'(W/)?"([^"]{0,64})"')
_VERSION = re.compile(r"v(\d{1,18})")
_TAGS_MAX = 20


def etag(version: int) -> str:
    """Give the strong entity tag of a row's version: 7 gives `"v7"` (quotes included)."""
    return f'"v{version}"'


def read_if_match(if_match: Annotated[str | None, Header()] = None) -> int:
    """Read the version that the caller wants to change.

    Of a list (RFC 9110, 13.1.1) the newest strong tag counts: versions only grow, so an older one of the list
    that is still present answers 412 rather than losing a change. `*` names no version and is refused.

    Raises:
        PreconditionRequired: the header is absent (428).
        PreconditionFailed: the header holds no tag that this service ever gave (412).
    """
    if if_match is None:
        raise PreconditionRequired("Cần gửi tiêu đề If-Match với ETag của lần đọc gần nhất.")
    versions = _versions(if_match)
    if not versions:
        raise PreconditionFailed("If-Match không phải là ETag do hệ thống này cấp.")
    return max(versions)


def _versions(header: str) -> list[int]:
    tags = [_TAG.fullmatch(part.strip()) for part in header.split(",", _TAGS_MAX)]
    if not all(tags):
        return []
    strong = [_VERSION.fullmatch(tag[2]) for tag in tags if tag is not None and tag[1] is None]
    return [int(version[1]) for version in strong if version is not None]


IfMatch = Annotated[int, Depends(read_if_match)]
"""The version named by If-Match. Compare it in the UPDATE's WHERE, or with `check_version`."""


def check_version(current: int, expected: int) -> None:
    """Refuse a change that was made against another version than the present one (412)."""
    if current != expected:
        raise PreconditionFailed(current_etag=etag(current))
