"""Receive, accept and move dossiers; each step is written down and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from common import audit
from common.contracts.eligibility import DossierMoved
from common.database.session import AsyncSession
from common.events.emit import emit
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import (
    BENEFIT_OF,
    WORKED_ON,
    Dossier,
    DossierDiffers,
    DossierNotFound,
    DossierStatus,
    DossierStepRefused,
    Letter,
    PapersMissing,
    ProcedureUnknown,
    check_step,
)
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain.clocks import (
    DossierClock,
    apologise_by,
    ask_at_intake,
    closes_after,
    complete,
    extend,
    last_day_to_return,
    must_close,
    send_back,
)

SYSTEM = "system"
_BATCH = 500
_LONGEST_BREAK = 15


@dataclass(frozen=True, slots=True)
class Filing:
    """What the portal delivers, read out of its message."""

    dossier_code: str
    procedure_code: str
    personal_id: str
    received_at: datetime
    papers: tuple[str, ...] = ()
    declared_pension_income: int | None = None


async def receive(
    session: AsyncSession,
    filing: Filing,
    message: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Dossier:
    """Take in a dossier from the portal; the same message again gives the same dossier.

    The day of receipt selects the deadline and the list of papers.

    Raises:
        ProcedureUnknown: not a procedure of this service.
        PersonUnknown: the registry has not told about the dossier's owner.
        DossierDiffers: the code came before with another content.
    """
    benefit = BENEFIT_OF.get(filing.procedure_code)
    if benefit is None:
        raise ProcedureUnknown
    person = await facts.person_by_personal_id(session, filing.personal_id)
    received_on = filing.received_at.astimezone(VN_TZ).date()
    dossier = Dossier(
        dossier_code=filing.dossier_code,
        commune_code=person.commune_code,
        procedure_code=filing.procedure_code,
        benefit=benefit,
        person_id=person.person_id,
        status=DossierStatus.NEW,
        received_at=filing.received_at,
        due_on=law.current_law().deadline(received_on),
        declared_pension_income=filing.declared_pension_income,
        papers=filing.papers,
        version=1,
        counted_from=received_on,
    )
    if await store.insert(session, dossier, message, now):
        await _tell(session, dossier, actor=actor, note="Cổng dịch vụ công gửi hồ sơ", now=now)
        return dossier
    if not await store.same_message(session, dossier.dossier_code, message):
        raise DossierDiffers
    return await get(session, dossier.dossier_code)


async def get(session: AsyncSession, code: str, *, lock: bool = False) -> Dossier:
    """Give a dossier.

    Raises:
        DossierNotFound: none, or not the caller's.
    """
    dossier = await store.find(session, code, lock=lock)
    if dossier is None:
        raise DossierNotFound
    return dossier


async def page(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Dossier]:
    """Give a page of dossiers."""
    return await store.page(session, filters, after, limit)


async def steps(session: AsyncSession, code: str) -> list[Any]:
    """Give the steps that a dossier took."""
    return await store.steps(session, code)


async def accept(
    session: AsyncSession,
    code: str,
    *,
    papers: Sequence[str] | None,
    declared_pension_income: int | None,
    actor: str,
    now: datetime,
) -> Dossier:
    """Accept a complete dossier.

    Args:
        session: the request's transaction.
        code: the dossier.
        papers: codes of the papers that were filed; None: those of the portal's message.
        declared_pension_income: đồng a month by section I.7 of the form; None: as the portal's
            message says, and 0 when that says nothing (the form lists what is received).
        actor: who accepts.
        now: business time.

    Raises:
        PapersMissing: names every missing paper at once; ask for them with `ask_papers`.
        DossierStepRefused: it is not waiting to be accepted.
    """
    dossier = await get(session, code, lock=True)
    check_step(dossier, DossierStatus.ACCEPTED)
    received_on = dossier.received_on
    filed = dossier.papers if papers is None else tuple(papers)
    declared = dossier.declared_pension_income
    if declared_pension_income is not None:
        declared = declared_pension_income
    needed = law.papers_of(dossier.procedure_code, received_on)
    missing = [paper for paper in needed if paper["filed"] and paper["code"] not in filed]
    if missing:
        raise PapersMissing(
            "Cần bổ sung: " + "; ".join(paper["title"] for paper in missing) + ".",
            missing=[paper["code"] for paper in missing],
        )
    accepted = replace(dossier, papers=filed, declared_pension_income=declared or 0)
    if dossier.status is DossierStatus.PAPERS_ASKED:
        accepted = accepted.with_clock(_restarted(accepted, now))
    return await move(
        session, accepted, DossierStatus.ACCEPTED, actor=actor, note="Đủ giấy tờ", now=now
    )


async def move(
    session: AsyncSession,
    dossier: Dossier,
    to: DossierStatus,
    *,
    actor: str,
    note: str,
    now: datetime,
) -> Dossier:
    """Take a step.

    Raises:
        DossierStepRefused: the present status does not allow it.
    """
    check_step(dossier, to)
    moved = replace(dossier, status=to, version=dossier.version + 1)
    await store.save(session, moved, now)
    await _tell(session, moved, actor=actor, note=note, now=now)
    return moved


def _restarted(dossier: Dossier, now: datetime) -> DossierClock:
    """Let the whole time limit run again from today (khoản 5 Điều 19 Nghị định 118/2025)."""
    current, received_on = law.current_law(), dossier.received_on
    count = int(current.as_of(received_on).value("dossier_deadline", received_on).value)
    return complete(current, dossier.clock, count, now.astimezone(VN_TZ).date())


async def ask_papers(
    session: AsyncSession,
    code: str,
    *,
    papers: Sequence[str],
    reason: str,
    actor: str,
    now: datetime,
) -> Dossier:
    """Ask for what is missing: once before accepting, or within three working days after it.

    Thuật ngữ: phiếu yêu cầu bổ sung, hoàn thiện hồ sơ. Căn cứ: khoản 3 Điều 16, khoản 5 Điều 19 Nghị
    định 118/2025/NĐ-CP.

    Raises:
        DossierNotFound, DossierStepRefused: as everywhere.
        SupplementAskedBefore: it was asked before accepting already.
        ReturnTooLate: more than three working days after the receipt.
    """
    dossier = await get(session, code, lock=True)
    check_step(dossier, DossierStatus.PAPERS_ASKED)
    today, current = now.astimezone(VN_TZ).date(), law.current_law()
    ask = ask_at_intake if dossier.status is DossierStatus.NEW else send_back
    asked = dossier.with_clock(ask(current, dossier.clock, today))
    letter = Letter("supplement_request", dossier.due_on, None, reason, tuple(papers), actor, now)
    await store.add_letter(session, dossier, letter)
    return await move(session, asked, DossierStatus.PAPERS_ASKED, actor=actor, note=reason, now=now)


async def refuse_intake(
    session: AsyncSession, code: str, *, reason: str, actor: str, now: datetime
) -> Dossier:
    """Refuse to take a dossier in, in writing and with the reason (phiếu từ chối giải quyết)."""
    dossier = await get(session, code, lock=True)
    check_step(dossier, DossierStatus.NOT_ACCEPTED)
    letter = Letter("refusal", dossier.due_on, None, reason, (), actor, now)
    await store.add_letter(session, dossier, letter)
    ended = replace(dossier, notice_on=None)
    return await move(session, ended, DossierStatus.NOT_ACCEPTED, actor=actor, note=reason, now=now)


async def withdraw(
    session: AsyncSession, code: str, *, reason: str, actor: str, now: datetime
) -> Dossier:
    """End a dossier at the citizen's wish."""
    dossier = await get(session, code, lock=True)
    ended = replace(dossier, notice_on=None)
    return await move(session, ended, DossierStatus.WITHDRAWN, actor=actor, note=reason, now=now)


async def extend_dossier(
    session: AsyncSession,
    code: str,
    *,
    new_due_on: date,
    reason: str,
    actor: str,
    now: datetime,
) -> Dossier:
    """Apologise and give a new date, once, at least a day before the old one.

    Thuật ngữ: phiếu xin lỗi và hẹn lại ngày trả kết quả. Căn cứ: khoản 6 Điều 19 Nghị định
    118/2025/NĐ-CP. The portal hears the new date.

    Raises:
        DossierStepRefused: nobody works on the dossier.
        ExtensionRefused: the second one, too late, or not to a later working day.
    """
    dossier = await get(session, code, lock=True)
    if dossier.status not in WORKED_ON:
        raise DossierStepRefused(f"Hồ sơ đang ở trạng thái “{dossier.status.title}”.")
    clock = extend(law.current_law(), dossier.clock, new_due_on, now.astimezone(VN_TZ).date())
    letter = Letter("apology", dossier.due_on, new_due_on, reason, (), actor, now)
    await store.add_letter(session, dossier, letter)
    later = replace(dossier.with_clock(clock), version=dossier.version + 1)
    await store.save(session, later, now)
    note = f"Xin lỗi và hẹn lại ngày {new_due_on:%d/%m/%Y}: {reason}"
    await _tell(session, later, actor=actor, note=note, now=now)
    return later


async def letters(session: AsyncSession, code: str) -> list[Letter]:
    """Give the letters about a dossier."""
    return await store.letters(session, code)


def dates_of(dossier: Dossier) -> dict[str, date | None]:
    """Give the days by which something must be done with a dossier as it stands."""
    current = law.current_law()
    worked_on = dossier.status in WORKED_ON
    return {
        "return_by": last_day_to_return(current, dossier.clock) if worked_on else None,
        "apologise_by": apologise_by(current, dossier.clock) if worked_on else None,
        "closes_after": closes_after(current, dossier.clock),
    }


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


async def _tell(
    session: AsyncSession, dossier: Dossier, *, actor: str, note: str, now: datetime
) -> None:
    await store.add_step(session, dossier, actor=actor, note=note, now=now)
    await audit.record(
        session,
        "dossier.moved",
        "dossier",
        dossier.dossier_code,
        {"status": int(dossier.status)},
    )
    data = DossierMoved(
        dossier_code=dossier.dossier_code,
        commune_code=dossier.commune_code,
        benefit=dossier.benefit,
        status=int(dossier.status),
        received_at=dossier.received_at,
        due_on=dossier.due_on,
    )
    await emit(session, data, aggregate_id=dossier.dossier_code, version=dossier.version)
