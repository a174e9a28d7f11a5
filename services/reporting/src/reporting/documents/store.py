"""Filed reports: a row holds the file's bytes and their hash, and never changes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from common.database.session import AsyncSession
from common.kernel.months import Month
from reporting.documents.domain import FiledReport

_FILE = text("""
INSERT INTO report (report_id, kind, commune_code, month, content_hash, content, filed_on,
                    filed_by)
VALUES (:report_id, :kind, :commune_code, :month, :content_hash, :content, :filed_on, :filed_by)
ON CONFLICT (kind, commune_code, month, content_hash) DO NOTHING
RETURNING report_id
""")

_HEAD = "SELECT report_id, kind, commune_code, month, content_hash, filed_on, filed_by FROM report"

_SAME = text(f"""
{_HEAD} WHERE kind = :kind AND commune_code = :commune_code AND month = :month
          AND content_hash = :content_hash
""")

_BY_ID = text(f"{_HEAD} WHERE report_id = :report_id")

_CHANGED = text("""
SELECT report_id::text FROM report
WHERE encode(sha256(content), 'hex') <> content_hash ORDER BY 1
""")

_CONTENT = text("SELECT content FROM report WHERE report_id = :report_id")


async def file(session: AsyncSession, report: FiledReport, content: bytes) -> bool:
    """Keep a report; False when the same bytes were already filed for it."""
    row = await session.execute(
        _FILE,
        {
            "report_id": report.report_id,
            "kind": report.kind,
            "commune_code": report.commune_code,
            "month": report.month.first_day,
            "content_hash": report.content_hash,
            "content": content,
            "filed_on": report.filed_on,
            "filed_by": report.filed_by,
        },
    )
    return row.first() is not None


async def find_same(session: AsyncSession, report: FiledReport) -> FiledReport:
    """Give the report that holds the same bytes."""
    rows = await session.execute(
        _SAME,
        {
            "kind": report.kind,
            "commune_code": report.commune_code,
            "month": report.month.first_day,
            "content_hash": report.content_hash,
        },
    )
    return _report(rows.one()._mapping)  # noqa: SLF001  the documented mapping of a row


async def find(session: AsyncSession, report_id: UUID) -> FiledReport | None:
    """Give a report by its id, None when absent or not the caller's to see."""
    row = (await session.execute(_BY_ID, {"report_id": report_id})).one_or_none()
    return None if row is None else _report(row._mapping)  # noqa: SLF001  as above


async def content(session: AsyncSession, report_id: UUID) -> bytes | None:
    """Give the bytes of a report."""
    found: bytes | None = (
        await session.execute(_CONTENT, {"report_id": report_id})
    ).scalar_one_or_none()
    return found


async def changed(session: AsyncSession) -> list[str]:
    """Give reports whose bytes do not have the hash that was filed."""
    return list((await session.execute(_CHANGED)).scalars().all())


def _report(row: RowMapping) -> FiledReport:
    first_day: date = row["month"]
    return FiledReport(**{**row, "month": Month.of(first_day)})
