"""Errors as RFC 9457 problems: one shape, a stable `code`, Vietnamese texts, no values echoed."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json, to_jsonable_python
from starlette.responses import Response

from common.kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from common.observability.trace import current_trace
from common.web.idempotency import IdempotencyKeyRequired

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_SECONDS = 2


class BadRequest(InvalidInput, code="bad_request", title="Không đọc được yêu cầu"):
    """The request could not be read at all."""


class MalformedJson(
    InvalidInput, code="json_invalid", title="Nội dung gửi lên không phải JSON hợp lệ"
):
    """The body is not well-formed JSON, or is nested too deeply."""


class ValueNotStorable(
    InvalidInput, code="value_not_storable", title="Giá trị nằm ngoài khoảng lưu trữ được"
):
    """A value is of the right type but cannot be kept (control character, number too large)."""


class RouteNotFound(NotFound, code="route_not_found", title="Địa chỉ không tồn tại"):
    """No route has this address."""


class MethodNotAllowed(
    DomainError, code="method_not_allowed", title="Phương thức không được hỗ trợ ở địa chỉ này"
):
    """The address exists, but not with this method."""


class RequestRefused(DomainError, code="request_refused", title="Yêu cầu không được chấp nhận"):
    """The framework refused the request in a way that has no kind of its own."""


class HeaderRepeated(
    BadRequest,
    code="header_repeated",
    title="Một tiêu đề chỉ được có một lần đã được gửi nhiều lần",
):
    """A header that may stand once (Idempotency-Key, Authorization...) stands several times."""


class HeadersTooLarge(TooLarge, code="headers_too_large", title="Tiêu đề của yêu cầu quá lớn"):
    """The address and the headers together are larger than the service reads."""


class RequestTooSlow(DomainError, code="request_too_slow", title="Nội dung gửi lên quá chậm"):
    """The body arrived too slowly; nothing was changed."""


class DuplicateRecord(Conflict, code="duplicate_record", title="Bản ghi đã tồn tại"):
    """A record with the same natural key exists, or was made at the same moment."""


class ReferenceBroken(
    Conflict, code="reference_broken", title="Bản ghi liên quan không còn hoặc đang được sử dụng"
):
    """The command names a record that does not exist any more, or removes one still in use."""


class OutsideCommunes(
    NotFound, code="outside_communes", title="Dữ liệu thuộc địa bàn ngoài phạm vi của tài khoản"
):
    """The row belongs to a commune that is not the caller's."""


class ProvinceScopeRequired(
    Forbidden,
    code="province_scope_required",
    title="Chỉ tài khoản có phạm vi toàn tỉnh được thực hiện",
):
    """Only who is responsible for the whole province may do this."""


class DatabaseUnavailable(
    Unavailable,
    code="database_unavailable",
    title="Hệ thống đang bận hoặc bảo trì, xin thử lại sau ít phút",
):
    """The service's database did not answer."""


class ConcurrentUpdate(
    Unavailable, code="concurrent_update", title="Có thao tác khác trên cùng dữ liệu, xin thử lại"
):
    """Two transactions got in each other's way; nothing was changed, and a repeat will do."""


STATUS: dict[type[DomainError], int] = {
    DomainError: 500,
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    Forbidden: 403,
    Unauthenticated: 401,
    PreconditionFailed: 412,
    PreconditionRequired: 428,
    TooLarge: 413,
    UnsupportedMedia: 415,
    TooManyRequests: 429,
    Unavailable: 503,
    IdempotencyKeyRequired: 400,
    BadRequest: 400,
    MalformedJson: 400,
    MethodNotAllowed: 405,
    RequestRefused: 400,
    RequestTooSlow: 408,
    HeadersTooLarge: 431,
}
"""The only place where kinds of error meet HTTP; the nearest ancestor in the tree decides."""


class ProblemField(BaseModel):
    """One wrong field."""

    model_config = ConfigDict(extra="allow")

    pointer: str = Field(description="JSON pointer tới trường chưa đúng", examples=["/birth_date"])
    code: str = Field(description="Mã quy tắc, ổn định", examples=["field_required"])
    message: str = Field(description="Giải thích", examples=["Thiếu trường bắt buộc."])


class Problem(BaseModel):
    """RFC 9457 problem details; other members may follow by code."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/not_found"])
    title: str = Field(examples=["Không tìm thấy"])
    status: int = Field(examples=[404])
    code: str = Field(description="Mã lỗi, ổn định", examples=["not_found"])
    detail: str | None = Field(default=None, description="Giải thích cho trường hợp này")
    instance: str | None = Field(default=None, description="Mã của lần gọi này")
    trace_id: str | None = None
    errors: list[ProblemField] | None = None


@dataclass(frozen=True)
class ProblemEntry:
    """One line of the problem catalogue."""

    code: str
    status: int
    title: str
    meaning: str
    module: str


def status_of(kind: type[DomainError]) -> int:
    """Give the HTTP status of an error class."""
    return next(STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS)


def problem_response(
    error: DomainError,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer an error. A 500 carries no detail, only the ids to find it by."""
    code = status if status is not None else status_of(type(error))
    trace = current_trace()
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": code,
        "code": error.code,
    }
    if code != STATUS[DomainError]:
        body |= _case(error)
    if trace.request_id is not None:
        body["instance"] = f"urn:ansinh:request:{trace.request_id}"
        body["trace_id"] = trace.trace_id
    return Response(
        content=to_json(body),
        status_code=code,
        headers={**_headers(error, code), **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def _case(error: DomainError) -> dict[str, Any]:
    case: dict[str, Any] = {} if error.detail is None else {"detail": error.detail}
    if error.errors:
        case["errors"] = [_field(item) for item in error.errors]
    return case | to_jsonable_python(error.extensions, fallback=str)  # type: ignore[no-any-return]


def _field(item: FieldError) -> dict[str, Any]:
    return {**item.extra, "pointer": item.pointer, "code": item.code, "message": item.message}


def _headers(error: DomainError, status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == STATUS[Unauthenticated]:
        headers["WWW-Authenticate"] = _challenge(error)
    wait = error.extensions.get("retry_after")
    if wait is None and status == STATUS[Unavailable]:
        wait = _RETRY_AFTER_SECONDS
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return headers


def _challenge(error: DomainError) -> str:
    """RFC 6750: a request without a token gets no error code."""
    if error.code in {"token_missing", "unauthenticated"}:
        return 'Bearer realm="ansinh"'
    if "max_age" in error.extensions:
        seconds = int(error.extensions["max_age"])
        return f'Bearer realm="ansinh", error="insufficient_user_authentication", max_age={seconds}'
    return 'Bearer realm="ansinh", error="invalid_token"'


def problems(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """Declare a route's refusals: `responses=problems(PersonNotFound, AlreadyDeceased)`."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        status = status_of(error)
        answer = by_status.setdefault(
            status,
            {
                "description": "",
                "content": {
                    MEDIA_TYPE: {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {},
                    }
                },
            },
        )
        titles = [text for text in (answer["description"], error.title) if text]
        answer["description"] = "; ".join(titles)
        answer["content"][MEDIA_TYPE]["examples"][error.code] = {
            "summary": error.title,
            "value": {
                "type": f"/problems/{error.code}",
                "title": error.title,
                "status": status,
                "code": error.code,
            },
        }
    return by_status


def catalogue() -> list[ProblemEntry]:
    """List every problem of the modules that are loaded, by code (docs/problems.md is made of it).

    A class that does not set its own `code` is an abstract kind or a plain variant; it is left
    out, and answers with the code that it inherits.
    """
    entries = [
        ProblemEntry(
            code=kind.code,
            status=status_of(kind),
            title=kind.title,
            meaning=inspect.cleandoc(kind.__doc__ or "").split("\n", 1)[0],
            module=kind.__module__,
        )
        for kind in _tree(DomainError)
        if "code" in vars(kind)
    ]
    return sorted(entries, key=lambda entry: (entry.code, entry.module))


def _tree(kind: type[DomainError]) -> Sequence[type[DomainError]]:
    found = [kind]
    for child in kind.__subclasses__():
        found.extend(item for item in _tree(child) if item not in found)
    return found
