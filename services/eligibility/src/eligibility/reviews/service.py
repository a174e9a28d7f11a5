"""Draft the list of new levels of a commune, and list what differs from the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    await store.replace_proposals(session, _proposals(review), now)
    content = decisions.Content(_lines(review), review.explanations, _totals(review))
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
        await store.replace_proposals(session, _proposals(review), now)


async def page_proposals(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Any]:
    """Give a page of differences from the law that nobody has signed yet."""
    return await store.page_proposals(session, filters, after, limit)


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
    known = await facts.months_frame(session, people, first, pay_month)
    return law.review(frame, known, as_of=day, pay_month=pay_month)


def _first_day(name: str) -> pl.Expr:
    """Write a month ordinal as the first day, in text."""
    month = pl.col(name)
    return pl.date(month // 12, month % 12 + 1, 1).dt.to_string("%Y-%m-%d").alias(name)


def _listed(frame: pl.DataFrame, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Gather the rows of each entitlement into one JSON list."""
    as_json = pl.struct(columns).struct.json_encode()
    return frame.group_by("entitlement_id", maintain_order=True).agg(
        pl.format("[{}]", as_json.str.join(",")).alias(name)
    )


def _lines(review: Review) -> pl.DataFrame:
    """Give the lines in the shape in which decisions keep them."""
    levels = review.levels.with_columns(_first_day("from_month"), _first_day("to_month"))
    reasons = review.reasons.with_columns(_first_day("from_month"))
    names = ("from_month", "to_month", "amount", "coefficient", "provision")
    return (
        review.lines.join(_listed(levels, "levels", names), on="entitlement_id", how="left")
        .join(
            _listed(reasons, "reasons", ("from_month", "explanation")),
            on="entitlement_id",
            how="left",
        )
        .with_columns(
            pl.col("levels", "reasons").fill_null("[]"),
            pl.col("first").alias("from_month"),
            pl.col("version").alias("entitlement_version"),
        )
        .with_columns(_first_day("from_month"))
        .select(*decisions.LINES)
        .cast(pl.Schema(decisions.LINES))
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
    """Name what differs from the law; every reviewed entitlement is named, most without a code."""
    differs = pl.col("outcome") == "amount_differs"
    frame = review.lines.select(
        "entitlement_id",
        "person_id",
        "commune_code",
        "benefit",
        "listed_amount",
        "listed_coefficient",
        "law_coefficient",
        "law_amount",
        "law_provision",
        pl.when(differs).then(pl.lit("amount_differs")).alias("code"),
        pl.col("first_amount").alias("proposed_amount"),
        pl.col("first").alias("from_month"),
        pl.concat_list(
            pl.when(~pl.col("follows")).then(pl.lit("coefficient")),
            pl.when(~pl.col("as_signed")).then(pl.lit("listed_amount")),
        )
        .list.drop_nulls()
        .alias("reasons"),
    )
    return frame.with_columns(_first_day("from_month")).to_dicts()
