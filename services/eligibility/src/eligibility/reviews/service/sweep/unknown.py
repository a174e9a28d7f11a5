"""Which condition is unknown: on what an award hangs that nobody has proved yet."""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.conditions import Provision
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.plan import plan_of


def unknown_condition(
    result: pl.DataFrame, code: str, law: LawAsOf, *, single: bool
) -> pl.DataFrame:
    """Name the unknown condition of the provision that a benefit would be awarded by.

    Args:
        result: evaluated rows.
        code: the benefit.
        law: the law that evaluated them.
        single: only rows of which exactly one condition is unknown; else the first one is named.

    Returns:
        `person_id`, `missing_code`; rows without any such condition are left out.
    """
    parts = [pl.DataFrame(schema={"person_id": pl.String(), "missing_code": pl.String()})]
    for (regime,), rows in result.group_by("regime", maintain_order=True):
        plan = plan_of(law, str(regime))
        found = next((item for item in plan.benefits if item.code == code), None)
        if found is None:
            continue
        for provision in found.provisions:
            own = rows.filter(pl.col(f"{code}.provision").cast(pl.String) == provision.code)
            if own.height:
                columns = _columns(provision, [item.column for item in found.common])
                parts.append(_named(own, columns, single=single))
    return pl.concat(parts)


def _columns(provision: Provision, common: list[str]) -> list[str]:
    return [*(item.column for item in provision.conditions), *common]


def _named(rows: pl.DataFrame, columns: list[str], *, single: bool) -> pl.DataFrame:
    count = pl.sum_horizontal(*(pl.col(name).is_null().cast(pl.Int32) for name in columns))
    first = pl.coalesce(
        *(pl.when(pl.col(name).is_null()).then(pl.lit(name.removeprefix("c."))) for name in columns)
    )
    return rows.filter(count == 1 if single else count > 0).select(
        "person_id", first.alias("missing_code")
    )
