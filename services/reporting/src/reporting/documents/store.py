"""Filed reports: rows that hold figures, files and their hashes, and never change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from common.database.session import AsyncSession
from common.kernel.months import Month
from reporting.documents.domain import FiledReport, Filing
from reporting.indicators.domain.periods import Period

_COLUMNS = (
    "report_id, kind, commune_code, first_month, last_month, content_hash, filed_on, filed_by,"
    " corrects, reason, consolidated"
)
_HEAD = f"SELECT {_COLUMNS} FROM report"
_SAME_PLACE = """
kind = :kind AND first_month = :first AND last_month = :last
AND commune_code IS NOT DISTINCT FROM CAST(:commune_code AS text)
"""
_NOT_REPLACED = "NOT EXISTS (SELECT FROM report r2 WHERE r2.corrects = report.report_id)"

_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:place, 0))")

_INSERT = text(f"""
INSERT INTO report ({_COLUMNS}, sums)
VALUES (:report_id, :kind, :commune_code, :first, :last, :content_hash, :filed_on, :filed_by,
        :corrects, :reason, :consolidated, CAST(:sums AS jsonb))
""")

_FIRST_FILED = text("""
SELECT DISTINCT ON (commune_code) commune_code, filed_on, report_id FROM report
WHERE kind = :kind AND first_month = :first AND last_month = :last AND commune_code IS NOT NULL
ORDER BY commune_code, report_id
""")

_INSERT_FILE = text("""
INSERT INTO report_file (report_id, format, commune_code, content, content_hash)
VALUES (:report_id, :format, :commune_code, :content, encode(sha256(:content), 'hex'))
""")

_LATEST = text(f"{_HEAD} WHERE {_SAME_PLACE} AND {_NOT_REPLACED}")

_BY_ID = text(f"{_HEAD} WHERE report_id = :report_id")

_PAGE = text(f"""
{_HEAD}
WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)
  AND (CAST(:commune_code AS text) IS NULL OR commune_code = :commune_code)
  AND (CAST(:first AS date) IS NULL OR first_month >= :first)
  AND (CAST(:last AS date) IS NULL OR last_month <= :last)
  AND (NOT CAST(:latest AS boolean) OR {_NOT_REPLACED})
  AND (CAST(:after AS uuid) IS NULL OR report_id < :after)
ORDER BY report_id DESC LIMIT :limit
""")

_SUMS_OF_COMMUNES = text(f"""
SELECT commune_code, sums FROM report
WHERE kind = :kind AND first_month = :first AND last_month = :last
  AND commune_code IS NOT NULL AND {_NOT_REPLACED}
ORDER BY commune_code
""")

_FILE = text("SELECT content FROM report_file WHERE report_id = :report_id AND format = :format")

_CHANGED = text("""
SELECT report_id::text || ' ' || format FROM report_file
WHERE encode(sha256(content), 'hex') <> content_hash
UNION ALL
SELECT r.report_id::text FROM report r
LEFT JOIN report_file f ON f.report_id = r.report_id AND f.format = 'xlsx'
WHERE r.content_hash IS DISTINCT FROM f.content_hash
ORDER BY 1
""")


async def take_turn(session: AsyncSession, filing: Filing) -> None:
    """Wait for others who file the same report, until this transaction ends."""
    place = f"report {filing.kind} {filing.commune_code} {filing.period}"
    await session.execute(_TURN, {"place": place})


async def insert(
    session: AsyncSession,
    report: FiledReport,
    sums: Mapping[str, Any],
    contents: Mapping[str, bytes],
) -> None:
    """Keep a report with the sums behind it and its files by format."""
    await session.execute(
        _INSERT,
        {
            "report_id": report.report_id,
            **_place(report.kind, report.commune_code, report.period),
            "content_hash": report.content_hash,
            "filed_on": report.filed_on,
            "filed_by": report.filed_by,
            "corrects": report.corrects,
            "reason": report.reason,
            "consolidated": report.consolidated,
            "sums": json.dumps(sums, ensure_ascii=False),
        },
    )
    await session.execute(
        _INSERT_FILE,
        [
            {
                "report_id": report.report_id,
                "format": file_format,
                "commune_code": report.commune_code,
                "content": content,
            }
            for file_format, content in contents.items()
        ],
    )


async def latest(session: AsyncSession, filing: Filing) -> FiledReport | None:
    """Give the report that stands for this form, place and period."""
    place = _place(filing.kind, filing.commune_code, filing.period)
    row = (await session.execute(_LATEST, place)).one_or_none()
    return None if row is None else _report(row._mapping)  # noqa: SLF001  the documented mapping


async def find(session: AsyncSession, report_id: UUID) -> FiledReport | None:
    """Give a report by its id, None when absent or not the caller's to see."""
    row = (await session.execute(_BY_ID, {"report_id": report_id})).one_or_none()
    return None if row is None else _report(row._mapping)  # noqa: SLF001  as above


async def page(
    session: AsyncSession, filters: Mapping[str, Any], *, after: UUID | None, limit: int
) -> list[FiledReport]:
    """List reports, the newest first."""
    rows = await session.execute(_PAGE, {**filters, "after": after, "limit": limit})
    return [_report(row) for row in rows.mappings()]


async def sums_of_communes(
    session: AsyncSession, kind: str, period: Period
) -> Sequence[tuple[str, dict[str, Any]]]:
    """Give commune and sums of each report of a commune that stands for the period."""
    rows = await session.execute(_SUMS_OF_COMMUNES, _place(kind, None, period))
    return [(row.commune_code, row.sums) for row in rows]


async def first_filed(
    session: AsyncSession, kind: str, period: Period
) -> dict[str, tuple[date, UUID]]:
    """Give day and id of each commune's first report of a form and period."""
    place = {"kind": kind, "first": period.first.first_day, "last": period.last.first_day}
    rows = await session.execute(_FIRST_FILED, place)
    return {row.commune_code: (row.filed_on, row.report_id) for row in rows.all()}


async def content(session: AsyncSession, report_id: UUID, file_format: str) -> bytes | None:
    """Give the bytes of a report's file."""
    found: bytes | None = (
        await session.execute(_FILE, {"report_id": report_id, "format": file_format})
    ).scalar_one_or_none()
    return found


async def changed(session: AsyncSession) -> list[str]:
    """Give files whose bytes do not have the hash that was filed."""
    return list((await session.execute(_CHANGED)).scalars().all())


def _place(kind: str, commune_code: str | None, period: Period) -> dict[str, Any]:
    return {
        "kind": kind,
        "commune_code": commune_code,
        "first": period.first.first_day,
        "last": period.last.first_day,
    }


def _report(row: RowMapping) -> FiledReport:
    values = dict(row)
    first: date = values.pop("first_month")
    last: date = values.pop("last_month")
    return FiledReport(**values, period=Period(Month.of(first), Month.of(last)))
