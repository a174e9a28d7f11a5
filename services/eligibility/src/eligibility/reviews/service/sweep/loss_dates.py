"""The true day on which a right was lost, for proposals to stop what is paid without one.

A stop counts from the month after that day, so an invented day is money: nobody is asked to pay back
a month that was owed. What was lost before the swept months is looked for in the months before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from eligibility.facts import service as facts
from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.lost_rights import LOST_ON
from eligibility.reviews.service.sweep.finding import Slice, filled, live_receipts

MONTHS_BACK = 24
"""So far back the day is looked for; a right that ended earlier keeps the day before the sweep."""

LOST = "lost_condition"


async def with_true_days(
    session: AsyncSession, rows: pl.DataFrame, part: Slice, law: LawAsOf
) -> pl.DataFrame:
    """Put the true day of the loss into proposals to stop.

    Args:
        session: the transaction.
        rows: proposals of the slice, `finding.FOUND`.
        part: the slice that they were found in.
        law: the law as it stands on the day of the sweep.
    """
    boundary = pl.col("event_on") == pl.lit(part.months[0].first_day - timedelta(days=1))
    mine = rows.filter(
        (pl.col("kind") == "stop") & pl.col("reasons").str.starts_with(LOST) & boundary
    )
    if mine.is_empty():
        return rows
    first = max(part.months[0] + -MONTHS_BACK, law.law.first_month)
    people = [UUID(value) for value in mine["person_id"].unique(maintain_order=True)]
    frame = await facts.months_frame(session, people, first, part.months[0] + -1)
    if frame.is_empty():
        return rows
    result = evaluate(filled(frame, live_receipts(part)), law, as_text=False).sort("month")
    days = last_days_of_right(result, mine["benefit"].unique().to_list())
    keys = ["person_id", "benefit"]
    return (
        rows.join(days, on=keys, how="left", maintain_order="left")
        .with_columns(
            pl.when((pl.col("kind") == "stop") & pl.col("reasons").str.starts_with(LOST) & boundary)
            .then(pl.coalesce("_lost_on", "event_on"))
            .otherwise(pl.col("event_on"))
            .alias("event_on")
        )
        .drop("_lost_on")
    )


def last_days_of_right(result: pl.DataFrame, benefits: Sequence[str]) -> pl.DataFrame:
    """Give per person and benefit the day of the last loss: within a month, or the month's last day.

    Args:
        result: evaluated months, ascending.
        benefits: the benefits that are asked about.
    """
    parts = [
        result.filter(pl.col(f"{code}.eligible"))
        .group_by("person_id", maintain_order=True)
        .agg(
            pl.coalesce(
                pl.col(f"{code}.{LOST_ON}"),
                pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, 1).dt.month_end(),
            )
            .last()
            .alias("_lost_on")
        )
        .with_columns(pl.lit(code).alias("benefit"))
        for code in benefits
    ]
    kinds = {"person_id": pl.String(), "_lost_on": pl.Date(), "benefit": pl.String()}
    return pl.concat(parts) if parts else pl.DataFrame(schema=kinds)
