"""What an office enters about its own year, by kinds that are data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput, NotFound


class ActivityKindUnknown(
    InvalidInput, code="activity_kind_unknown", title="Không có loại ghi chép này"
):
    """The detail names the kinds that exist."""


class ActivitySourceRequired(
    InvalidInput,
    code="activity_source_required",
    title="Số liệu nền, chỉ tiêu cần số lượng và nguồn; văn bản cần số, ký hiệu",
):
    """A base figure or target without number or source, or a paper without its reference."""


class ActivityNotFound(NotFound, code="activity_not_found", title="Không tìm thấy ghi chép này"):
    """The entry does not exist, or is of a commune that the caller may not see."""


class ActivityReplaced(
    Conflict, code="activity_replaced", title="Ghi chép này đã được thay bằng ghi chép khác"
):
    """A newer entry stands in its place already."""


@dataclass(frozen=True, slots=True)
class ActivityKind:
    """A kind of entry. `sourced`: quantity and source are needed; `paper`: a reference is.

    `counted`: `sum` adds the quantities of a period, `latest` takes the newest up to its end.
    """

    code: str
    title: str
    unit: str
    counted: Literal["sum", "latest"] = "sum"
    sourced: bool = False
    paper: bool = False
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry. `withdrawn`: it was entered by mistake, and replaces what it names by nothing."""

    activity_id: UUID
    commune_code: str | None
    kind: str
    happened_on: date
    subject: str
    quantity: int | None
    amount: int | None
    reference: str | None
    source: str | None
    recorded_by: str
    replaces: UUID | None = None
    withdrawn: bool = False

    def check(self, kind: ActivityKind) -> None:
        """Refuse what the kind needs and the entry lacks.

        Raises:
            ActivitySourceRequired: the title says what is needed.
        """
        if self.withdrawn:
            return
        without_source = kind.sourced and (self.quantity is None or not self.source)
        if without_source or (kind.paper and not self.reference):
            raise ActivitySourceRequired

    def in_words(self) -> str:
        """Write the entry as a line of a report: reference, day, subject."""
        head = f"{self.reference}, " if self.reference else ""
        return f"{head}{self.happened_on:%d/%m/%Y}: {self.subject}"
