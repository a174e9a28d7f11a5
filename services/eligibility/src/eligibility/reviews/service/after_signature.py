"""What a signature settles, and what follows from it elsewhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from eligibility.decisions import service as decisions
from eligibility.reviews import store
from eligibility.reviews.domain import SETTLED_BY
from eligibility.reviews.service.corrections import check_lawful
from eligibility.reviews.service.moves import note_arrivals
from eligibility.reviews.store import sweeps


async def settle(session: AsyncSession, decision_id: UUID, now: datetime) -> None:
    """Settle the proposals that a signed decision answers.

    Raises:
        DraftOutdated: a correction that is no longer what the law gives.
    """
    decision = await decisions.get(session, decision_id)
    if decision.kind == "correction":
        await check_lawful(session, decision_id, now)
    frame = await decisions.lines_frame(session, decision_id)
    moved_from = pl.col("facts").str.json_path_match("$.moved_from")
    named = frame.select(pl.coalesce(moved_from, "entitlement_id").alias("id"))["id"]
    ids = [UUID(value) for value in named]
    for code in SETTLED_BY[decision.kind]:
        await store.sign_proposals(session, ids, code, decision_id)
    await sweeps.close_signed(session, decision_id, now)
    if decision.kind == "stop":
        await note_arrivals(session, frame, now)
