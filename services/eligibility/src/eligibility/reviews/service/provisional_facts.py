"""What a signed decision found counts until the registry says something else.

A list of current beneficiaries names the category of the old decision, not each fact it rested on.
Where the registry holds no fact of a kind that the category needs, the decision's own finding stands
for it, so that moving somebody to a new level is not a new examination of the case.
Căn cứ: khoản 3 Điều 32 Nghị định 335/2026/NĐ-CP (danh sách chuyển mức hưởng, không lập hồ sơ mới).
"""

from __future__ import annotations

from datetime import date

import polars as pl

_NEUTRAL = "^[A-Z0-9]{6}$"
_POOR = ("5.4", "5.5a", "5.5b", "5.5c", "5.7")
_DIFFICULT = ("5.5b", "5.5c", "5.7")
_CHILD_YEARS = 4
"""Age of a child that a decision names without a birth date: changes no level during a review."""
_INFANT_YEARS = 1


def presumed(entitlements: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Fill what the registry does not know with what people's signed categories say.

    Args:
        entitlements: `person_id`, `benefit`, `stated_category`, `listed_coefficient` of what people
            have; one person may have several.
        facts: rows of `facts.months_frame` of these people.
    """
    people = entitlements.group_by("person_id").agg(*_claims())
    joined = facts.join(people, on="person_id", how="left", maintain_order="left")
    filled = joined.with_columns(*_filled(), *_with_children(joined))
    return filled.drop(name for name in people.columns if name.startswith("_"))


def _claims() -> tuple[pl.Expr, ...]:
    category, benefit = pl.col("stated_category"), pl.col("benefit")

    def any_of(*groups: str) -> pl.Expr:
        starts = [category.str.starts_with(group) for group in groups]
        return pl.any_horizontal(*starts).any()

    neutral = category.str.contains(_NEUTRAL)
    raising = pl.col("listed_coefficient").filter(benefit == "single_parent_allowance")
    parents = pl.col("listed_coefficient").filter(benefit == "disabled_parent_support")
    return (
        any_of("5.1").alias("_no_care"),
        (benefit == "care_support").any().alias("_cared"),
        any_of("C2c").alias("_by_family"),
        (any_of("C1") & ~any_of("C1_elder")).alias("_child_cared"),
        any_of("5.2").alias("_studies"),
        any_of("5.5a", "5.5d").alias("_no_support"),
        any_of(*_POOR).alias("_poor"),
        any_of(*_DIFFICULT).alias("_difficult"),
        neutral.any().alias("_sealed"),
        category.filter(neutral).first().alias("_code"),
        (benefit == "facility_allowance").any().alias("_facility"),
        category.filter(benefit == "local_allowance").first().alias("_local"),
        (raising.first() // 100).alias("_raising"),
        pl.when(parents.first() > 150).then(2).otherwise(parents.first().sign()).alias("_infants"),
        any_of("5.4").alias("_single"),
    )


def _known(kind: str) -> pl.Expr:
    return pl.col("kinds").fill_null("").str.contains(rf"\b{kind}\b")


def _claimed(name: str) -> pl.Expr:
    return pl.col(name).fill_null(value=False)


def _filled() -> tuple[pl.Expr, ...]:
    def unless(kind: str, claim: str, name: str, *, value: str | bool) -> pl.Expr:
        taken = _claimed(claim) & ~_known(kind)
        return pl.when(taken).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)

    def where_null(claim: str, name: str, *, value: bool | int) -> pl.Expr:
        taken = _claimed(claim) & pl.col(name).is_null()
        return pl.when(taken).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)

    orphan = (_claimed("_no_care") | _claimed("_child_cared")) & ~_known("care_source")
    poor = (_claimed("_poor") | _claimed("_sealed")) & pl.col("poverty_class").is_null()
    return (
        pl.when(orphan).then(pl.lit(value=True)).otherwise(pl.col("abandoned")).alias("abandoned"),
        pl.when(poor)
        .then(pl.lit("poor"))
        .otherwise(pl.col("poverty_class"))
        .alias("poverty_class"),
        unless("study", "_studies", "study_level", value="general"),
        unless("study", "_studies", "study_continuous", value=True),
        unless("support", "_no_support", "support", value="none"),
        unless("facility", "_facility", "setting", value="facility"),
        unless("marital", "_single", "marital_status", value="single"),
        pl.when(_known("care") | ~_claimed("_cared"))
        .then(pl.col("care"))
        .when(_claimed("_by_family"))
        .then(pl.lit("own_family"))
        .otherwise(pl.lit("taken_in"))
        .alias("care"),
        where_null("_cared", "carer_qualifies", value=True),
        where_null("_difficult", "area_difficult", value=True),
        where_null("_sealed", "wage_income", value=0),
        (pl.col("neutral_group") | _claimed("_sealed")).alias("neutral_group"),
        pl.coalesce("neutral_code", "_code").alias("neutral_code"),
        pl.coalesce("local_group", "_local").alias("local_group"),
    )


def _with_children(joined: pl.DataFrame) -> tuple[pl.Expr, ...]:
    """Count the children that a decision counted where none of them is known."""
    month = joined["month"].min() if joined.height else None
    if not isinstance(month, int):
        return ()
    children = pl.col("children")

    def of(years: int, count: str) -> pl.Expr:
        child = pl.struct(
            pl.lit(date(month // 12 - years, month % 12 + 1, 1)).alias("birth_date"),
            pl.lit(value=False).alias("studying"),
        )
        return child.repeat_by(pl.col(count).fill_null(0).cast(pl.UInt32))

    none = children.is_null()
    return (
        pl.when(none & (pl.col("_raising") > 0))
        .then(of(_CHILD_YEARS, "_raising"))
        .when(none & (pl.col("_infants") > 0) & ~pl.col("pregnant"))
        .then(of(_INFANT_YEARS, "_infants"))
        .otherwise(children)
        .alias("children"),
    )
