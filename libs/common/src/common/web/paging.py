"""Paging by position, not by number: stable while rows are added, cheap on the last page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel

from common.kernel.errors import InvalidInput
from common.web.context import context_of

LIMIT_DEFAULT = 100
LIMIT_MAX = 1000
_MAC_BYTES = 16

CursorValue = str | int | bool | None
T = TypeVar("T")
R = TypeVar("R")


class CursorInvalid(
    InvalidInput, code="cursor_invalid", title="Con trỏ trang không hợp lệ cho danh sách này"
):
    """The cursor was not given by this service for this list, or was altered."""


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(key: bytes, context: str, position: Sequence[CursorValue]) -> str:
    """Seal a position (sort key, id) of the list that `context` names."""
    body = json.dumps(list(position), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(key, context, body) + body).rstrip(b"=").decode()


def decode_cursor(key: bytes, context: str, cursor: str) -> tuple[CursorValue, ...]:
    """Open a cursor again.

    Raises:
        CursorInvalid: it is altered, foreign or of another list, filter or caller.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise CursorInvalid from error
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, context, body)):
        raise CursorInvalid
    return tuple(json.loads(body))


def _mac(key: bytes, context: str, body: bytes) -> bytes:
    message = len(context.encode()).to_bytes(4, "big") + context.encode() + body
    return hmac.digest(key, message, hashlib.sha256)[:_MAC_BYTES]


class PageParams:
    """`limit` and `cursor` of a list request: `page: Annotated[PageParams, Depends()]`.

    Read `page.fetch` rows (one more than the limit) behind `page.after` (the last sort key and
    id, or None), then answer `page.of(rows, key=..., item=...)`.
    """

    def __init__(
        self,
        request: Request,
        limit: Annotated[
            int, Query(ge=1, le=LIMIT_MAX, description="Số dòng tối đa của một trang")
        ] = LIMIT_DEFAULT,
        cursor: Annotated[
            str | None, Query(max_length=2048, description="next_cursor của trang trước")
        ] = None,
    ) -> None:
        """Check the cursor against this caller, route and filter."""
        self._key = context_of(request).cursor_key
        self._context = _list_context(request)
        self.limit = limit
        self.fetch = limit + 1
        self.after = decode_cursor(self._key, self._context, cursor) if cursor else None

    def of(
        self,
        rows: Sequence[R],
        *,
        key: Callable[[R], Sequence[CursorValue]],
        item: Callable[[R], T],
    ) -> Page[T]:
        """Make the page from up to `fetch` rows; `key` gives a row's (sort key, id)."""
        shown = rows[: self.limit]
        following = None
        if len(rows) > self.limit:
            following = encode_cursor(self._key, self._context, key(shown[-1]))
        return Page[T](items=[item(row) for row in shown], next_cursor=following)


def _list_context(request: Request) -> str:
    """Name the list: who asks, which address, which filter (all query but the page's own)."""
    actor = getattr(request.state, "actor", None)
    filters = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in {"cursor", "limit"}
    )
    subject = actor.subject if actor is not None else ""
    return json.dumps([subject, request.url.path, filters], ensure_ascii=False)
