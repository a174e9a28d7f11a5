"""An import: which file, for whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput, NotFound
from common.kernel.months import Month

Kind = Literal[
    "beneficiary_list", "death_notices", "residents", "elders", "disabled_people", "monthly_names"
]


class ImportNotFound(NotFound, code="import_not_found", title="Không tìm thấy lần nhập tệp này"):
    """No such import, or not of a commune of the caller."""


class ImportDiffers(
    Conflict, code="import_differs", title="Tệp này đã được nhập với tháng danh sách khác"
):
    """The same file was taken in before for another month."""


class ImportNotStopped(
    Conflict, code="import_not_stopped", title="Lần nhập này đang chạy hoặc đã xong"
):
    """Only an import that was cancelled or failed can go on."""


class PreviewOfNotices(
    Conflict, code="preview_of_notices", title="Chỉ xem trước được danh sách chi trả"
):
    """Death notices have no preview: a notice is about people of the whole province."""


class ListMonthRequired(
    InvalidInput,
    code="list_month_required",
    title="Cần cho biết danh sách của tháng nào (list_month)",
):
    """A beneficiary list is the list of a month."""


class ListMonthInFuture(
    InvalidInput, code="list_month_in_future", title="Tháng của danh sách chưa đến"
):
    """A list of payments that were made cannot be of a month to come."""


class PaidSinceInvalid(
    InvalidInput,
    code="paid_since_invalid",
    title="Tháng bắt đầu chi trả (paid_since) phải không sau tháng của danh sách",
):
    """Months paid unchanged cannot begin after the list's own month."""


@dataclass(frozen=True, slots=True)
class Import:
    """One file taken in."""

    import_id: UUID
    kind: Kind
    commune_code: str
    file_sha256: str
    file_size: int
    list_month: Month | None
    paid_since: Month | None
    operation_id: UUID | None
    """None while the import waits for a person to say which column is which."""
    header_row: int | None
    header_columns: dict[str, Any]
    row_count: int | None
    created_at: datetime
    created_by: str
    sheets: tuple[str, ...] = ()
    """Names of the sheets that were read, where the file is a workbook."""
    fingerprint: str | None = None
    mapping: dict[str, int] | None = None
    """Columns (from 0) that a person confirmed; None while nobody did."""
    slice_rows: int | None = None
    proposal: bytes | None = None
    """What the file seems to say, and the questions about it (`service.understanding`); sealed."""
    choices: bytes | None = None
    """Answers, stated values and sections, as a person confirmed them; sealed."""


def check_months(
    kind: Kind, list_month: Month | None, paid_since: Month | None, this_month: Month
) -> None:
    """Refuse months that contradict each other.

    Raises:
        ListMonthRequired, ListMonthInFuture, PaidSinceInvalid: they do.
    """
    if kind == "death_notices":
        return
    if list_month is None:
        raise ListMonthRequired
    if list_month > this_month:
        raise ListMonthInFuture
    if paid_since is not None and paid_since > list_month:
        raise PaidSinceInvalid
