"""Receive, accept and move dossiers; each step is written down and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from common import audit
from common.contracts.eligibility import DossierMoved
from common.database.session import AsyncSession
from common.events.emit import emit
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import (
    BENEFIT_OF,
    Dossier,
    DossierDiffers,
    DossierNotFound,
    DossierStatus,
    PapersMissing,
    ProcedureUnknown,
    check_step,
)
from eligibility.facts import service as facts
from eligibility.law import service as law


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
        PapersMissing: names every missing paper at once.
        DossierStepRefused: it is not waiting to be accepted.
    """
    dossier = await get(session, code, lock=True)
    check_step(dossier, DossierStatus.ACCEPTED)
    received_on = dossier.received_at.astimezone(VN_TZ).date()
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
