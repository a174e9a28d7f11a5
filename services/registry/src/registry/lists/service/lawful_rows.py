"""Amounts and ages of whole columns against the law: every different case is checked once."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from registry.lists.domain.lawful import AgeSpan, check_age, check_amount
from registry.lists.domain.rows import ReadingContext

_CASE = ("stated_category", "benefit", "coefficient", "amount", "youngest", "oldest")


def lawful(frame: pl.DataFrame, context: ReadingContext) -> pl.Series:
    """Say of each row whether age and amount are what the law gives its group in the month."""
    month = context.list_month
    cases = frame.select(
        "plain",
        *_CASE[:4],
        youngest=_age(month.first_day.year, month.first_day.month, month.first_day.day),
        oldest=_age(month.last_day.year, month.last_day.month, month.last_day.day),
    )
    different = cases.filter("plain").select(_CASE).unique()
    good = [_is_lawful(case, context) for case in different.iter_rows(named=True)]
    judged = different.with_columns(good=pl.Series(good, dtype=pl.Boolean))
    return cases.join(judged, on=_CASE, how="left", maintain_order="left")["good"].fill_null(
        value=False
    )


def _age(year: int, month: int, day: int) -> pl.Expr:
    born = pl.col("birth_date").dt
    before = (born.month() > month) | ((born.month() == month) & (born.day() > day))
    return (year - born.year() - before.cast(pl.Int32)).cast(pl.Int64)


def _is_lawful(case: dict[str, object], context: ReadingContext) -> bool:
    code, benefit = str(case["stated_category"]), str(case["benefit"])
    span = AgeSpan(int(str(case["youngest"])), int(str(case["oldest"])))
    law = context.vocabulary.law.get(code)
    row = (Decimal(str(case["coefficient"])), int(str(case["amount"])), span)
    check = check_amount(law, benefit, context.province_code, context.list_month, row)
    fits = check_age(law, span, context.list_month) == "fits"
    return fits and check.verdict in {"lawful", "unchecked"}
