"""What reporting tells."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.envelope import EventData
from common.contracts.fields import CommuneCode, MonthField


class ReportFiled(EventData):
    """A report was made from the figures as they stood; `content_hash` is of the file's bytes."""

    event_type: ClassVar[str] = "reporting.report.filed.v1"
    example: ClassVar[dict[str, Any]] = {
        "report_id": "019a0000-0000-7000-8000-000000000050",
        "kind": "monthly_payment",
        "commune_code": "25000",
        "month": "2026-12",
        "content_hash": "0" * 64,
        "filed_on": "2026-12-18",
    }

    report_id: UUID
    kind: str
    commune_code: CommuneCode
    month: MonthField
    content_hash: str
    filed_on: date


EVENTS: tuple[type[EventData], ...] = (ReportFiled,)
