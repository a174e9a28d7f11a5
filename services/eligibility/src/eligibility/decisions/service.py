"""Draft, look at and sign decisions. Nothing changes for anyone before the signature."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from common import audit
from common.contracts.eligibility import DecisionSigned
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.emit import emit
from common.kernel.errors import PreconditionFailed
from common.kernel.months import Month
from eligibility.decisions import store
from eligibility.decisions.domain import (
    Decision,
    DecisionNotFound,
    DecisionNumberTaken,
    Drafting,
    DraftOutdated,
    FactsMissing,
    check_signature,
)
from eligibility.decisions.store import LINES
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import Dossier, DossierStatus
from eligibility.facts import service as facts
from eligibility.law import service as law

__all__ = [
    "LINES",
    "Content",
    "draft",
    "explained_lines",
    "find_same",
    "get",
    "lines_frame",
    "page",
    "propose",
    "sign",
]


@dataclass(frozen=True)
class Content:
    """What a draft says: lines in the shape of `LINES`, shared explanations, totals by outcome."""

    lines: pl.DataFrame
    explanations: Mapping[str, Mapping[str, Any]]
    totals: Mapping[str, Any]


async def get(session: AsyncSession, decision_id: UUID, *, lock: bool = False) -> Decision:
    """Give a decision.

    Raises:
        DecisionNotFound: none, or not the caller's.
    """
    decision = await store.find(session, decision_id, lock=lock)
    if decision is None:
        raise DecisionNotFound
    return decision


async def page(
    session: AsyncSession,
    filters: Mapping[str, str | None],
    after: Sequence[Any] | None,
    limit: int,
) -> list[Decision]:
    """Give a page of decisions, newest first."""
    return await store.page(session, filters, after, limit)


async def find_same(session: AsyncSession, drafting: Drafting) -> Decision | None:
    """Give the decision that this drafting would make again.

    Raises:
        DecisionNumberTaken: the number belongs to another decision of the commune.
    """
    found = await store.find_by_number(session, drafting.commune_code, drafting.number)
    if found is None:
        return None
    same = (found.kind, found.pay_month, found.dossier_code)
    if same != (drafting.kind, drafting.pay_month, drafting.dossier_code):
        raise DecisionNumberTaken
    return found


async def draft(
    session: AsyncSession, drafting: Drafting, content: Content, now: datetime
) -> Decision:
    """Make a draft, or compute the unsigned draft of the same decision again.

    Raises:
        DecisionNumberTaken: the number belongs to another decision of the commune.
    """
    found = await find_same(session, drafting)
    if found is not None and found.status == "signed":
        return found
    if found is None:
        decision_id = await store.insert(session, drafting, now)
    else:
        decision_id = found.decision_id
        await store.count_up(session, decision_id, drafted_by=drafting.drafted_by)
    decision = await get(session, decision_id)
    await store.replace_content(
        session, decision, content.lines, content.explanations, content.totals
    )
    await audit.record(
        session,
        "decision.drafted",
        "decision",
        decision_id,
        {"kind": drafting.kind, "lines": content.lines.height},
    )
    return await get(session, decision_id)


async def propose(
    session: AsyncSession, code: str, *, number: str, actor: str, now: datetime
) -> Decision:
    """Propose a grant or a refusal for an accepted dossier, with the reasons of the law.

    Raises:
        DossierStepRefused: the dossier is not accepted, or a decision was proposed before.
        FactsMissing: a condition cannot be judged; every missing fact is named.
    """
    dossier = await dossiers.get(session, code, lock=True)
    content, kind = await _judge(session, dossier, now.date(), new_id())
    drafting = Drafting(kind, dossier.commune_code, number, actor, dossier_code=code)
    if await find_same(session, drafting) is not None:
        raise DecisionNumberTaken
    await dossiers.move(
        session, dossier, DossierStatus.PROCESSING, actor=actor, note="Đã lập dự thảo", now=now
    )
    return await draft(session, drafting, content, now)


async def _judge(
    session: AsyncSession, dossier: Dossier, day: date, entitlement_id: UUID
) -> tuple[Content, str]:
    """Apply the law as it stands on a day to the owner of a dossier."""
    known = await facts.month_facts(session, dossier.person_id, day)
    if known["pension_income"] is None:
        known["pension_income"] = dossier.declared_pension_income
    month = Month.of(day)
    given = {**known, "request": "written", "signed_on": day}
    row = law.person_rows(given, month, month, as_of=day)[0]
    benefit = dossier.benefit
    received = await facts.received(session, dossier.person_id, month)
    neutral = facts.neutral_code(session)
    judgement = law.judge_request(row, benefit, received, as_of=day)
    payable = judgement.payable
    if payable is None:
        raise FactsMissing(missing=law.missing_facts(row, benefit, as_of=day))
    key, body = law.named_explanation(row, benefit, judgement, as_of=day, neutral_code=neutral)
    kind = "grant" if payable else "refusal"
    first = month.first_day.isoformat()
    amount = row[f"{benefit}.amount"] if payable else 0
    coefficient = row[f"{benefit}.coefficient"] or 0
    level = {
        "from_month": first,
        "to_month": None,
        "amount": amount,
        "coefficient": coefficient,
        "provision": law.told_provision(row[f"{benefit}.provision"], neutral),
    }
    line = {
        "entitlement_id": str(entitlement_id),
        "entitlement_version": 0,
        "person_id": str(dossier.person_id),
        "benefit": benefit,
        "outcome": kind,
        "from_month": first,
        "listed_amount": 0,
        "listed_coefficient": 0,
        "law_coefficient": coefficient,
        "law_amount": row[f"{benefit}.amount"],
        "owed": amount,
        "old_levels": "[]",
        "levels": json.dumps([level] if payable else []),
        "reasons": json.dumps([{"from_month": first, "explanation": key}]),
        "facts": json.dumps(law.fact_values(row), default=str),
    }
    totals = {kind: {"lines": 1, "owed": amount, "pay_month_amount": amount}}
    return Content(pl.DataFrame([line], schema=LINES), {key: body}, totals), kind


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
    if decision.dossier_code is not None:
        await _conclude(session, decision, signer=signer, now=now)
    return await get(session, decision_id)


async def _judge_again(session: AsyncSession, decision: Decision, day: date) -> None:
    dossier = await dossiers.get(session, str(decision.dossier_code), lock=True)
    lines = await store.read_lines(session, decision.decision_id)
    content, kind = await _judge(session, dossier, day, UUID(lines["entitlement_id"][0]))
    if kind != decision.kind:
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


async def lines_frame(session: AsyncSession, decision_id: UUID) -> pl.DataFrame:
    """Give all lines of a decision, in the shape of `LINES`."""
    return await store.read_lines(session, decision_id)


async def explained_lines(
    session: AsyncSession,
    decision_id: UUID,
    outcome: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Give a page of lines with names and with the explanation they were drafted with."""
    rows = await store.page_lines(session, decision_id, outcome, after, limit)
    names = await facts.names(session, [row.person_id for row in rows])
    bodies = await store.explanations(session, decision_id)
    return [
        {
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's documented view of a row
            "full_name": names.get(row.person_id),
            "explanation": _explanation(row, bodies),
        }
        for row in rows
    ]


def _explanation(row: Any, bodies: Mapping[str, Any]) -> dict[str, Any] | None:
    """Put a person's own values beside the conditions that the line shares with others."""
    if not row.reasons:
        return None
    body = bodies[row.reasons[-1]["explanation"]]
    if "conditions" not in body:
        return dict(body)
    return law.with_values(body, row.facts)
