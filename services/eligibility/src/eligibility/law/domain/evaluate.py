"""The one evaluator: a frame of facts in, awards with their reasons out.

One row is one person and one month; a single person and a province take the same path.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain import decree_20_2021_group_6, decree_176_2025, decree_335_2026
from eligibility.law.domain.ages import birthday, first_day, month_of_effect, whole_birth_date
from eligibility.law.domain.conditions import Benefit, Condition, all_of, any_of
from eligibility.law.domain.law import LawAsOf, LawPeriodUnsupported
from eligibility.law.domain.parameters import SCALE

FACTS: dict[str, pl.DataType] = {
    "month": pl.Int32(),
    "birth_date": pl.Date(),
    "birth_precision": pl.String(),
    "poverty_class": pl.String(),
    "disability_degree": pl.String(),
    "certificate_date": pl.Date(),
    "pension_income": pl.Int64(),
    "death_date": pl.Date(),
    "request": pl.String(),
    "signed_on": pl.Date(),
}
"""Columns that `evaluate` needs; `month` is an ordinal, null is unknown. Others pass through."""

AGES = ("age_child_below", "age_elderly", "age_pension_poor", "age_pension")


@dataclass(frozen=True)
class Plan:
    """The provisions of one regime with their expressions, built once."""

    regime: str
    benefits: tuple[Benefit, ...]
    highest_only: str
    stages: tuple[tuple[pl.Expr, ...], ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Give every condition once."""
        found = {item.code: item for benefit in self.benefits for item in benefit.conditions}
        return tuple(found.values())

    def benefit(self, code: str) -> Benefit:
        """Give a benefit by its code."""
        return next(benefit for benefit in self.benefits if benefit.code == code)


def evaluate(frame: pl.DataFrame, law: LawAsOf) -> pl.DataFrame:
    """Evaluate each row; the order of the rows is kept and means nothing.

    Added columns: `regime`; per condition `c.<code>` (true, false, null = unknown); per benefit
    `<benefit>.eligible`, `.provision`, `.coefficient` (hundredths), `.standard`, `.amount` (đồng),
    `.payable` and `.excluded_by`; per age `birthday.<age>` and `effective.<age>`.

    Raises:
        LawPeriodUnsupported: a month lies before the known period.
    """
    first = law.law.first_month
    if frame.height and int(frame["month"].min()) < first.ordinal:  # type: ignore[arg-type]  # Int32
        raise LawPeriodUnsupported(f"Hệ thống tính được từ tháng {first.display()}.")
    dated = frame.with_row_index("_row").with_columns(_event()).with_columns(_regime(law))
    regimes = dated["regime"].unique().to_list() or [law.law.parameters["regime"].values[0].value]
    parts = [
        _apply(dated.filter(pl.col("regime") == regime), plan_of(law, regime)) for regime in regimes
    ]
    evaluated = parts[0] if len(parts) == 1 else pl.concat(parts).sort("_row")
    return evaluated.drop("_row", "_event")


def plan_of(law: LawAsOf, regime: str) -> Plan:
    """Give the plan of a regime, built when first asked for."""
    plan: Plan | None = law.plans.get(regime)
    if plan is None:
        plan = law.plans[regime] = _build(law, regime)
    return plan


def _event() -> pl.Expr:
    """Give the day that selects the rule: the signature when it lies in the month, else its end."""
    start = first_day(pl.col("month"))
    signed = pl.col("signed_on")
    return (
        pl.when(signed.dt.month_start() == start).then(signed).otherwise(start.dt.month_end())
    ).alias("_event")


def _regime(law: LawAsOf) -> pl.Expr:
    values = law.law.parameters["regime"].values
    regime = pl.lit(values[0].value)
    for value in values[1:]:
        reached = pl.col("_event") >= pl.lit(value.valid_from)
        regime = pl.when(reached).then(pl.lit(value.value)).otherwise(regime)
    return regime.alias("regime")


def _apply(part: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    lazy = part.lazy()
    for stage in plan.stages:
        lazy = lazy.with_columns(*stage)
    return lazy.drop("_born").collect()


def _build(law: LawAsOf, regime: str) -> Plan:
    starts = next(v for v in law.law.parameters["regime"].values if v.value == regime).valid_from
    if regime == "B":
        benefits = (
            decree_20_2021_group_6.disability_allowance(law, starts),
            decree_176_2025.social_pension(law, starts),
        )
        rule = "khoản 1 Điều 3 Nghị định 176/2025/NĐ-CP; khoản 2 Điều 6 Nghị định 20/2021/NĐ-CP"
    else:
        benefits = (
            decree_335_2026.disability_allowance(law, starts),
            decree_335_2026.social_pension(law, starts),
        )
        rule = "khoản 2 Điều 6, khoản 1 Điều 31 Nghị định 335/2026/NĐ-CP"
    conditions = {item.code: item for benefit in benefits for item in benefit.conditions}
    return Plan(
        regime,
        benefits,
        rule,
        stages=(
            (whole_birth_date(law).alias("_born"),),
            tuple(
                birthday(pl.col("_born"), int(law.value(age, starts).value), law).alias(
                    f"birthday.{age}"
                )
                for age in AGES
            ),
            tuple(
                month_of_effect(pl.col(f"birthday.{age}"), law).alias(f"effective.{age}")
                for age in AGES
            ),
            tuple(item.outcome.alias(item.column) for item in conditions.values()),
            tuple(expression for benefit in benefits for expression in _award(benefit)),
            tuple(_amount(benefit) for benefit in benefits),
            _highest_only(benefits),
        ),
    )


def _award(benefit: Benefit) -> tuple[pl.Expr, ...]:
    common = all_of([pl.col(item.column) for item in benefit.common])
    entered = any_of([provision.holds for provision in benefit.provisions])
    # Most special first; what is still unknown counts as a candidate, what is false never.
    chosen: pl.Expr = pl.lit(None, dtype=pl.String)
    coefficient: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for provision in reversed(benefit.provisions):
        candidate = provision.holds.fill_null(value=True)
        chosen = pl.when(candidate).then(pl.lit(provision.code)).otherwise(chosen)
        scaled = pl.lit(provision.coefficient, dtype=pl.Int64)
        coefficient = pl.when(candidate).then(scaled).otherwise(coefficient)
    return (
        (common & entered).alias(f"{benefit.code}.eligible"),
        chosen.alias(f"{benefit.code}.provision"),
        coefficient.alias(f"{benefit.code}.coefficient"),
        benefit.standard.alias(f"{benefit.code}.standard"),
    )


def scaled_amount(standard: pl.Expr, coefficient: pl.Expr) -> pl.Expr:
    """Scale an amount by hundredths, rounded half up to a whole đồng, in whole numbers only."""
    return (standard * coefficient + SCALE // 2) // SCALE


def _amount(benefit: Benefit) -> pl.Expr:
    amount = scaled_amount(
        pl.col(f"{benefit.code}.standard"), pl.col(f"{benefit.code}.coefficient")
    )
    eligible = pl.col(f"{benefit.code}.eligible").fill_null(value=True)
    return (
        pl.when(eligible)
        .then(amount.fill_null(0))
        .otherwise(pl.lit(0, dtype=pl.Int64))
        .alias(f"{benefit.code}.amount")
    )


def _highest_only(benefits: tuple[Benefit, ...]) -> tuple[pl.Expr, ...]:
    """Of several benefits the highest alone is payable; of equals the one named first.

    Thuật ngữ: chỉ được hưởng một mức cao nhất.
    """
    found: list[pl.Expr] = []
    for place, benefit in enumerate(benefits):
        own = pl.col(f"{benefit.code}.amount")
        beaten: list[tuple[str, pl.Expr]] = []
        for other_place, other in enumerate(benefits):
            if other_place == place:
                continue
            theirs = pl.col(f"{other.code}.amount")
            higher = theirs >= own if other_place < place else theirs > own
            beaten.append((other.code, pl.col(f"{other.code}.eligible") & higher))
        eligible = pl.col(f"{benefit.code}.eligible")
        payable = eligible & ~any_of([outcome for _, outcome in beaten])
        excluded: pl.Expr = pl.lit(None, dtype=pl.String)
        for code, outcome in beaten:
            certain = (eligible & outcome).fill_null(value=False)
            excluded = pl.when(certain).then(pl.lit(code)).otherwise(excluded)
        found.append(payable.alias(f"{benefit.code}.payable"))
        found.append(excluded.alias(f"{benefit.code}.excluded_by"))
    return tuple(found)


def month_of(ordinal: int) -> Month:
    """Give the month of an ordinal."""
    return Month(ordinal // 12, ordinal % 12 + 1)
