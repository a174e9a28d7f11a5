"""Sign decisions: from there on they hold, and everything that follows happens at once."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common import audit
from common.contracts.eligibility import DecisionSigned
from common.database.session import AsyncSession
from common.events.emit import emit
from common.kernel.errors import PreconditionFailed
from eligibility.decisions import store
from eligibility.decisions.domain import Decision, DraftOutdated, check_signature
from eligibility.decisions.service.drafts import get
from eligibility.decisions.service.judging import judge_dossier
from eligibility.decisions.service.one_off import grant_one_offs
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import DossierStatus


async def sign(
    session: AsyncSession, decision_id: UUID, *, version: int, signer: str, now: datetime
) -> Decision:
    """Sign: from here on the decision holds, and everything that follows happens at once.

    A grant is judged again on the day of signature, which is the month it starts from.

    Raises:
        DecisionNotFound: none, or not the caller's.
        DecisionAlreadySigned: it is final.
        SignerIsDrafter: the signer drafted it.
        PreconditionFailed: it was computed again since the signer read it.
        DraftOutdated: what it stands on has changed.
        OneOffGrantedBefore: the same benefit was granted for the same person and event.
    """
    decision = await get(session, decision_id, lock=True)
    check_signature(decision, signer)
    if decision.version != version:
        raise PreconditionFailed
    if decision.dossier_code is not None:
        await _judge_again(session, decision, now.date())
    await store.sign(session, decision_id, signer=signer, signed_on=now.date(), now=now)
    await audit.record(
        session, "decision.signed", "decision", decision_id, {"lines": decision.line_count}
    )
    data = DecisionSigned(
        decision_id=decision_id,
        kind=decision.kind,
        number=decision.number,
        commune_code=decision.commune_code,
        signed_on=now.date(),
        lines=decision.line_count,
    )
    await emit(session, data, aggregate_id=decision_id, version=1)
    if decision.kind == "one_off":
        await grant_one_offs(session, decision, now.date(), now)
    if decision.dossier_code is not None:
        await _conclude(session, decision, signer=signer, now=now)
    return await get(session, decision_id)


async def _judge_again(session: AsyncSession, decision: Decision, day: date) -> None:
    """Judge a dossier's decision by the day of signature; what it grants must be what was drafted.

    Raises:
        DraftOutdated: the law gives something else on that day.
    """
    dossier = await dossiers.get(session, str(decision.dossier_code), lock=True)
    drafted = await store.read_lines(session, decision.decision_id)
    ids = dict(zip(drafted["benefit"], map(UUID, drafted["entitlement_id"]), strict=True))
    content, kind = await judge_dossier(session, dossier, day, ids)
    if kind != decision.kind or set(content.lines["benefit"]) != ids.keys():
        raise DraftOutdated("Đến ngày ký, kết quả xét theo pháp luật đã khác dự thảo.")
    await store.replace_content(
        session, decision, content.lines, content.explanations, content.totals
    )


async def _conclude(
    session: AsyncSession, decision: Decision, *, signer: str, now: datetime
) -> None:
    dossier = await dossiers.get(session, str(decision.dossier_code), lock=True)
    note = f"Quyết định số {decision.number}"
    for step in (DossierStatus.DONE, DossierStatus.RETURNED):
        dossier = await dossiers.move(session, dossier, step, actor=signer, note=note, now=now)
