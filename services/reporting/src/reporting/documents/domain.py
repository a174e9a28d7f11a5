"""A report once filed, and what may follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from common.kernel.errors import Conflict, NotFound
from common.kernel.months import Month
from reporting.indicators.domain.consistency import Contradiction
from reporting.indicators.domain.periods import Period


class ReportNotFound(NotFound, code="report_not_found", title="Không tìm thấy báo cáo"):
    """The report does not exist, or is of a commune that the caller may not see."""


class CorrectionReasonRequired(
    Conflict,
    code="correction_reason_required",
    title="Báo cáo của kỳ này đã được lập; lập lại là đính chính và cần ghi lý do",
):
    """A report of this kind, place and period is filed already, and the figures differ now."""


class ReportContradictsItself(
    Conflict,
    code="report_contradicts_itself",
    title="Số liệu của báo cáo mâu thuẫn với nhau; muốn lập vẫn phải ghi lý do",
):
    """Figures of the report contradict each other; it is filed only with a written reason."""


class NothingFiled(
    Conflict,
    code="nothing_filed",
    title="Chưa có xã, phường nào lập báo cáo của kỳ này để tổng hợp",
):
    """No commune has filed its report of the period: there is nothing to add up."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What is to be filed: form, place (None: the whole province), period, and why.

    `reason` is needed for a correction, and for figures that contradict each other.
    `consolidated`: the province's report adds up the communes' filed reports.
    """

    kind: str
    commune_code: str | None
    period: Period
    reason: str | None = None
    request: str | None = None
    consolidated: bool = False


@dataclass(frozen=True, slots=True)
class FiledReport:
    """Who filed which report when; `content_hash` is the SHA-256 of the workbook's bytes.

    `corrects` is the report that this one replaces, with `reason`.
    """

    report_id: UUID
    kind: str
    commune_code: str | None
    period: Period
    content_hash: str
    filed_on: date
    filed_by: str
    corrects: UUID | None = None
    reason: str | None = None
    consolidated: bool = False

    @property
    def place(self) -> str:
        """Code of the commune, or the word for the whole province."""
        return self.commune_code or "toan-tinh"

    def file_name(self, file_format: str) -> str:
        """Name a file as a person finds it again."""
        return f"{self.kind}_{self.place}_{self.period}.{file_format}"


def describe(found: Sequence[Contradiction]) -> str:
    """Write contradictions as one sentence for a problem's detail."""
    return "; ".join(f"{one.text} ({one.expected} và {one.found})" for one in found) + "."


@dataclass(frozen=True, slots=True)
class FilingDuty:
    """Who files which form how often, until when, by which article.

    `months`: length of the period. `due`: days of the year (month-day) for half-years, which end
    with the month before the due day's; `due_day`: day of the month for the month itself.
    """

    code: str
    kind: str
    by: Literal["commune"]
    months: int
    basis: str
    source: str
    confidence: str
    valid_from: date
    valid_to: date | None = None
    due: tuple[str, ...] = ()
    due_day: int | None = None

    def due_dates(self, day: date) -> tuple[date, ...]:
        """Give the due days from a year before a day to two months after it, as far as in force."""
        found = [
            date(year, int(text[:2]), int(text[3:]))
            for year in (day.year - 1, day.year, day.year + 1)
            for text in self.due
        ]
        if self.due_day is not None:
            months = (Month.of(day) + step for step in range(-12, 3))
            found += [date(month.year, month.number, self.due_day) for month in months]
        first, last = Month.of(day) - 12, Month.of(day) + 2
        return tuple(
            due
            for due in sorted(found)
            if first.first_day <= due <= last.last_day
            and self.valid_from <= due
            and (self.valid_to is None or due < self.valid_to)
        )

    def period(self, due: date) -> Period:
        """Give the period that a due day is about: the month itself, or the months before it."""
        last = Month.of(due) - (0 if self.due_day is not None else 1)
        return Period(last - (self.months - 1), last)


DutyState = Literal["filed", "filed_late", "open", "late"]


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """One commune's duty: the period, the due day, and whether the report stands."""

    duty: FilingDuty
    commune_code: str
    due_on: date
    filed_on: date | None
    report_id: UUID | None
    today: date

    @property
    def state(self) -> DutyState:
        """`filed`, `filed_late`, `late` (not filed and due), or `open`."""
        if self.filed_on is not None:
            return "filed" if self.filed_on < self.due_on else "filed_late"
        return "late" if self.today >= self.due_on else "open"
