"""Every SQL statement that compares the lists of two months."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.kernel.months import Month

_PAID = "kind IN ('beneficiary_list', 'monthly_names')"


async def month_before(session: AsyncSession, commune_code: str, month: Month) -> Month | None:
    """Give the last month before this one of which the commune has a list."""
    found = await session.execute(
        text(
            "SELECT max(i.list_month) FROM intake_import i WHERE i.commune_code = :commune"
            f" AND i.{_PAID} AND i.list_month < :month AND EXISTS (SELECT FROM intake_row r"
            " WHERE r.import_id = i.import_id AND r.person_id IS NOT NULL)"
        ),
        {"commune": commune_code, "month": month.first_day},
    )
    day = found.scalar_one()
    return None if day is None else Month.of(day)


async def listed(session: AsyncSession, commune_code: str, month: Month) -> dict[UUID, set[str]]:
    """Give everybody on the lists of a month with their benefits; a list of names says none."""
    found = await session.execute(
        text(
            "SELECT r.person_id, array_remove(array_agg(DISTINCT r.benefit), NULL) AS benefits"
            " FROM intake_row r JOIN intake_import i USING (import_id)"
            f" WHERE i.commune_code = :commune AND i.{_PAID} AND i.list_month = :month"
            " AND r.person_id IS NOT NULL AND r.outcome <> 'refused' GROUP BY r.person_id"
        ),
        {"commune": commune_code, "month": month.first_day},
    )
    return {row.person_id: set(row.benefits) for row in found}
