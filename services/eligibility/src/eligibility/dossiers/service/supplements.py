"""Take what comes later under the same code: missing papers, more papers, a withdrawal.

Căn cứ: khoản 5 Điều 19 Nghị định 118/2025/NĐ-CP: once everything that was asked for is there, the
whole time limit runs again from that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import (
    OPEN,
    Dossier,
    DossierDiffers,
    DossierStatus,
    DossierStepRefused,
    steps_after,
)
from eligibility.dossiers.service.intake import Filing, check_receipt, receive
from eligibility.dossiers.service.steps import move, procedure_of, restarted, tell, withdraw
from eligibility.law.domain.procedures import Procedure


async def receive_or_supplement(
    session: AsyncSession,
    filing: Filing,
    message: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Dossier:
    """Take a message of the portal: a new dossier, or more about one that is known.

    An update of a dossier that never arrived is taken as the dossier: nothing is lost when messages
    overtake each other.

    Raises:
        DossierStepRefused: the dossier has ended; what may follow is named.
        DossierDiffers: the update names another owner or procedure.
        Others: as `receive`.
    """
    if filing.update:
        async with whole_province(session):
            known = await store.find(session, filing.dossier_code, lock=True)
            if known is not None:
                return await _supplement(session, known, filing, message, actor=actor, now=now)
    return await receive(session, filing, message, actor=actor, now=now)


async def _supplement(
    session: AsyncSession,
    dossier: Dossier,
    filing: Filing,
    message: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Dossier:
    check_receipt(filing.received_at, now)
    seals = store.MessageSeals.of(session.info["settings"])
    if await store.came_before(session, dossier.dossier_code, seals.digest(message)):
        return dossier
    _same_matter(dossier, filing)
    if dossier.status not in OPEN:
        raise DossierStepRefused(
            f"Hồ sơ đang ở trạng thái “{dossier.status.title}”, không nhận bổ sung.",
            status=int(dossier.status),
            allowed_statuses=sorted(int(step) for step in steps_after(dossier.status)),
        )
    await store.keep_message(
        session, code=dossier.dossier_code, commune_code=dossier.commune_code,
        message=message, seals=seals, now=now,
    )  # fmt: skip
    if filing.withdrawn:
        reason = "Công dân rút hồ sơ trên Cổng dịch vụ công"
        return await withdraw(session, dossier.dossier_code, reason=reason, actor=actor, now=now)
    return await _with_papers(session, dossier, filing, actor=actor, now=now)


def _same_matter(dossier: Dossier, filing: Filing) -> None:
    """Refuse an update about somebody else or another procedure."""
    number = filing.owner.personal_id or filing.owner.former_number
    other_owner = dossier.owner_number != number
    if other_owner or not filing.procedure_code.startswith(dossier.procedure_code):
        raise DossierDiffers("Bản bổ sung nêu chủ hồ sơ hoặc thủ tục khác.")


async def _with_papers(
    session: AsyncSession, dossier: Dossier, filing: Filing, *, actor: str, now: datetime
) -> Dossier:
    procedure = procedure_of(dossier)
    brought = procedure.told(filing.papers)
    removed = set(procedure.told(filing.removed_papers)) - set(brought)
    kept = [paper for paper in dossier.papers if paper not in removed]
    papers = tuple(dict.fromkeys((*kept, *brought)))
    more = replace(dossier, papers=papers)
    if dossier.status is DossierStatus.PAPERS_ASKED:
        asked = await _asked_papers(session, dossier.dossier_code)
        there = _with_choices(procedure, brought)
        if procedure.missing(papers) == () and asked <= there:
            day = now.astimezone(VN_TZ).date()
            complete = more.with_clock(restarted(more, day))
            note = "Đã nhận đủ giấy tờ bổ sung, thời hạn tính lại từ đầu"
            return await move(
                session, complete, DossierStatus.ACCEPTED, actor=actor, note=note, now=now
            )
    taken = replace(more, version=dossier.version + 1)
    await store.save(session, taken, now)
    note = "Công dân bổ sung giấy tờ"
    if missing := procedure.missing(papers):
        note += "; còn thiếu: " + "; ".join(paper.title for paper in missing)
    await tell(session, taken, actor=actor, note=note, now=now)
    return taken


async def _asked_papers(session: AsyncSession, code: str) -> set[str]:
    """Give the papers of the latest request that still waits for an answer."""
    asked = [
        letter
        for letter in await store.letters(session, code)
        if letter.kind == "supplement_request"
    ]
    return set(asked[-1].papers) if asked else set()


def _with_choices(procedure: Procedure, papers: tuple[str, ...]) -> set[str]:
    """Give the codes that papers answer: their own, and the choice that they belong to."""
    chosen = {item.choice for item in procedure.papers if item.code in papers and item.choice}
    return {*papers, *chosen}
