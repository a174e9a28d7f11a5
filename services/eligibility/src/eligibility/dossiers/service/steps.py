"""Accept and move dossiers; each step is written down and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common import audit
from common.contracts.eligibility import DossierMoved
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.events.emit import emit
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import (
    WORKED_ON,
    Dossier,
    DossierNotFound,
    DossierStatus,
    DossierStepRefused,
    Letter,
    PaperNotListed,
    PapersMissing,
    check_step,
)
from eligibility.law import service as law
from eligibility.law.domain.clocks import (
    DossierClock,
    apologise_by,
    ask_at_intake,
    closes_after,
    complete,
    extend,
    last_day_to_return,
    send_back,
)
from eligibility.law.domain.procedures import Procedure

SYSTEM = "system"


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
    """Give the steps that a dossier took, those before it came to this commune too."""
    async with whole_province(session):
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
    procedure = procedure_of(dossier)
    filed = dossier.papers if papers is None else procedure.told(papers)
    _refuse_unlisted(procedure, filed if papers is not None else ())
    declared = dossier.declared_pension_income
    if declared_pension_income is not None:
        declared = declared_pension_income
    if missing := procedure.missing(filed):
        raise PapersMissing(
            "Cần bổ sung: " + "; ".join(paper.title for paper in missing) + ".",
            missing=[paper.code for paper in missing],
        )
    accepted = replace(dossier, papers=filed, declared_pension_income=declared or 0)
    if dossier.status is DossierStatus.PAPERS_ASKED:
        accepted = accepted.with_clock(restarted(accepted, now.astimezone(VN_TZ).date()))
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
    await tell(session, moved, actor=actor, note=note, now=now)
    return moved


def procedure_of(dossier: Dossier) -> Procedure:
    """Give a dossier's procedure as it stood on the day of receipt."""
    return law.procedure(dossier.procedure_code, dossier.received_on)


def missing_papers(dossier: Dossier) -> list[str]:
    """Give the codes of the papers that must still be handed in; one of a choice is enough."""
    return [paper.told for paper in procedure_of(dossier).missing(dossier.papers)]


def _refuse_unlisted(procedure: Procedure, papers: Sequence[str]) -> None:
    """Refuse papers that the procedure does not list: nobody may ask for more (P017).

    Raises:
        PaperNotListed: with the unlisted ones and those that may be asked for.
    """
    unlisted = procedure.unlisted(papers)
    if unlisted:
        known = [paper.told for paper in procedure.papers]
        raise PaperNotListed(
            f"Thủ tục {procedure.code} chỉ gồm: "
            + "; ".join(
                dict.fromkeys(paper.title for paper in procedure.papers if not paper.sealed)
            )
            + ".",
            unlisted=list(unlisted),
            known=list(dict.fromkeys(known)),
        )


def restarted(dossier: Dossier, day: date) -> DossierClock:
    """Let the whole time limit run again from a day (khoản 5 Điều 19 Nghị định 118/2025)."""
    due_on = law.deadline(procedure_of(dossier), dossier.received_on, day)
    return complete(dossier.clock, due_on, day)


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
        PaperNotListed: the procedure of the day of receipt does not list one of them.
        SupplementAskedBefore: it was asked before accepting already.
        ReturnTooLate: more than three working days after the receipt.
    """
    dossier = await get(session, code, lock=True)
    check_step(dossier, DossierStatus.PAPERS_ASKED)
    procedure = procedure_of(dossier)
    _refuse_unlisted(procedure, papers)
    papers = procedure.told(papers)
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
    await tell(session, later, actor=actor, note=note, now=now)
    return later


async def undecided_benefits(
    session: AsyncSession, person_id: UUID, on: date
) -> dict[str, int | None]:
    """Give what a person had asked for and was not decided on a day, with the declared pension."""
    async with whole_province(session):
        return await store.undecided(session, person_id, on)


async def claim(
    session: AsyncSession, code: str, given: Mapping[str, Any], *, actor: str, now: datetime
) -> Dossier:
    """Complete what a one-off benefit is asked for, before a decision is drafted.

    Raises:
        DossierNotFound: none, or not the caller's.
        DossierStepRefused: a decision was drafted, or the dossier has ended.
    """
    dossier = await get(session, code, lock=True)
    if dossier.status not in _BEFORE_DRAFT:
        raise DossierStepRefused(f"Hồ sơ đang ở trạng thái “{dossier.status.title}”.")
    claimed = {
        **dossier.claim,
        **{name: value for name, value in given.items() if value is not None},
    }
    await store.save_claim(session, code, claimed)
    completed = replace(dossier, claim=claimed, version=dossier.version + 1)
    await store.save(session, completed, now)
    await tell(session, completed, actor=actor, note="Bổ sung nội dung đề nghị", now=now)
    return completed


_BEFORE_DRAFT = (DossierStatus.NEW, DossierStatus.ACCEPTED, DossierStatus.PAPERS_ASKED)


async def letters(session: AsyncSession, code: str) -> list[Letter]:
    """Give the letters about a dossier."""
    async with whole_province(session):
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


async def tell(
    session: AsyncSession, dossier: Dossier, *, actor: str, note: str, now: datetime
) -> None:
    """Write down the step that a dossier has taken, and tell it."""
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
        procedure_code=dossier.procedure_code,
        channel=dossier.channel,
        status=int(dossier.status),
        received_at=dossier.received_at,
        due_on=dossier.due_on,
    )
    await emit(session, data, aggregate_id=dossier.dossier_code, version=dossier.version)
