"""The tree of business errors. The kernel knows no HTTP: each kind is mapped at the edges.

    DomainError
    ├── InvalidInput        the shape or a field is wrong        (web 422, consumer parks)
    ├── NotFound            absent, or not the caller's to see    (404)
    ├── Conflict            the state does not allow it           (409)
    ├── Forbidden           the caller may not do this            (403)
    ├── Unauthenticated     no valid proof of who calls           (401)
    ├── PreconditionFailed  stale If-Match                        (412)
    ├── PreconditionRequired  If-Match or Idempotency-Key absent  (428 / 400 by `code`)
    ├── TooLarge            more than the service will read       (413)
    ├── TooManyRequests     oftener than is allowed               (429)
    ├── UnsupportedMedia    not a file or body of a known kind    (415)
    └── Unavailable         an outside system did not answer      (503)

A room subclasses a kind beside the rule that raises it, in one line with `code` (stable, English
snake_case) and `title` (Vietnamese, fixed):

    class ListSealed(Conflict, code="list_sealed", title="Danh sách đã khóa"):
        '''The list is sealed and never changes.'''

`detail` is Vietnamese, about this case, and never carries a sensitive value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: where (JSON pointer or column), which rule, and what to do about it."""

    pointer: str
    code: str
    message: str
    extra: dict[str, Any] = field(default_factory=dict)


class DomainError(Exception):
    """A refusal with a stable code; subclasses fix `code` and `title`."""

    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Lỗi hệ thống"

    def __init_subclass__(cls, *, code: str | None = None, title: str | None = None) -> None:
        """Take the code and the title of a refusal; what is not named is that of its kind."""
        super().__init_subclass__()
        cls.code = code or cls.code
        cls.title = title or cls.title

    def __init__(
        self, detail: str | None = None, *, errors: Sequence[FieldError] = (), **extensions: Any
    ) -> None:
        """Keep the Vietnamese detail, the wrong fields and any extra members of the problem."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.extensions = extensions


class InvalidInput(DomainError, code="invalid_input", title="Dữ liệu chưa hợp lệ"):
    """The request's content breaks a rule of its fields."""


class NotFound(DomainError, code="not_found", title="Không tìm thấy"):
    """Absent, or outside what the caller may see: the two look the same."""


class Conflict(
    DomainError, code="conflict", title="Trạng thái hiện tại không cho phép thao tác này"
):
    """The present state does not allow the command."""


class Forbidden(DomainError, code="forbidden", title="Không có quyền thực hiện"):
    """The caller is known but may not do this."""


class Unauthenticated(DomainError, code="unauthenticated", title="Chưa xác thực"):
    """The caller has not proved who they are."""


class PreconditionFailed(
    DomainError, code="stale_version", title="Bản ghi đã được người khác cập nhật"
):
    """The caller's copy is out of date (stale If-Match)."""


class PreconditionRequired(DomainError, code="if_match_required", title="Thiếu tiêu đề If-Match"):
    """The command must name the version it changes (If-Match)."""


class TooLarge(DomainError, code="too_large", title="Dữ liệu quá lớn"):
    """More than the service is willing to read."""


class TooManyRequests(
    DomainError,
    code="too_many_requests",
    title="Quá nhiều yêu cầu trong thời gian ngắn, xin thử lại sau",
):
    """Asked or tried oftener than is allowed; `retry_after` says in how many seconds again."""


class UnsupportedMedia(DomainError, code="unsupported_media", title="Định dạng không được hỗ trợ"):
    """Not a file or body of a kind that is understood."""


class Unavailable(
    DomainError, code="unavailable", title="Hệ thống bên ngoài chưa phản hồi, xin thử lại sau"
):
    """An outside system did not answer; the same call may be repeated later."""
