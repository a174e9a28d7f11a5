"""What a form is filled from, and which duties of filing there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from common.kernel.errors import Conflict, InvalidInput
from reporting.indicators.domain.figures import Figures
from reporting.indicators.domain.labels import Labels
from reporting.selections.domain import Count


class ReportKindUnknown(InvalidInput, code="report_kind_unknown", title="Chưa có mẫu báo cáo này"):
    """No form of this name exists."""


class ReportPeriodUnfit(
    InvalidInput, code="report_period_unfit", title="Mẫu báo cáo này chỉ lập cho một tháng"
):
    """The form is about a single month."""


class CountsStayClosed(
    Conflict, code="counts_stay_closed", title="Hệ thống chưa có khóa để mở số liệu theo nhóm"
):
    """The installation has no key for the exact counts."""


@dataclass(frozen=True, slots=True)
class ExactCount:
    """People of one group and benefit in a month, and the đồng owed to them."""

    group: str
    title: str
    benefit: str
    people: int
    amount: int


@dataclass(frozen=True, slots=True)
class ExactCounts:
    """Exact counts of the communes that told theirs; `closed` told none. `counted_on`: the oldest."""

    counts: tuple[ExactCount, ...]
    communes: tuple[str, ...]
    closed: tuple[str, ...]
    counted_on: date | None


@dataclass(frozen=True, slots=True)
class Office:
    """Whose report: `organ` issues it, `short_name` stands before the day ("Di Linh")."""

    organ: str
    short_name: str
    parent_organ: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """The paper that asks for the report (văn bản yêu cầu báo cáo): number, day, issuer in words."""

    reference: str


@dataclass(frozen=True, slots=True)
class FormInput:
    """All that a form may use."""

    figures: Figures
    labels: Labels
    office: Office
    request: Request | None = None
    correction: str | None = None
    """Why an earlier filing is corrected."""
    counts: Mapping[str, Count] = field(default_factory=dict)
    entered: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)


Shape = Literal["people", "quantity", "people_by_unit"]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a statutory table.

    `count` names a selection, `entered` a kind of activity; with neither the row is printed empty:
    the system has no source for it, and the note below the table says so. `tonnes`: kilograms are
    written in tấn. `times`: how often, not how many (lượt).
    """

    label: str
    no: str = ""
    unit: str = ""
    level: int = 1
    count: str | None = None
    entered: str | None = None
    times: bool = False
    tonnes: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class FormTable:
    """A table of a statutory form."""

    name: str
    title: str
    shape: Shape
    rows: tuple[FormRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormText:
    """A heading and sentences with figures in braces; a sentence `{notes:kind}` gives its entries."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormData:
    """A form as its data file describes it."""

    code: str
    subject: str
    basis: str
    duties: tuple[str, ...] = ()
    texts: tuple[FormText, ...] = ()
    tables: tuple[FormTable, ...] = ()

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> FormData:
        """Read an entry of a data file."""
        texts = tuple(FormText(t["heading"], tuple(t["lines"])) for t in entry.get("texts", ()))
        tables = tuple(
            FormTable(
                table["name"],
                table["title"],
                table["shape"],
                tuple(FormRow(**row) for row in table["rows"]),
                tuple(table.get("notes", ())),
            )
            for table in entry.get("tables", ())
        )
        return cls(
            entry["code"],
            entry["subject"],
            entry["basis"],
            tuple(entry.get("duties", ())),
            texts,
            tables,
        )
