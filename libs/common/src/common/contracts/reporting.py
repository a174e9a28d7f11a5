"""What reporting tells."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.envelope import EventData
from common.contracts.fields import CommuneCode, MonthField


class ReportFiled(EventData):
    """A commune's report was made from the figures as they stood.

    `content_hash` is of the workbook's bytes. `month` is the last month of the period, `from_month`
    the first (None in events of before: the same month). `corrects` is the report it replaces.
    """

    event_type: ClassVar[str] = "reporting.report.filed.v1"
    example: ClassVar[dict[str, Any]] = {
        "report_id": "019a0000-0000-7000-8000-000000000050",
        "kind": "monthly_payment",
        "commune_code": "25000",
        "month": "2026-12",
        "from_month": "2026-12",
        "content_hash": "0" * 64,
        "filed_on": "2026-12-18",
        "corrects": None,
    }

    report_id: UUID
    kind: str
    commune_code: CommuneCode
    month: MonthField
    from_month: MonthField | None = None
    content_hash: str
    filed_on: date
    corrects: UUID | None = None


class ProvinceReportFiled(EventData):
    """A report of the whole province was made; `consolidated`: added up from communes' reports."""

    event_type: ClassVar[str] = "reporting.province_report.filed.v1"
    example: ClassVar[dict[str, Any]] = {
        "report_id": "019a0000-0000-7000-8000-000000000051",
        "kind": "monthly_payment",
        "month": "2026-12",
        "from_month": "2026-12",
        "content_hash": "0" * 64,
        "filed_on": "2026-12-19",
        "corrects": None,
        "consolidated": True,
    }

    report_id: UUID
    kind: str
    month: MonthField
    from_month: MonthField
    content_hash: str
    filed_on: date
    corrects: UUID | None = None
    consolidated: bool


EVENTS: tuple[type[EventData], ...] = (ReportFiled, ProvinceReportFiled)
