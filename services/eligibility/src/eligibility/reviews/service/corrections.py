"""Move people whose signed level differs to the level that the law gives, by a signed decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from pydantic_core import to_json

from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import (
    Decision,
    DecisionNumberTaken,
    Drafting,
    DraftOutdated,
)
from eligibility.entitlements import service as entitlements
from eligibility.entitlements.domain import Entitlement, LevelRow
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain.level_review import ENTITLEMENTS, Review
from eligibility.reviews import store
from eligibility.reviews.domain import (
    AMOUNT_DIFFERS,
    NothingToCorrect,
    ProposalAlreadySigned,
    ProposalNotFound,
    cut_levels,
)
from eligibility.reviews.service.frames import as_lines
from eligibility.reviews.service.level_review import MONTHS_AHEAD
from eligibility.reviews.service.provisional_facts import presumed


@dataclass(frozen=True)
class _Sorted:
    """What becomes of each entitlement that was named: a new level, or why none."""

    outcomes: Mapping[UUID, str]

    def of(self, outcome: str) -> list[str]:
        """Give the ids with an outcome."""
        return [str(key) for key, value in self.outcomes.items() if value == outcome]


async def draft_correction(
    session: AsyncSession, drafting: Drafting, entitlement_ids: Sequence[UUID], *, now: datetime
) -> Decision:
    """Draft a decision that moves entitlements to the lawful level from the proposal's first month.

    The law is applied again now: who no longer differs, is not being paid, or is owed nothing by
    law (that is a stop, not a level) is left out and counted in the totals. Drafting the same
    decision again computes an unsigned draft anew and leaves a signed one alone.
    Căn cứ: khoản 3, khoản 4 Điều 32 Nghị định 335/2026/NĐ-CP.

    Raises:
        ProposalNotFound: an entitlement has no such proposal in the commune.
        ProposalAlreadySigned: a signed decision has settled one.
        NothingToCorrect: nothing is left to change.
        DecisionNumberTaken: the number belongs to another decision.
    """
    found = await decisions.find_same(session, drafting)
    if found is not None and found.status == "signed":
        return await _same_again(session, found, entitlement_ids)
    first = await _open_proposals(session, drafting.commune_code, entitlement_ids)
    items = await entitlements.read(session, entitlement_ids)
    content = await _content(session, items, first, now.date())
    return await decisions.draft(session, drafting, content, now)


async def check_lawful(session: AsyncSession, decision_id: UUID, now: datetime) -> None:
    """Make sure that a signed correction is lawful on the day it is signed.

    Raises:
        DraftOutdated: what is known changed since the draft, and the law gives other levels.
    """
    lines = await decisions.lines_frame(session, decision_id)
    ids = [UUID(value) for value in lines["entitlement_id"]]
    decision = await decisions.get(session, decision_id)
    first = await _open_proposals(session, decision.commune_code, ids)
    items = await entitlements.read(session, ids)
    _, result = await _apply_law(session, items, first, now.date())
    if set(result.outcomes.values()) != {"agrees"}:
        raise DraftOutdated("Đến ngày ký, mức theo pháp luật đã khác dự thảo.")


async def _same_again(
    session: AsyncSession, signed: Decision, entitlement_ids: Sequence[UUID]
) -> Decision:
    """Give a signed decision to who drafts it again, not to who would draft another."""
    lines = await decisions.lines_frame(session, signed.decision_id)
    if not {UUID(value) for value in lines["entitlement_id"]} <= set(entitlement_ids):
        raise DecisionNumberTaken
    return signed


async def _open_proposals(
    session: AsyncSession, commune_code: str, entitlement_ids: Sequence[UUID]
) -> dict[UUID, Month]:
    """Give the first month of each named entitlement's proposal."""
    rows = await store.proposals_of(session, commune_code, entitlement_ids, AMOUNT_DIFFERS)
    missing = set(entitlement_ids) - {row.entitlement_id for row in rows}
    if missing:
        raise ProposalNotFound(entitlement_ids=sorted(map(str, missing)))
    signed = [str(row.entitlement_id) for row in rows if row.status == "signed"]
    if signed:
        raise ProposalAlreadySigned(entitlement_ids=signed)
    return {row.entitlement_id: Month.of(row.from_month) for row in rows}


async def _apply_law(
    session: AsyncSession, items: Sequence[Entitlement], first: Mapping[UUID, Month], day: date
) -> tuple[Review, _Sorted]:
    """Apply the law as it stands on a day, and compare with what is owed now."""
    last = max(Month.of(day) + MONTHS_AHEAD, *first.values())
    people = [item.person_id for item in items]
    frame = _frame(items, first)
    known = presumed(frame, await facts.months_frame(session, people, min(first.values()), last))
    review = law.correct(
        frame, known, as_of=day, last=last, neutral_code=facts.neutral_code(session)
    )
    whole = replace(review, levels=_with_levels_before(review.levels, items, first))
    return whole, _sort_out(items, whole, last)


def _with_levels_before(
    levels: pl.DataFrame, items: Sequence[Entitlement], first: Mapping[UUID, Month]
) -> pl.DataFrame:
    """Keep what was signed for the months before the correction; it changes nothing there."""
    signed = [
        (
            str(item.entitlement_id),
            level.from_month.ordinal,
            None if level.to_month is None else level.to_month.ordinal,
            level.amount,
            level.coefficient,
            level.provision,
        )
        for item in items
        for level in cut_levels(item.levels, first[item.entitlement_id])
    ]
    if not signed:
        return levels
    earlier = pl.DataFrame(signed, schema=levels.schema, orient="row")
    months = {str(key): month.ordinal for key, month in first.items()}
    begins = pl.col("entitlement_id").replace_strict(months, return_dtype=pl.Int32)
    listed = pl.col("entitlement_id").is_in(earlier["entitlement_id"].unique().implode())
    later = levels.filter(~listed | (pl.col("from_month") >= begins))
    return pl.concat([earlier, later]).sort("entitlement_id", "from_month")


async def _content(
    session: AsyncSession, items: Sequence[Entitlement], first: Mapping[UUID, Month], day: date
) -> decisions.Content:
    review, result = await _apply_law(session, items, first, day)
    kept = _only(review, result.of("corrected"))
    if kept.lines.is_empty():
        raise NothingToCorrect(outcomes={str(k): v for k, v in result.outcomes.items()})
    old = pl.DataFrame(
        {
            "entitlement_id": [str(item.entitlement_id) for item in items],
            "old_levels": [to_json([_stored(level) for level in item.levels]).decode()
                           for item in items],
        }
    )  # fmt: skip
    lines = (
        as_lines(kept)
        .drop("old_levels")
        .join(old, on="entitlement_id", how="left")
        .select(*decisions.LINES)
    )
    return decisions.Content(lines, kept.explanations, _totals(kept, result))


def _only(review: Review, entitlement_ids: Sequence[str]) -> Review:
    chosen = pl.col("entitlement_id").is_in(list(entitlement_ids))
    reasons = review.reasons.filter(chosen)
    used = set(reasons["explanation"])
    return Review(
        lines=review.lines.filter(chosen),
        levels=review.levels.filter(chosen),
        reasons=reasons,
        explanations={key: body for key, body in review.explanations.items() if key in used},
    )


def _frame(items: Sequence[Entitlement], first: Mapping[UUID, Month]) -> pl.DataFrame:
    schema: dict[str, pl.DataType] = {**ENTITLEMENTS, "first": pl.Int32()}
    records = [
        (
            str(item.entitlement_id),
            str(item.person_id),
            item.benefit,
            item.stated_category,
            item.status_reason,
            item.listed_amount,
            item.listed_coefficient,
            item.paid_from.ordinal,
            item.old_decision_date,
            item.version,
            first[item.entitlement_id].ordinal,
        )
        for item in items
    ]
    return pl.DataFrame(records, schema=schema, orient="row")


def _sort_out(items: Sequence[Entitlement], review: Review, last: Month) -> _Sorted:
    """Compare what is owed now with what the law gives, month by month."""
    lawful: dict[str, list[LevelRow]] = {}
    for row in review.levels.to_dicts():
        level = LevelRow(
            _month(row["from_month"]),
            None if row["to_month"] is None else _month(row["to_month"]),
            row["amount"],
            row["coefficient"],
            row["provision"],
        )
        lawful.setdefault(row["entitlement_id"], []).append(level)
    outcomes: dict[UUID, str] = {}
    for item in items:
        levels = lawful.get(str(item.entitlement_id), [])
        if item.status != "active":
            outcome = "not_active"
        elif replace(item, levels=levels).owed(last) == item.owed(last):
            outcome = "agrees"
        elif not levels or levels[-1].to_month is not None:
            outcome = "not_eligible"
        else:
            outcome = "corrected"
        outcomes[item.entitlement_id] = outcome
    return _Sorted(outcomes)


def _month(ordinal: int) -> Month:
    return Month(ordinal // 12, ordinal % 12 + 1)


def _stored(level: LevelRow) -> dict[str, Any]:
    return {
        "from_month": level.from_month.first_day,
        "to_month": None if level.to_month is None else level.to_month.first_day,
        "amount": level.amount,
        "coefficient": level.coefficient,
        "provision": level.provision,
    }


def _totals(review: Review, result: _Sorted) -> dict[str, Any]:
    """Add up what is corrected, and count beside it what was left out."""
    totals: dict[str, Any] = {
        "corrected": {
            "lines": review.lines.height,
            "owed": int(review.lines["owed"].sum()),
            "pay_month_amount": int(review.lines["pay_amount"].sum()),
        }
    }
    for outcome in sorted(set(result.outcomes.values()) - {"corrected"}):
        count = len(result.of(outcome))
        totals[outcome] = {"lines": count, "owed": 0, "pay_month_amount": 0}
    return totals
