"""Bodies of the reports' addresses."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, MonthField
from common.kernel.months import Month
from reporting.documents.domain import FiledReport


def _of_this_century(month: Month) -> Month:
    if month.year // 100 != 20:
        msg = "a report is about a month of this century"
        raise ValueError(msg)
    return month


class ReportRequest(BaseModel):
    """Which report to file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        json_schema_extra={
            "examples": [{"kind": "monthly_payment", "commune_code": "25000", "month": "2026-12"}]
        },
    )

    kind: str = Field(min_length=1, max_length=50, examples=["monthly_payment"])
    commune_code: CommuneCode
    month: Annotated[MonthField, AfterValidator(_of_this_century)]


class ReportBody(BaseModel):
    """A filed report; `content_hash` is the SHA-256 of the file."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    report_id: UUID
    kind: str
    commune_code: CommuneCode
    month: MonthField
    content_hash: str
    filed_on: date
    file_name: str
    file_url: str


def report_body(report: FiledReport) -> ReportBody:
    """Write a filed report as the body of an answer."""
    return ReportBody(
        report_id=report.report_id,
        kind=report.kind,
        commune_code=report.commune_code,
        month=report.month,
        content_hash=report.content_hash,
        filed_on=report.filed_on,
        file_name=report.file_name,
        file_url=f"/reporting/v1/reports/{report.report_id}/file",
    )
