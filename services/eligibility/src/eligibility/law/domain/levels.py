"""The amount that coefficients scale in a row: the higher of the national and the provincial level.

Thuật ngữ: mức chuẩn, mức của địa phương. Căn cứ: khoản 3 Điều 4 Nghị định 20/2021/NĐ-CP (76/2024),
khoản 3 Điều 4 Nghị định 335/2026/NĐ-CP, khoản 2 Điều 3 Nghị định 176/2025/NĐ-CP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.benefits import LOCAL, ORDER, PENSION
from eligibility.law.domain.conditions import Row
from eligibility.law.domain.facts import is_code, with_all_facts
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.parameters import SCALE, DatedValue

STANDARD, PENSION_LEVEL = "standard_amount", "social_pension_level"
LEVEL_OF = {code: PENSION_LEVEL if code == PENSION else STANDARD for code in ORDER}
"""Benefit -> the parameter that its coefficients scale."""

_NONE = pl.lit(0, dtype=pl.Int64)
Level = Mapping[str, Any]
Levels = tuple[tuple[pl.Expr, ...], dict[str, pl.Expr]]
LOCAL_AMOUNT = "_local_amount"
_NOWHERE = ""
_KEPT = 500
"""So many spans and recipes are kept with one view of the law."""


@dataclass(frozen=True)
class Span:
    """Where the rows of a frame lie: first and last month, and the provinces named."""

    first: int
    last: int
    provinces: tuple[str, ...] = field(default=())


def span_of(frame: pl.DataFrame, law: LawAsOf) -> Span:
    """Read the span of a frame; provinces are looked for only where some province has levels."""
    months = frame["month"]
    first, last = int(months.min()), int(months.max())  # type: ignore[arg-type]  # Int32, no null
    if law.provincial_levels.is_empty():
        return Span(first, last)
    # Rows without a province stay apart: beside one province alone its level would become theirs.
    codes = frame["province_code"].fill_null(_NOWHERE)
    one = codes.first() if frame.height else None
    if one is not None and bool((codes == one).all()):
        return Span(first, last, () if one == _NOWHERE else (str(one),))
    return Span(first, last, tuple(sorted(codes.unique().to_list())))


def level_columns(law: LawAsOf, span: Span) -> tuple[Levels, tuple[str, ...]]:
    """Give, in two stages, the columns of levels, and the benefits with a provincial floor.

    `_level.<parameter>` is national; `<benefit>.standard` the higher of both; `_floor.<benefit>` an
    absolute amount of the province, when there is one; `_local_amount`, `_local_standard` and
    `_local_coefficient` what the row's local group is owed, where there are such groups.
    """
    key = ("levels", span)
    found: tuple[Levels, tuple[str, ...]] | None = law.plans.get(key)
    if found is None:
        found = _columns(law, span)
        if len(law.plans) < _KEPT:
            law.plans[key] = found
    return found


def signed_amounts(signed: pl.DataFrame, law: LawAsOf) -> pl.Series:
    """Give what each signed coefficient is worth in a month at the levels of its place, đồng.

    Args:
        signed: `benefit`, `coefficient` (hundredths), `listed_amount`, `month`, and where known
            `province_code`, `former_province_code`, `setting`, `local_group`.
        law: the law as it stands on the day of the decision.

    A local allowance may be an amount of its own: what was listed counts.
    """
    frame = with_all_facts(signed)
    levels, floors = level_columns(law, span_of(frame, law))
    frame = frame.with_columns(*levels[0]).with_columns(*levels[1].values())
    amount = pl.col("listed_amount")
    for code in ORDER:
        if code == LOCAL:
            continue
        own = (pl.col(f"{code}.standard") * pl.col("coefficient") + SCALE // 2) // SCALE
        if code in floors:
            own = pl.max_horizontal(own, f"_floor.{code}")
        amount = pl.when(pl.col("benefit") == code).then(own).otherwise(amount)
    return frame.select(amount.alias("amount"))["amount"]


def _columns(law: LawAsOf, span: Span) -> tuple[Levels, tuple[str, ...]]:
    national = tuple(
        _national(law.history(code), span).alias(f"_level.{code}")
        for code in (STANDARD, PENSION_LEVEL)
    )
    levels = levels_of(law, span)
    second = {
        f"{code}.standard": _standard(code, levels, span).alias(f"{code}.standard")
        for code in ORDER
    }
    floors = {code: found for code in ORDER if (found := _floors(levels, code))}
    second |= {
        f"_floor.{code}": _highest([_amount(item) for item in found], found, span).alias(
            f"_floor.{code}"
        )
        for code, found in floors.items()
    }
    local = {item.meta.output_name(): item for item in _local(levels, span)}
    return (national, second | local), tuple(floors)


def _national(values: Sequence[DatedValue], span: Span) -> pl.Expr:
    """Give the amount that counts in the row's month; before the first value, that value."""
    if span.first == span.last:
        counting = [
            value for value in values if Month.of(value.valid_from).ordinal <= span.first
        ] or values[:1]
        return pl.lit(int(counting[-1].value), dtype=pl.Int64)
    amount = pl.lit(int(values[0].value), dtype=pl.Int64)
    for value in values[1:]:
        reached = pl.col("month") >= Month.of(value.valid_from).ordinal
        amount = pl.when(reached).then(pl.lit(int(value.value), dtype=pl.Int64)).otherwise(amount)
    return amount


def levels_of(law: LawAsOf, span: Span) -> list[Level]:
    """Give the provincial levels that can matter in a span; both settings alike become one row."""
    if not span.provinces:
        return []
    key = ("of", span)
    found: list[Level] | None = law.plans.get(key)
    if found is None:
        found = _levels_of(law, span)
        if len(law.plans) < _KEPT:
            law.plans[key] = found
    return found


def _levels_of(law: LawAsOf, span: Span) -> list[Level]:
    frame = law.provincial_levels.filter(
        pl.col("province_code").is_in(list(span.provinces))
        & (pl.col("first_month") <= span.last)
        & (pl.col("last_month").is_null() | (pl.col("last_month") >= span.first))
    )
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in frame.to_dicts():
        key = tuple(value for name, value in row.items() if name != "setting")
        merged.setdefault(key, {**row, "settings": set()})["settings"].add(row["setting"])
    return list(merged.values())


def _standard(benefit: str, levels: Sequence[Level], span: Span) -> pl.Expr:
    national = pl.col(f"_level.{LEVEL_OF[benefit]}")
    found = [
        item
        for item in levels
        if item["benefit"] == benefit and item["kind"] == "standard"
        if item["local_group"] is None or benefit != LOCAL
    ]
    if not found:
        return national
    return pl.max_horizontal(national, _highest([_amount(item) for item in found], found, span))


def _floors(levels: Sequence[Level], benefit: str) -> list[Level]:
    return [
        item
        for item in levels
        if item["benefit"] == benefit and item["kind"] == "absolute" and benefit != LOCAL
    ]


def _local(levels: Sequence[Level], span: Span) -> list[pl.Expr]:
    found = [
        item for item in levels if item["benefit"] == LOCAL and item["local_group"] is not None
    ]
    paid = [
        item["amount"]
        if item["kind"] == "absolute"
        else (item["amount"] * (item["coefficient"] or SCALE) + SCALE // 2) // SCALE
        for item in found
    ]
    scaled = [0 if item["kind"] == "absolute" else item["amount"] for item in found]
    ratio = [0 if item["kind"] == "absolute" else item["coefficient"] or SCALE for item in found]
    if not found:
        return []
    return [
        _highest([pl.lit(value, dtype=pl.Int64) for value in paid], found, span).alias(
            LOCAL_AMOUNT
        ),
        _highest([pl.lit(value, dtype=pl.Int64) for value in scaled], found, span).alias(
            "_local_standard"
        ),
        _highest([pl.lit(value, dtype=pl.Int64) for value in ratio], found, span).alias(
            "_local_coefficient"
        ),
    ]


def _amount(level: Level) -> pl.Expr:
    return pl.lit(int(level["amount"]), dtype=pl.Int64)


def _highest(amounts: Sequence[pl.Expr], levels: Sequence[Level], span: Span) -> pl.Expr:
    """Give the highest amount of the levels that hold in a row, 0 where none does."""
    found = [
        pl.when(_holds(level, span)).then(amount).otherwise(_NONE)
        for amount, level in zip(amounts, levels, strict=True)
    ]
    return found[0] if len(found) == 1 else pl.max_horizontal(*found)


def _holds(level: Level, span: Span) -> pl.Expr:
    tests: list[pl.Expr] = [pl.lit(value=True)]
    if span.provinces != (level["province_code"],):
        tests.append(pl.col("province_code") == level["province_code"])
    if level["former_province_code"] is not None:
        tests.append(pl.col("former_province_code") == level["former_province_code"])
    if len(level["settings"]) == 1:
        tests.append(is_code("setting", *level["settings"]))
    if level["local_group"] is not None:
        tests.append(pl.col("local_group") == level["local_group"])
    if level["first_month"] > span.first:
        tests.append(pl.col("month") >= level["first_month"])
    if level["last_month"] is not None and level["last_month"] < span.last:
        tests.append(pl.col("month") <= level["last_month"])
    return pl.all_horizontal(tests).fill_null(value=False)


def resolution_of(row: Row, benefit: str, law: LawAsOf) -> str | None:
    """Name the provincial resolution that a row's level comes from; None: it is the national one."""
    province = row.get("province_code")
    if province is None or not row.get(f"{benefit}.standard"):
        return None
    month, national = row["month"], row.get(f"_level.{LEVEL_OF[benefit]}")
    for item in levels_of(law, Span(month, month, (str(province),))):
        if (
            item["benefit"] != benefit
            or (row.get("setting") or "community") not in item["settings"]
        ):
            continue
        if item["former_province_code"] not in {None, row.get("former_province_code")}:
            continue
        if item["local_group"] not in {None, row.get("local_group")}:
            continue
        shown = row[f"{benefit}.amount" if item["kind"] == "absolute" else f"{benefit}.standard"]
        if item["amount"] == shown and item["amount"] != national:
            return str(item["resolution"])
    return None
