"""Whole columns of text: what many rows share is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from common.kernel import names


def name_keys(full_names: pl.Series) -> list[pl.Series]:
    """Give search and sort keys, word by word: people share their words."""
    words = full_names.drop_nulls().str.split(" ").explode().unique().drop_nulls()
    keys = {word: names.search_key(word) for word in words}
    letters, tones = {}, {}
    for word in words:
        letters[word], tones[word] = names.sort_key(word).split("\x01")
    split = full_names.str.split(" ")
    parts = pl.DataFrame({"w": split}).select(
        ordered=pl.concat_list(
            pl.col("w").list.tail(1), pl.col("w").list.head(pl.col("w").list.len() - 1)
        ),
        plain="w",
    )
    joined = parts.select(
        name_key=_each_word("plain", keys).list.join(" "),
        name_sort=_each_word("ordered", letters).list.join("\x02")
        + pl.lit("\x01")
        + _each_word("ordered", tones).list.join("\x02"),
    )
    return [joined["name_key"], joined["name_sort"]]


def _each_word(column: str, mapping: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).list.eval(replaced(pl.element(), mapping))


def mapped(cells: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """Apply a function once to every different text of a column."""
    different = cells.drop_nulls().unique().to_list()
    return pl.DataFrame({"cell": cells}).select(
        cell=replaced(pl.col("cell"), {text: function(text) for text in different})
    )["cell"]


def replaced(expression: pl.Expr, mapping: Mapping[str, str | None]) -> pl.Expr:
    """Put other texts in the place of texts; what `mapping` does not know becomes null."""
    if not mapping:
        return pl.when(expression.is_null() & expression.is_not_null()).then(expression)
    return expression.replace_strict(
        pl.Series(list(mapping), dtype=pl.String),
        pl.Series(list(mapping.values()), dtype=pl.String),
        default=None,
        return_dtype=pl.String,
    )
