"""What the clocks of the one-stop office ask for each day: closing, apologies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import DossierStatus, Letter
from eligibility.dossiers.service.steps import SYSTEM, move
from eligibility.law import service as law
from eligibility.law.domain.clocks import DossierClock, apologise_by, must_close

_BATCH = 500
_LONGEST_BREAK = 15


async def close_unsupplemented(session: AsyncSession, now: datetime) -> int:
    """Close dossiers whose papers did not come within 15 days; gives how many.

    Căn cứ: khoản 5 Điều 19 Nghị định 118/2025/NĐ-CP.
    """
    today, current = now.astimezone(VN_TZ).date(), law.current_law()
    waiting = await store.waiting_for_papers(session, notice_before=today, limit=_BATCH)
    closed = 0
    for dossier in waiting:
        if not must_close(current, dossier.clock, today):
            continue
        reason = "Quá thời hạn bổ sung hồ sơ"
        letter = Letter("closing", dossier.due_on, None, reason, (), SYSTEM, now)
        await store.add_letter(session, dossier, letter)
        ended = replace(dossier, notice_on=None)
        await move(session, ended, DossierStatus.STOPPED, actor=SYSTEM, note=reason, now=now)
        closed += 1
    return closed


async def note_apologies(session: AsyncSession, now: datetime) -> int:
    """Note which dossiers need an apology today because they end on the next working day.

    The office answers with `extend_dossier`, or decides in time. Gives how many are new.
    """
    today, current = now.astimezone(VN_TZ).date(), law.current_law()
    last = today
    for ahead in range(1, _LONGEST_BREAK):
        day = today + timedelta(days=ahead)
        clock = DossierClock(today, today - timedelta(days=1), day)
        if current.calendar.is_workday(day) and apologise_by(current, clock) <= today:
            last = day
    return await store.ask_for_apologies(session, today=today, last_due_on=last, now=now)
