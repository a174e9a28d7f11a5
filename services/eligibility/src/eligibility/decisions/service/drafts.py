"""Find and draft decisions. Nothing changes for anyone before the signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl

from common import audit
from common.database.session import AsyncSession
from eligibility.decisions import store
from eligibility.decisions.domain import (
    Decision,
    DecisionNotFound,
    DecisionNumberTaken,
    Drafting,
)


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
