"""Probable duplicates among people, as whole columns: pairs with reasons and a score.

Set by set: for each rule the people who share its key are joined with one another, so that nothing
is compared with everything. Two records whose different numbers the population database both
confirmed are two people, whatever they share.
"""

from __future__ import annotations

import polars as pl

from common.kernel.names import same_but_for_a_word, similar
from registry.quality.domain import SCORE_MAX, DuplicateRules
from registry.quality.service.near_births import near_births
from registry.quality.service.two_people import digits_apart, two_people

_PAIR = ("row", "row_2")


def probable(people: pl.DataFrame, cards: pl.DataFrame, rules: DuplicateRules) -> pl.DataFrame:
    """Find pairs of records that may be one human.

    Args:
        people: one row for each record (`looking.SCHEMA`).
        cards: former numbers besides (`looking.CARDS`).
        rules: the reasons that are looked for and their points.

    Returns:
        `person_id`, `commune_code`, `other_id`, `other_commune`, `reasons`, `score` (0 to 99), one
        row for each pair; the record with the smaller id comes first.
    """
    rows = people.with_row_index("row").with_columns(
        # Joined by its hash: a million texts are compared once, not in every rule.
        name=pl.col("name_key").hash(),
        birth_year=pl.col("birth_date").dt.year(),
        is_exact=pl.col("birth_precision") == "day",
    )
    found = pl.concat(
        [
            _same_name(rows),
            _same_year(rows),
            _similar_name(rows),
            _near_numbers(rows),
            _same_cards(rows, cards),
            near_births(rows),
        ]
    )
    wanted = [reason for reason in rules.points if rules.looks_for(reason)]
    return _scored(rows, found.filter(pl.col("reason").is_in(wanted)), rules)


def _pairs(rows: pl.DataFrame, *on: str) -> pl.DataFrame:
    """Join the rows that share a key with one another; each pair once."""
    keyed = rows.drop_nulls(on)
    again = keyed.filter(keyed.select(key=pl.struct(on).hash())["key"].is_duplicated())
    return again.join(again, on=on, suffix="_2").filter(pl.col("row") < pl.col("row_2"))


def _reason(pairs: pl.DataFrame, reason: str) -> pl.DataFrame:
    return pairs.select(*_PAIR, reason=pl.lit(reason))


def _same_name(rows: pl.DataFrame) -> pl.DataFrame:
    exact = rows.filter("is_exact").select("row", "name", "birth_date")
    return _reason(_pairs(exact, "name", "birth_date"), "same_name_birth")


def _same_year(rows: pl.DataFrame) -> pl.DataFrame:
    """Of a birth known by year or month only the year is compared, within a commune."""
    vague = rows.filter(~pl.col("is_exact"))
    keys = ("commune_code", "name", "birth_year")
    others = rows.join(vague.select(keys).unique(), on=keys, how="semi")
    pairs = _pairs(others.select("row", "is_exact", *keys), *keys)
    return _reason(
        pairs.filter(~(pl.col("is_exact") & pl.col("is_exact_2"))), "same_name_birth_year"
    )


def _similar_name(rows: pl.DataFrame) -> pl.DataFrame:
    """Same birth date and commune, names with typing errors; the first or last word is right."""
    exact = rows.filter("is_exact").select("row", "name_key", "birth_date", "commune_code")
    shared = exact.filter(
        exact.select(key=pl.struct("commune_code", "birth_date").hash())["key"].is_duplicated()
    ).with_columns(
        first=pl.col("name_key").str.extract(r"^(\S+)"),
        last=pl.col("name_key").str.extract(r"(\S+)$"),
    )
    keys = ("commune_code", "birth_date")
    wanted = (*_PAIR, "name_key", "name_key_2")
    near = pl.concat(
        [_pairs(shared, *keys, word).select(wanted) for word in ("first", "last")]
    ).filter(pl.col("name_key") != pl.col("name_key_2"))
    near = near.unique(_PAIR)
    names = list(near.select(wanted[2:]).iter_rows())
    typed = pl.Series([similar(one, other) for one, other in names], dtype=pl.Boolean)
    shorter = [same_but_for_a_word(one, other) for one, other in names]
    left_out = pl.Series(shorter, dtype=pl.Boolean)
    return pl.concat(
        [
            _reason(near.filter(typed), "similar_name_birth"),
            _reason(near.filter(left_out), "middle_name_left_out"),
        ]
    )


def _near_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Same name and birth year, and numbers that differ by one typing error."""
    numbered = rows.select("row", "name", "birth_year", "personal_id").drop_nulls()
    pairs = _pairs(numbered, "name", "birth_year")
    differ, exchanged = digits_apart()
    marked = pairs.with_columns(differ=differ).filter(pl.col("differ").is_in([1, 2]))
    marked = marked.with_columns(exchanged=exchanged)
    return pl.concat(
        [
            _reason(marked.filter(pl.col("differ") == 1), "digit_differs"),
            _reason(
                marked.filter((pl.col("differ") == 2) & pl.col("exchanged")), "digits_transposed"
            ),
        ]
    )


def _same_cards(rows: pl.DataFrame, cards: pl.DataFrame) -> pl.DataFrame:
    """One identity card at two records: a duplicate when name or birth agrees too."""
    ids = rows.select("row", "person_id", "name_key", "birth_year")
    own = rows.select("row", number=pl.col("former_number")).drop_nulls()
    had = cards.join(ids, on="person_id").select("row", "number")
    held = pl.concat([own, had]).unique().join(ids.drop("person_id"), on="row")
    pairs = _pairs(held, "number").unique(_PAIR)
    same = (pl.col("name_key") == pl.col("name_key_2")) | (
        pl.col("birth_year") == pl.col("birth_year_2")
    )
    return pl.concat(
        [
            _reason(pairs.filter(same), "same_former_number"),
            _reason(pairs.filter(~same), "shared_former_number"),
        ]
    )


def _scored(rows: pl.DataFrame, found: pl.DataFrame, rules: DuplicateRules) -> pl.DataFrame:
    about = rows.select(
        "row",
        "person_id",
        "personal_id",
        "full_name",
        "birth_date",
        "birth_year",
        "sex",
        "commune_code",
        pl.col("village").str.to_lowercase(),
        "verification",
    )
    points = pl.col("reason").replace_strict(dict(rules.points), default=0, return_dtype=pl.Int64)
    pairs = (
        found.unique()
        .with_columns(points=points)
        .group_by(_PAIR)
        .agg(pl.col("reason").sort(), pl.col("points").max(), several=pl.len().cast(pl.Int64) - 1)
        .join(about, on="row")
        .join(about, left_on="row_2", right_on="row", suffix="_2")
        .filter(~two_people())
    )
    here = pl.col("commune_code") == pl.col("commune_code_2")
    more = {
        "same_commune": here,
        "same_village": here & pl.col("village").eq(pl.col("village_2")).fill_null(value=False),
        "without_number": pl.col("personal_id").is_null() | pl.col("personal_id_2").is_null(),
    }
    extra = pl.sum_horizontal(
        [pl.when(holds).then(rules.extra.get(name, 0)).otherwise(0) for name, holds in more.items()]
    )
    score = pl.col("points") + pl.col("several") * rules.extra.get("several_reasons", 0) + extra
    named = [pl.when(holds).then(pl.lit(name)) for name, holds in more.items()]
    swap = pl.col("person_id") > pl.col("person_id_2")

    def side(name: str, other: str) -> pl.Expr:
        return pl.when(swap).then(other).otherwise(name)

    return (
        pairs.select(
            person_id=side("person_id", "person_id_2"),
            commune_code=side("commune_code", "commune_code_2"),
            other_id=side("person_id_2", "person_id"),
            other_commune=side("commune_code_2", "commune_code"),
            reasons=pl.concat_list("reason", *named).list.drop_nulls(),
            score=pl.min_horizontal(score, SCORE_MAX).cast(pl.Int16),
        )
        .filter(pl.col("score") >= rules.score_min)
        .sort("score", "person_id", "other_id", descending=[True, False, False])
    )
