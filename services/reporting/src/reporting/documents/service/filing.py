"""File a report from the figures as they stand, once for the same content."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from common.audit import record
from common.contracts.reporting import ReportFiled
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.emit import emit
from common.kernel.errors import NotFound
from common.kernel.months import Month
from reporting.documents import store
from reporting.documents.domain import FiledReport
from reporting.documents.service.workbook import write_workbook
from reporting.indicators.domain.figures import Scope
from reporting.indicators.service import figures, labels
from reporting.statutory.service import make_form


class ReportNotFound(NotFound):
    """The report does not exist, or is of a commune that the caller may not see."""

    code = "report_not_found"
    title = "Không tìm thấy báo cáo"


async def file_report(
    session: AsyncSession,
    *,
    kind: str,
    commune_code: str,
    month: Month,
    filed_on: date,
    filed_by: str,
) -> tuple[FiledReport, bool]:
    """Write the report of a commune and month, keep it, and tell it.

    Returns:
        The filed report, and whether it is new: the same bytes are filed once.
    """
    found = await figures(session, Scope((commune_code,)), month)
    content = write_workbook(make_form(kind, found, labels(), filed_on))
    report = FiledReport(
        report_id=new_id(),
        kind=kind,
        commune_code=commune_code,
        month=month,
        content_hash=hashlib.sha256(content).hexdigest(),
        filed_on=filed_on,
        filed_by=filed_by,
    )
    if not await store.file(session, report, content):
        return await store.find_same(session, report), False
    await record(
        session,
        "report.filed",
        "report",
        str(report.report_id),
        {"kind": kind, "commune_code": commune_code, "month": str(month)},
    )
    event = ReportFiled(
        report_id=report.report_id,
        kind=kind,
        commune_code=commune_code,
        month=month,
        content_hash=report.content_hash,
        filed_on=filed_on,
    )
    await emit(session, event, aggregate_id=report.report_id, version=1)
    return report, True


async def get_report(session: AsyncSession, report_id: UUID) -> FiledReport:
    """Give a filed report.

    Raises:
        ReportNotFound: absent, or not the caller's to see.
    """
    report = await store.find(session, report_id)
    if report is None:
        raise ReportNotFound
    return report


async def get_content(session: AsyncSession, report_id: UUID) -> bytes:
    """Give the bytes of a filed report.

    Raises:
        ReportNotFound: absent, or not the caller's to see.
    """
    content = await store.content(session, report_id)
    if content is None:
        raise ReportNotFound
    return content


async def changed_files(session: AsyncSession) -> list[str]:
    """Find filed reports whose bytes do not have the hash that was filed."""
    return await store.changed(session)
