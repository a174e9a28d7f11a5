"""Bodies of the reports' addresses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from common.contracts.fields import MONTH_PATTERN, CommuneCode, MonthField
from common.documents import FORMATS
from common.kernel.months import Month
from reporting.documents.domain import DutyStanding, FiledReport
from reporting.indicators.domain.consistency import Contradiction
from reporting.indicators.schemas.queries import CommuneQuery


def _of_this_century(month: Month) -> Month:
    if month.year // 100 != 20:
        msg = "a report is about a month of this century"
        raise ValueError(msg)
    return month


ReportMonth = Annotated[MonthField, AfterValidator(_of_this_century)]


class ReportRequest(BaseModel):
    """Which report to file: one `month`, or `from_month` to `to_month`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        json_schema_extra={
            "examples": [{"kind": "monthly_payment", "commune_code": "25000", "month": "2026-12"}]
        },
    )

    kind: str = Field(min_length=1, max_length=50, examples=["monthly_payment"])
    commune_code: CommuneCode | None = Field(
        default=None, description="Bỏ trống: báo cáo của toàn tỉnh", examples=["25000"]
    )
    month: ReportMonth | None = None
    from_month: ReportMonth | None = None
    to_month: ReportMonth | None = None
    reason: str | None = Field(
        default=None,
        min_length=10,
        max_length=500,
        description="Lý do đính chính, hoặc lý do vẫn lập khi số liệu mâu thuẫn",
        examples=["Bưu điện gửi bổ sung kết quả chi trả ngày 19/12"],
    )
    request: str | None = Field(
        default=None,
        min_length=5,
        max_length=300,
        description="Văn bản yêu cầu báo cáo, có số và ngày",
        examples=["Văn bản số 4424/SYT-BTXHTE ngày 27/12/2025 của Sở Y tế"],
    )
    consolidated: bool = Field(
        default=False,
        description="true: cộng các báo cáo mà xã, phường đã lập (chỉ cho toàn tỉnh)",
    )


class ReportFilters:
    """Which reports to list: `filters: Annotated[ReportFilters, Depends()]`."""

    def __init__(
        self,
        commune_code: CommuneQuery = None,
        kind: Annotated[str | None, Query(max_length=50, examples=["monthly_payment"])] = None,
        from_month: Annotated[
            str | None, Query(pattern=MONTH_PATTERN, examples=["2026-07"])
        ] = None,
        to_month: Annotated[str | None, Query(pattern=MONTH_PATTERN, examples=["2026-12"])] = None,
        *,
        latest: Annotated[
            bool,
            Query(description="true: chỉ bản đang có hiệu lực, không gồm bản đã bị đính chính"),
        ] = False,
    ) -> None:
        """Keep what the caller asks for."""
        self.kind = kind
        self.commune_code = commune_code
        self.first = Month.parse(from_month).first_day if from_month else None
        self.last = Month.parse(to_month).first_day if to_month else None
        self.latest = latest


class ReportFileView(BaseModel):
    """One file of a report."""

    format: Literal["docx", "xlsx", "pdf"]
    url: str


class ReportView(BaseModel):
    """A filed report; `content_hash` is the SHA-256 of the workbook."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    report_id: UUID
    kind: str
    commune_code: CommuneCode | None = Field(description="null: toàn tỉnh", examples=["25000"])
    month: MonthField = Field(description="Tháng cuối của kỳ", examples=["2026-12"])
    from_month: MonthField
    content_hash: str
    filed_on: date
    corrects: UUID | None = Field(description="Báo cáo mà báo cáo này thay", examples=[None])
    reason: str | None
    consolidated: bool
    file_name: str
    file_url: str
    files: tuple[ReportFileView, ...]

    @classmethod
    def of(cls, report: FiledReport) -> ReportView:
        """Write a filed report as the body of an answer."""
        url = f"/reporting/v1/reports/{report.report_id}/file"
        return cls(
            report_id=report.report_id,
            kind=report.kind,
            commune_code=report.commune_code,
            month=report.period.last,
            from_month=report.period.first,
            content_hash=report.content_hash,
            filed_on=report.filed_on,
            corrects=report.corrects,
            reason=report.reason,
            consolidated=report.consolidated,
            file_name=report.file_name("xlsx"),
            file_url=url,
            files=tuple(ReportFileView(format=one, url=f"{url}?format={one}") for one in FORMATS),
        )


class ReportKindView(BaseModel):
    """A form that can be filed."""

    kind: str
    subject: str
    basis: str
    one_month: bool


class ContradictionView(BaseModel):
    """Two figures that should be equal and are not."""

    code: str
    text: str
    expected: int
    found: int

    @classmethod
    def of(cls, one: Contradiction) -> ContradictionView:
        """Write a contradiction."""
        return cls(code=one.code, text=one.text, expected=one.expected, found=one.found)


class FilingDutyView(BaseModel):
    """A duty of filing of one commune: the period, the due day, the state."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    code: str
    kind: str
    basis: str
    commune_code: CommuneCode
    place: str
    from_month: MonthField
    to_month: MonthField
    due_on: date = Field(description="Nộp trước ngày này")
    state: Literal["filed", "filed_late", "open", "late"]
    days_left: int = Field(description="Số ngày còn lại; âm: đã quá hạn", examples=[3])
    filed_on: date | None
    report_id: UUID | None

    @classmethod
    def of(cls, standing: DutyStanding, place: str) -> FilingDutyView:
        """Write a standing as the body of an answer."""
        period = standing.duty.period(standing.due_on)
        return cls(
            code=standing.duty.code,
            kind=standing.duty.kind,
            basis=standing.duty.basis,
            commune_code=standing.commune_code,
            place=place,
            from_month=period.first,
            to_month=period.last,
            due_on=standing.due_on,
            state=standing.state,
            days_left=(standing.due_on - standing.today).days,
            filed_on=standing.filed_on,
            report_id=standing.report_id,
        )
