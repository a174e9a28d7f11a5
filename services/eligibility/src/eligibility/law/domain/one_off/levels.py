"""The standard amount that a multiple scales: national, or the province's own where higher."""

from __future__ import annotations

from datetime import date

import polars as pl

from eligibility.law.domain.law import Law

ALLOWANCE, PENSION = "social_allowance", "social_pension"
CODES = ("standard_amount", "social_pension_level")


def with_standards(claims: pl.DataFrame, law: Law, on: str) -> pl.DataFrame:
    """Add `standard.allowance` and `standard.pension`, the amounts of the month of the event.

    Both are what was in force on that day, and `.counting` the one that counts from it although it
    came into force later. Căn cứ: khoản 2, khoản 3 Điều 4 Nghị định 335/2026/NĐ-CP.
    """
    if claims.is_empty():
        names = ("allowance", "pension", "allowance.counting", "pension.counting")
        return claims.with_columns(
            [pl.lit(None, pl.Int64()).alias(f"standard.{name}") for name in names]
        )
    days = claims.select(on).unique().drop_nulls()
    national = pl.DataFrame(
        [_national(law, day) for day in days.get_column(on)],
        schema={
            on: pl.Date(),
            "standard.allowance": pl.Int64(),
            "standard.pension": pl.Int64(),
            "standard.allowance.counting": pl.Int64(),
            "standard.pension.counting": pl.Int64(),
        },
        orient="row",
    )
    joined = claims.join(national, on=on, how="left", maintain_order="left")
    if not _has_own(claims, law):
        return joined
    for name, benefit in (("allowance", ALLOWANCE), ("pension", PENSION)):
        local = _provincial(claims, law, on, benefit)
        joined = joined.with_columns(
            pl.max_horizontal(f"standard.{name}", local).alias(f"standard.{name}"),
            pl.max_horizontal(f"standard.{name}.counting", local).alias(
                f"standard.{name}.counting"
            ),
        )
    return joined


def _has_own(claims: pl.DataFrame, law: Law) -> bool:
    """Tell whether one of the provinces set a level of its own."""
    own = law.latest.provincial_levels.get_column("province_code").unique()
    return bool(claims.get_column("province_code").is_in(own.to_list()).any())


def _national(law: Law, day: date) -> list[date | int | None]:
    row: list[date | int | None] = [day]
    for known_on in (day, law.latest.day):
        for code in CODES:
            try:
                row.append(int(law.parameters[code].at(day, known_on).value))
            except LookupError:
                row.append(None)
    return row


def _provincial(claims: pl.DataFrame, law: Law, on: str, benefit: str) -> pl.Series:
    """Give the highest level of the claim's province for the month of its event, or null."""
    levels = law.latest.provincial_levels.filter(
        (pl.col("benefit") == benefit)
        & (pl.col("kind") == "standard")
        & pl.col("local_group").is_null()
    )
    month = pl.col(on).dt.year() * 12 + pl.col(on).dt.month().cast(pl.Int32) - 1
    keyed = claims.with_row_index("_claim").select(
        "_claim", "province_code", "former_province_code", "setting", month.alias("_month")
    )
    met = keyed.join(levels, on=["province_code", "setting"], how="inner", suffix="_level").filter(
        (pl.col("former_province_code_level").is_null())
        | (pl.col("former_province_code_level") == pl.col("former_province_code")),
        pl.col("_month") >= pl.col("first_month"),
        pl.col("last_month").is_null() | (pl.col("_month") <= pl.col("last_month")),
    )
    highest = met.group_by("_claim").agg(pl.col("amount").max())
    return keyed.join(highest, on="_claim", how="left", maintain_order="left").get_column("amount")
