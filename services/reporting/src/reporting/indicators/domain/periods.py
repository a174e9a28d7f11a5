"""The months that a figure or a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from common.kernel.errors import InvalidInput
from common.kernel.months import Month

OPEN_AHEAD = 1
"""The list of next month is sealed in this month (chi trả trước ngày 25 của tháng trước, khoản 2
Điều 28 Nghị định 335/2026/NĐ-CP): one month ahead can have figures, a later one cannot."""


class PeriodNotOpen(
    InvalidInput, code="period_not_open", title="Kỳ báo cáo chưa bắt đầu, chưa có số liệu"
):
    """The period ends after the last month that can have figures."""


class PeriodReversed(
    InvalidInput,
    code="period_reversed",
    title="Kỳ báo cáo cần tháng đầu và tháng cuối, tháng cuối không trước tháng đầu",
):
    """The period ends before it begins, or only one of its ends is given."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, first and last included."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise PeriodReversed

    @classmethod
    def of(cls, month: Month) -> Period:
        """One month."""
        return cls(month, month)

    @property
    def is_month(self) -> bool:
        """True for a single month."""
        return self.first == self.last

    @property
    def first_day(self) -> date:
        """First day of the first month."""
        return self.first.first_day

    @property
    def last_day(self) -> date:
        """Last day of the last month."""
        return self.last.last_day

    def before(self) -> Period:
        """Give the period of the same length that ends when this one begins."""
        length = self.last - self.first + 1
        return Period(self.first - length, self.first - 1)

    def display(self) -> str:
        """Write `Tháng 12/2026` or `Từ tháng 07/2026 đến tháng 12/2026`."""
        if self.is_month:
            return f"Tháng {self.first.display()}"
        return f"Từ tháng {self.first.display()} đến tháng {self.last.display()}"

    def __str__(self) -> str:
        """Write `2026-12` or `2026-07_2026-12`, as in a file name."""
        return str(self.first) if self.is_month else f"{self.first}_{self.last}"

    def check_open(self, today: Month) -> Period:
        """Return the period if it can have figures today.

        Raises:
            PeriodNotOpen: the detail names the last month that can be asked for.
        """
        limit = today + OPEN_AHEAD
        if self.last > limit:
            raise PeriodNotOpen(f"Tháng muộn nhất có thể xem là {limit.display()}.")
        return self
