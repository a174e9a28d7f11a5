"""Names of whole columns: those that need no decoding and no question."""

from __future__ import annotations

from functools import partial

import polars as pl

from common.kernel import names
from registry.lists.domain.encodings import prefers_legacy, read_text
from registry.lists.service.text_columns import mapped

_LETTERS = "A-Za-zÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ"
_WORD = f"[{_LETTERS}]+"
_NAME = f"^{_WORD}( {_WORD})+$"
_BEYOND_LATIN = r"[\u{100}-\u{10FFFF}]"
_ASCII = r"^[\x20-\x7e]*$"


def plain_names(cells: pl.Series, surnames: frozenset[str]) -> pl.Series:
    """Give names that need no decoding; those all in capitals are written as decisions do."""
    usual = cells.str.contains(_NAME) & (
        cells.str.contains(_BEYOND_LATIN) | cells.str.contains(_ASCII)
    )
    shouted = usual & ((cells == cells.str.to_uppercase()) | (cells == cells.str.to_lowercase()))
    # Letters of the Western code pages alone may be those of another encoding.
    doubtful = cells.str.contains(_NAME) & ~usual
    frame = pl.DataFrame({"name": cells, "usual": usual, "shouted": shouted, "doubtful": doubtful})
    frame = frame.with_columns(
        loud=mapped(
            frame.select(loud=pl.when("shouted").then("name"))["loud"],
            names.title_case,
        ),
        looked_at=mapped(
            frame.select(cell=pl.when("doubtful").then("name"))["cell"],
            partial(_looked_at, surnames=surnames),
        ),
    )
    return frame.select(
        pl.when("shouted")
        .then("loud")
        .when("usual")
        .then("name")
        .otherwise("looked_at")
        .alias("full_name")
    )["full_name"]


def _looked_at(cell: str, surnames: frozenset[str]) -> str | None:
    if read_text(cell).encoding != "unicode" or prefers_legacy(cell, surnames) is not None:
        return None
    return names.title_case(cell) if cell.isupper() or cell.islower() else cell
