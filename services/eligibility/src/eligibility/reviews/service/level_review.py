"""Draft the list of new levels of a commune, and note what differs from the law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import service as decisions
from eligibility.decisions.domain import Decision, Drafting, NothingToReview, PayMonthOutOfRange
from eligibility.entitlements import service as entitlements
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain.level_review import ENTITLEMENTS, Review
from eligibility.reviews import store
from eligibility.reviews.domain import AMOUNT_DIFFERS
from eligibility.reviews.service.frames import as_lines, first_day
from eligibility.reviews.service.provisional_facts import presumed

MONTHS_AHEAD = 2
"""How far ahead of the present month a list may be drafted."""


async def draft_level_review(
    session: AsyncSession, drafting: Drafting, *, pay_month: Month, now: datetime
) -> Decision:
    """Compute the list of new levels (danh sách chuyển mức hưởng) and keep it as a draft.

    Drafting the same decision again computes an unsigned draft anew and leaves a signed one alone.
    Căn cứ: khoản 3, khoản 4 Điều 32 Nghị định 335/2026/NĐ-CP.

    Raises:
        PayMonthOutOfRange: before the month from which the level counts, or too far ahead.
        NothingToReview: no entitlement of the commune waits for the new level.
        DecisionNumberTaken: the number belongs to another decision.
    """
    found = await decisions.find_same(session, drafting)
    if found is not None and found.status == "signed":
        return found
    first = Month.of(law.counting_day(now.date()))
    if not first <= pay_month <= Month.of(now.date()) + MONTHS_AHEAD:
        raise PayMonthOutOfRange
    rows = await entitlements.waiting_for_level(
        session, law.counting_day(now.date()), commune_code=drafting.commune_code
    )
    review = await _review(session, rows, pay_month, now.date())
    if review is None:
        raise NothingToReview
    await _note(session, review, now)
    content = decisions.Content(as_lines(review), review.explanations, _totals(review))
    return await decisions.draft(session, drafting, content, now)


async def compare_taken_over(
    session: AsyncSession, entitlement_ids: Sequence[UUID], now: datetime
) -> None:
    """Note where entitlements that were just taken over differ from the law."""
    rows = await entitlements.waiting_for_level(
        session, law.counting_day(now.date()), entitlement_ids=entitlement_ids
    )
    latest = max((Month.of(row.paid_from) for row in rows), default=Month.of(now.date()))
    review = await _review(session, rows, max(latest, Month.of(now.date())), now.date())
    if review is not None:
        await _note(session, review, now)


async def _note(session: AsyncSession, review: Review, now: datetime) -> None:
    reviewed = [UUID(value) for value in review.lines["entitlement_id"]]
    await store.replace_proposals(
        session, _proposals(review), reviewed, code=AMOUNT_DIFFERS, now=now
    )


async def _review(
    session: AsyncSession, rows: Sequence[Any], pay_month: Month, day: date
) -> Review | None:
    """Review entitlements with the facts of their people; None when there is nothing to review."""
    records = [
        (
            str(row.entitlement_id),
            str(row.person_id),
            row.benefit,
            row.stated_category,
            row.status_reason,
            row.listed_amount,
            row.listed_coefficient,
            Month.of(row.paid_from).ordinal,
            row.old_decision_date,
            row.version,
            row.commune_code,
        )
        for row in rows
        if Month.of(row.paid_from) <= pay_month
    ]
    if not records:
        return None
    frame = pl.DataFrame(
        records, schema={**ENTITLEMENTS, "commune_code": pl.String()}, orient="row"
    )
    people = [UUID(value) for value in frame["person_id"].unique(maintain_order=True)]
    first = Month.of(law.counting_day(day))
    known = presumed(frame, await facts.months_frame(session, people, first, pay_month))
    return law.review(
        frame,
        known,
        as_of=day,
        pay_month=pay_month,
        neutral_code=facts.neutral_code(session),
    )


def _totals(review: Review) -> dict[str, Any]:
    grouped = review.lines.group_by("outcome").agg(
        pl.len().alias("lines"),
        pl.col("owed").sum(),
        pl.col("pay_amount").sum().alias("pay_month_amount"),
    )
    return {
        row["outcome"]: {name: row[name] for name in ("lines", "owed", "pay_month_amount")}
        for row in grouped.sort("outcome").to_dicts()
    }


def _proposals(review: Review) -> list[dict[str, Any]]:
    """Name what differs from the law."""
    frame = review.lines.filter(pl.col("outcome") == AMOUNT_DIFFERS).select(
        "entitlement_id",
        "person_id",
        "commune_code",
        "benefit",
        "listed_amount",
        "listed_coefficient",
        "law_coefficient",
        "law_amount",
        "law_provision",
        pl.lit(AMOUNT_DIFFERS).alias("code"),
        pl.col("first_amount").alias("proposed_amount"),
        pl.col("first").alias("from_month"),
        pl.concat_list(
            pl.when(~pl.col("follows")).then(pl.lit("coefficient")),
            pl.when(~pl.col("as_signed")).then(pl.lit("listed_amount")),
        )
        .list.drop_nulls()
        .alias("reasons"),
    )
    return frame.with_columns(first_day("from_month")).to_dicts()
