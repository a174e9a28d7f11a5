"""Draft the decision that follows from a dossier."""

from __future__ import annotations

from datetime import datetime

from common.database.session import AsyncSession
from eligibility.decisions.domain import Decision, DecisionNumberTaken, Drafting
from eligibility.decisions.service.drafts import draft, find_same
from eligibility.decisions.service.judging import judge_dossier
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import DossierStatus


async def propose(
    session: AsyncSession, code: str, *, number: str, actor: str, now: datetime
) -> Decision:
    """Propose a grant or a refusal for an accepted dossier, with the reasons of the law.

    Raises:
        DossierStepRefused: the dossier is not accepted, or a decision was proposed before.
        OwnerUnregistered: the registry does not know the owner yet.
        FactsMissing: a condition cannot be judged; every missing fact is named.
        DecisionNumberTaken: the number belongs to another decision of the commune.
    """
    dossier = await dossiers.get(session, code, lock=True)
    content, kind = await judge_dossier(session, dossier, now.date())
    drafting = Drafting(kind, dossier.commune_code, number, actor, dossier_code=code)
    if await find_same(session, drafting) is not None:
        raise DecisionNumberTaken
    await dossiers.move(
        session, dossier, DossierStatus.PROCESSING, actor=actor, note="Đã lập dự thảo", now=now
    )
    return await draft(session, drafting, content, now)
