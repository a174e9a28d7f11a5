"""Checks that stand between a list and its approval: a jump of the total, the approver's limit.

Căn cứ: hạn mức và mức lệch do tỉnh chọn (`payment_rule`, nguồn `province`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from common.audit import record
from common.database.session import AsyncSession
from disbursement.payroll.domain import (
    ApproverLimitExceeded,
    ApproverLimitExists,
    TotalJumped,
)
from disbursement.payroll.service.rules import rule
from disbursement.payroll.store import lists, slips
from disbursement.payroll.store import rules as store
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class ApproverLimit:
    """Largest total that an approver may approve; counts once `confirmed_by` names a second person."""

    subject: str
    valid_from: date
    amount: int
    entered_by: str
    confirmed_by: str | None


async def check_approval(
    session: AsyncSession, found: Record, *, checker: str, today: date
) -> None:
    """Refuse what one approver alone may not approve.

    Raises:
        ApproverLimitExceeded: the total is above the approver's limit.
        TotalJumped: the regular total jumped since last month and no second person answers for it.
    """
    limit = await store.limit_of(session, checker, today)
    if limit is not None and found["total"] > limit:
        raise ApproverLimitExceeded(limit=limit)
    if found["number"] or await lists.is_overridden(session, found["list_id"], TotalJumped.code):
        return
    before = await slips.previous_regular(session, found["commune_code"], found["month"])
    if before is None:
        return
    least = (await rule(session, "total_jump_lines", today)).value
    percent = (await rule(session, "total_jump_percent", today)).value
    jump = abs(found["regular"] - before["regular"])
    if max(before["lines"], found["lines"]) >= least and jump * 100 > percent * before["regular"]:
        raise TotalJumped(previous=before["regular"], current=found["regular"])


async def limits(session: AsyncSession) -> list[ApproverLimit]:
    """Give every limit, also those that wait for a second person."""
    return [ApproverLimit(**dict(row)) for row in await store.limits(session)]


async def enter_limit(
    session: AsyncSession, subject: str, valid_from: date, amount: int, *, by: str
) -> None:
    """Enter a limit; it counts once another person confirms it.

    Raises:
        ApproverLimitExists: there is one for this day.
    """
    if not await store.enter_limit(session, subject, valid_from, amount, by):
        raise ApproverLimitExists
    await record(session, "approver_limit.entered", "approver", subject, {"amount": amount})


async def confirm_limit(session: AsyncSession, subject: str, valid_from: date, *, by: str) -> None:
    """Let a limit count, as another person than who entered it and whom it is about.

    Raises:
        ApproverLimitExists: it does not wait for this person.
    """
    if not await store.confirm_limit(session, subject, valid_from, by):
        raise ApproverLimitExists
    await record(session, "approver_limit.confirmed", "approver", subject)
