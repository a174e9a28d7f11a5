"""Reports that were filed, and their files."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import AppendOnly, Secured, check, index, jsonb, month_column
from common.kernel.months import Month
from reporting.tables import Base


class Report(Base, Secured, AppendOnly, table=True):
    """Filed report of a form, place and period; a correction is a further row."""

    __table_args__ = (
        CheckConstraint("extract(day FROM first_month) = 1"),
        CheckConstraint("extract(day FROM last_month) = 1"),
        check("report_period_check", "last_month >= first_month"),
        check("report_correction_check", "corrects IS NULL OR reason IS NOT NULL"),
        check("report_consolidated_check", "NOT consolidated OR commune_code IS NULL"),
        index(
            "report_first",
            "kind, coalesce(commune_code, ''), first_month, last_month",
            unique=True,
            where="corrects IS NULL",
        ),
        index("report_period", "kind, first_month, last_month, commune_code"),
    )

    report_id: UUID = Field(primary_key=True)
    kind: str
    """Form."""
    commune_code: str | None = None
    """None: the whole province; seen by who sees the whole province."""
    first_month: Month = month_column()
    last_month: Month = month_column()
    content_hash: str
    """SHA-256 of the workbook."""
    sums: dict[str, Any] = jsonb()
    """What the figures are made of; a province adds them up."""
    filed_on: date
    filed_by: str
    corrects: UUID | None = Field(default=None, unique=True, foreign_key="report.report_id")
    """Report that this one replaces."""
    reason: str | None = None
    """Why it is corrected, or filed although figures contradict each other."""
    consolidated: bool
    """Added up from the communes' filed reports."""


class ReportFile(Base, Secured, AppendOnly, table=True):
    """File of a report, byte by byte."""

    report_id: UUID = Field(primary_key=True, foreign_key="report.report_id")
    format: str = Field(primary_key=True)
    """docx, xlsx or pdf."""
    commune_code: str | None = None
    content: bytes
    content_hash: str
    """SHA-256 of the content."""
