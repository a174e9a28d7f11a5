"""What a form is filled from, and which duties of filing there are."""

from __future__ import annotations

from dataclasses import dataclass

from common.kernel.errors import InvalidInput
from reporting.indicators.domain.figures import Figures
from reporting.indicators.domain.labels import Labels


class ReportKindUnknown(InvalidInput, code="report_kind_unknown", title="Chưa có mẫu báo cáo này"):
    """No form of this name exists."""


class ReportPeriodUnfit(
    InvalidInput, code="report_period_unfit", title="Mẫu báo cáo này chỉ lập cho một tháng"
):
    """The form is about a single month."""


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
