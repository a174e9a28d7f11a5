"""A right lost within a month is owed for that month; it ends with the month after.

Thuật ngữ: thôi hưởng từ tháng ngay sau tháng không còn đủ điều kiện; điều chỉnh từ tháng thay đổi.
Căn cứ: khoản 2 Điều 8 Nghị định 20/2021/NĐ-CP; khoản 3 Điều 4 Nghị định 176/2025/NĐ-CP; khoản 4
Điều 8 Nghị định 335/2026/NĐ-CP.

A person's row of a month holds the facts of its last day. Where facts changed within the month there
are more rows of the same person and month: the earlier states, each with `state_until`, the first
day on which it held no more. Both are evaluated; then, per benefit:

- not eligible at the end, eligible before: the earlier right is owed for the month;
- eligible in both: the amount of the month's end, or of its beginning where a change counts from the
  month after; of an allowance by child never fewer children than before (each child's part is a right);
- a state that had ended by a signature of the same month grants nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from eligibility.law.domain.conditions import Benefit

STATE_UNTIL = "state_until"
LOST_ON = "lost_on"
_KEY = ("person_id", "month")
_NAMES = ("eligible", "provision", "coefficient", "standard", "amount")


def has_earlier_states(frame: pl.DataFrame) -> bool:
    """Tell whether some rows are states that ended within their month."""
    return STATE_UNTIL in frame.columns and frame[STATE_UNTIL].null_count() < frame.height


def with_lost_rights(
    frame: pl.DataFrame, benefits: Sequence[Benefit], *, month_after: bool
) -> pl.DataFrame:
    """Carry rights of earlier states into the row of the month, and drop the earlier states.

    Adds `<benefit>.lost_on`: the day from which a right that is still owed was lost.

    Args:
        frame: evaluated rows, before the highest of them is chosen.
        benefits: the benefits of the frame.
        month_after: a change of level counts from the month after.
    """
    ended = pl.col("_signed_in_month") & (pl.col(STATE_UNTIL) <= pl.col("_event"))
    months = frame.filter(pl.col(STATE_UNTIL).is_null())
    states = frame.filter(pl.col(STATE_UNTIL).is_not_null() & ~ended).sort(STATE_UNTIL)
    for benefit in benefits:
        months = _carried(months, states, benefit, month_after=month_after)
    return months


def _carried(
    months: pl.DataFrame, states: pl.DataFrame, benefit: Benefit, *, month_after: bool
) -> pl.DataFrame:
    code = benefit.code
    own = [
        *(f"{code}.{name}" for name in _NAMES),
        *(name for name in (f"_code.{code}", f"_beside_code.{code}") if name in months.columns),
    ]
    right = states.filter(pl.col(f"{code}.eligible") & (pl.col(f"{code}.amount") > 0))
    found = right.group_by(_KEY, maintain_order=True).agg(
        *(pl.col(name).last().alias(f"_last.{name}") for name in own),
        *(pl.col(name).first().alias(f"_first.{name}") for name in own),
        pl.col(STATE_UNTIL).last().alias("_until"),
    )
    joined = months.join(found, on=_KEY, how="left", maintain_order="left")
    eligible, amount = pl.col(f"{code}.eligible"), pl.col(f"{code}.amount")
    known = pl.col("_until").is_not_null()
    lost = known & ~eligible.fill_null(value=True)
    both = known & eligible.fill_null(value=False)
    fewer = (
        both & (pl.col(f"_last.{code}.amount") > amount)
        if _by_child(benefit)
        else pl.lit(value=False)
    )
    later = both & pl.lit(value=month_after)
    return joined.with_columns(
        *(
            pl.when(lost | fewer)
            .then(pl.col(f"_last.{name}"))
            .when(later)
            .then(pl.col(f"_first.{name}"))
            .otherwise(pl.col(name))
            .alias(name)
            for name in own
        ),
        pl.when(lost).then(pl.col("_until")).alias(f"{code}.{LOST_ON}"),
    ).select(*months.columns, f"{code}.{LOST_ON}")


def _by_child(benefit: Benefit) -> bool:
    return any(item.times for item in benefit.provisions)
