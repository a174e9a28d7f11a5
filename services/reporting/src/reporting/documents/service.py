"""File a report from the figures as they stand; filing again is a correction with a reason."""

from __future__ import annotations

import asyncio
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from common.audit import record
from common.contracts.reporting import ProvinceReportFiled, ReportFiled
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.documents import FORMATS, Document, write_document
from common.events.emit import emit
from reporting.activities import service as activities
from reporting.documents import store
from reporting.documents.domain import (
    CorrectionReasonRequired,
    DutyStanding,
    FiledReport,
    Filing,
    FilingDuty,
    NothingFiled,
    ReportContradictsItself,
    ReportNotFound,
    describe,
)
from reporting.indicators import service as indicators
from reporting.indicators.domain.consistency import contradictions
from reporting.indicators.domain.counting import assemble
from reporting.indicators.domain.periods import Period
from reporting.indicators.domain.sums import Sums, add
from reporting.selections import service as selections
from reporting.selections.domain import Count
from reporting.statutory.domain import FormInput, Request
from reporting.statutory.service import form_of, make_document, office_of

_HASHED = "xlsx"
"""The format whose hash names the content: it holds the figures, not the reason of a correction."""


async def file_report(
    session: AsyncSession, filing: Filing, *, filed_on: date, filed_by: str
) -> tuple[FiledReport, bool]:
    """Write the report in every format, keep it with the sums behind it, and tell it.

    Returns:
        The filed report, and whether it is new: the same content is filed once.

    Raises:
        ReportKindUnknown, ReportPeriodUnfit: no such form, or not for this period.
        CorrectionReasonRequired: one is filed already with other figures, and no reason is given.
        ReportContradictsItself: the detail says where; no reason is given.
        NothingFiled: a consolidated report without any commune's report.
    """
    await store.take_turn(session, filing)
    sums = await _sums(session, filing, filed_on)
    scope = await indicators.scope_for(session, None, filing.commune_code)
    figures = assemble(scope, filing.period, sums)
    before = await store.latest(session, filing)
    given = FormInput(
        figures=figures,
        labels=indicators.labels(),
        office=office_of(figures),
        request=Request(filing.request) if filing.request else None,
        correction=filing.reason if before else None,
        counts=sums.counts,
        entered=sums.entered,
        notes=sums.notes,
    )
    contents = await _write(make_document(filing.kind, given))
    content_hash = hashlib.sha256(contents[_HASHED]).hexdigest()
    if before is not None and before.content_hash == content_hash:
        return before, False
    if before is not None and not filing.reason:
        raise CorrectionReasonRequired(f"Báo cáo đang có hiệu lực: {before.report_id}.")
    found = contradictions(figures)
    if found and not filing.reason:
        raise ReportContradictsItself(describe(found))
    report = FiledReport(
        report_id=new_id(),
        kind=filing.kind,
        commune_code=filing.commune_code,
        period=filing.period,
        content_hash=content_hash,
        filed_on=filed_on,
        filed_by=filed_by,
        corrects=before.report_id if before else None,
        reason=filing.reason,
        consolidated=filing.consolidated,
    )
    await store.insert(session, report, sums.to_json(), contents)
    await _tell(session, report)
    return report, True


async def _sums(session: AsyncSession, filing: Filing, today: date) -> Sums:
    needs = form_of(filing.kind).needs
    if not filing.consolidated:
        scope = await indicators.scope_for(session, None, filing.commune_code)
        sums = await indicators.read_sums(session, scope, filing.period)
        communes, period = scope.communes, filing.period
        return replace(
            sums,
            counts=await _counts(session, communes, period, needs, today),
            entered=await activities.entered(session, communes, period.first_day, period.last_day),
            notes=await activities.notes(session, communes, period.first_day, period.last_day),
        )
    parts = await store.sums_of_communes(session, filing.kind, filing.period)
    if not parts:
        raise NothingFiled
    return add([Sums.from_json(sums) for _, sums in parts])


async def _counts(
    session: AsyncSession,
    communes: Sequence[str] | None,
    period: Period,
    needs: Sequence[str],
    today: date,
) -> dict[str, Count]:
    """Count what a form needs, at the end of the period or today, and for the period before."""
    found: dict[str, Count] = {}
    for need in needs:
        code, _, before = need.partition("@")
        asked = period.before() if before else period
        when = selections.as_of(today, first=asked.first, last=asked.last, year=asked.last.year)
        counted = await selections.counts(session, code, communes, when)
        found[need] = counted[None]
    return found


async def _write(document: Document) -> dict[str, bytes]:
    """Write every format in a thread: it takes processor time, not waiting."""
    return {
        file_format: await asyncio.to_thread(write_document, document, file_format)
        for file_format in FORMATS
    }


async def _tell(session: AsyncSession, report: FiledReport) -> None:
    details = {
        "kind": report.kind,
        "commune_code": report.commune_code,
        "period": str(report.period),
        "corrects": str(report.corrects) if report.corrects else None,
    }
    await record(session, "report.filed", "report", str(report.report_id), details)
    await emit(session, _event(report), aggregate_id=report.report_id, version=1)


def _event(report: FiledReport) -> ReportFiled | ProvinceReportFiled:
    common = {
        "report_id": report.report_id,
        "kind": report.kind,
        "from_month": report.period.first,
        "month": report.period.last,
        "content_hash": report.content_hash,
        "filed_on": report.filed_on,
        "corrects": report.corrects,
    }
    if report.commune_code is None:
        return ProvinceReportFiled(**common, consolidated=report.consolidated)
    return ReportFiled(**common, commune_code=report.commune_code)


async def get_report(session: AsyncSession, report_id: UUID) -> FiledReport:
    """Give a filed report.

    Raises:
        ReportNotFound: absent, or not the caller's to see.
    """
    report = await store.find(session, report_id)
    if report is None:
        raise ReportNotFound
    return report


async def list_reports(
    session: AsyncSession, filters: Mapping[str, Any], *, after: UUID | None, limit: int
) -> Sequence[FiledReport]:
    """List the reports that the caller may see, the newest first."""
    return await store.page(session, filters, after=after, limit=limit)


async def get_content(session: AsyncSession, report_id: UUID, file_format: str) -> bytes:
    """Give the bytes of a filed report's file.

    Raises:
        ReportNotFound: absent, or not the caller's to see.
    """
    content = await store.content(session, report_id, file_format)
    if content is None:
        raise ReportNotFound
    return content


async def changed_files(session: AsyncSession) -> list[str]:
    """Find filed files whose bytes do not have the hash that was filed."""
    return await store.changed(session)


@cache
def filing_duties() -> tuple[FilingDuty, ...]:
    """Read the duties of filing from their data file."""
    source = files("reporting.documents").joinpath("data", "duties.toml")
    entries = tomllib.loads(source.read_text(encoding="utf-8"))["duty"]
    return tuple(FilingDuty(**{**entry, "due": tuple(entry.get("due", ()))}) for entry in entries)


async def duty_standings(
    session: AsyncSession, communes: Sequence[str], today: date
) -> list[DutyStanding]:
    """Tell for each commune and due day of the past year and the next two months what is filed."""
    found: list[DutyStanding] = []
    for duty in filing_duties():
        for due in duty.due_dates(today):
            filed = await store.first_filed(session, duty.kind, duty.period(due))
            for commune in communes:
                on, report_id = filed.get(commune, (None, None))
                found.append(DutyStanding(duty, commune, due, on, report_id, today))
    return sorted(found, key=lambda one: (one.due_on, one.duty.code, one.commune_code))
