"""Read the lines of decisions, with names and explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from eligibility.decisions import store
from eligibility.facts import service as facts
from eligibility.law import service as law


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
