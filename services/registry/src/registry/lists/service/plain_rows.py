"""Reads the rows of a list in which nothing is unusual, whole columns at a time.

Most rows of a list need no finding: their cells are what they should be. Those are read here as
columns; every other row is left to the reader that looks at it alone
(`registry.lists.domain.rows`), whose answer for a plain row would be the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import NoneType
from typing import Any

import polars as pl

from common.kernel import names
from registry.lists.domain.dates import EARLIEST_YEAR
from registry.lists.domain.encodings import read_text
from registry.lists.domain.numbers import digits_of, read_coefficient, read_phone
from registry.lists.domain.rows import EMPTY, UNSAFE, ReadingContext
from registry.lists.domain.villages import read_village
from registry.lists.domain.vocabulary import Category, Vocabulary
from registry.lists.service.lawful_rows import lawful
from registry.lists.service.name_columns import plain_names
from registry.lists.service.text_columns import mapped, name_keys, replaced

FIELDS = (
    *("full_name", "birth", "sex", "identity", "village", "category", "coefficient", "amount"),
    *("decision_number", "decision_date", "method", "account", "bank", "phone", "note"),
)
"""What is read here; a row that says anything in another column is not plain."""

_MARK = "\ufdd0"
"""Stands before what was not a text: n number, d date, b other; no text holds this sign."""
_DIGITS = r"^[0-9]+$"
_AMOUNT = r"^[0-9]{1,12}$|^[0-9]{1,3}(\.[0-9]{3})+$|^[0-9]{1,3}(,[0-9]{3})+$"
_ISO, _DAY_FIRST = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$"
SAFE = r'^[^"\\\x00-\x1f\x7f]*$'
"""A text that stands in JSON as it is."""
_AMOUNT_MAX = 10**12


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of a file, split: plain rows as columns, the places of all other lines."""

    plain: pl.DataFrame
    others: Sequence[int]
    """Positions among the lines of the batch that somebody has to look at alone."""


def read_batch(
    lines: Sequence[tuple[int, Sequence[object]]],
    columns: Mapping[str, int],
    context: ReadingContext,
) -> Batch:
    """Split numbered lines into plain rows and others.

    The plain rows come with: position (in the batch), row_number, full_name, name_key, name_sort,
    birth_date, sex, personal_id, village, phone, category (its place in `categories`), benefit,
    stated_category, degree, coefficient, amount, decision_number, decision_date, poverty, method,
    bank_code, account.
    """
    frame = _raw(lines, columns)
    frame = _who(frame, context)
    frame = _what(frame, context)
    frame = _how_paid(frame, context)
    good = frame.filter(pl.col("plain"))
    taken = set(good["position"])
    others = [position for position in range(len(lines)) if position not in taken]
    return Batch(good.select(_OUTPUT), others)


_OUTPUT = (
    *("position", "row_number", "full_name", "name_key", "name_sort", "birth_date", "sex"),
    *("personal_id", "village", "phone", "benefit", "stated_category", "degree", "coefficient"),
    *("amount", "decision_number", "decision_date", "poverty", "method", "bank_code", "account"),
)


def _raw(lines: Sequence[tuple[int, Sequence[object]]], columns: Mapping[str, int]) -> pl.DataFrame:
    """Put the cells into columns of text; what says nothing becomes null."""
    # Whole columns at once: a line that is too short says nothing in the columns that it lacks.
    cells = list(itertools.zip_longest(*(row for _, row in lines)))
    data: dict[str, pl.Series] = {
        "position": pl.int_range(0, len(lines), dtype=pl.UInt32, eager=True),
        "row_number": pl.Series([number for number, _ in lines], dtype=pl.Int32),
    }
    for name in FIELDS:
        at = columns.get(name)
        data[name] = (
            pl.Series(_texts(cells[at]), dtype=pl.String)
            if at is not None and at < len(cells)
            else pl.Series([None], dtype=pl.String).new_from_index(0, len(lines))
        )
    elsewhere = [c for name, c in columns.items() if name not in {*FIELDS, "ordinal"}]
    said = [False] * len(lines)
    for at in elsewhere:
        if at < len(cells):
            said = [one or not _blank(cell) for one, cell in zip(said, cells[at], strict=True)]
    frame = pl.DataFrame(data)
    empty = pl.col(FIELDS).str.strip_chars().str.to_lowercase().is_in(list(EMPTY))
    return frame.with_columns(
        pl.when(~empty).then(pl.col(FIELDS)).name.keep(), plain=~pl.Series(said, dtype=pl.Boolean)
    )


def _blank(cell: object) -> bool:
    return cell is None or str(cell).strip() == ""


def _texts(values: Sequence[Any]) -> Sequence[str | None]:
    if set(map(type, values)) <= {str, NoneType}:
        return values
    return [v if v is None or type(v) is str else _mark(v) for v in values]


def _mark(value: object) -> str:
    if isinstance(value, datetime):
        return f"{_MARK}d{value.date().isoformat()}"
    if isinstance(value, date):
        return f"{_MARK}d{value.isoformat()}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{_MARK}b"
    return f"{_MARK}n{digits_of(value)}"


def _who(frame: pl.DataFrame, context: ReadingContext) -> pl.DataFrame:
    number = pl.col("identity").str.strip_prefix(f"{_MARK}n")
    sexes = mapped(frame["sex"], lambda cell: _of_text(cell, context.vocabulary.sex))
    frame = frame.with_columns(
        full_name=plain_names(frame["full_name"], context.vocabulary.surnames),
        birth_date=_dates(frame["birth"], is_text=context.is_text),
        sex=sexes,
        personal_id=pl.when(number.str.contains(r"^[0-9]{12}$")).then(number),
        phone=mapped(_plain_texts(frame["phone"]), _whole_phone),
        phone_said=pl.col("phone").is_not_null(),
        village=_safe(mapped(frame["village"], partial(_village, context=context))),
        village_said=pl.col("village").is_not_null(),
    )
    century = pl.col("personal_id").str.slice(3, 1).cast(pl.Int32)
    year = 1900 + 100 * (century // 2) + pl.col("personal_id").str.slice(4, 2).cast(pl.Int32)
    stated = pl.when(century % 2 == 1).then(pl.lit("female")).otherwise(pl.lit("male"))
    born = pl.col("birth_date")
    last = context.list_month.last_day
    frame = frame.with_columns(
        plain=pl.col("plain")
        & pl.col("full_name").is_not_null()
        & born.is_between(date(EARLIEST_YEAR, 1, 1), last)
        & (born.dt.year() == year)
        & (pl.col("sex") == stated)
        & (~pl.col("phone_said") | pl.col("phone").is_not_null())
        & (~pl.col("village_said") | pl.col("village").is_not_null())
    )
    here = pl.lit(context.village, dtype=pl.String)
    frame = frame.with_columns(
        pl.col("plain").fill_null(value=False),
        village=pl.when(pl.col("village") != "").then(pl.col("village")).otherwise(here),
    )
    return frame.with_columns(name_keys(frame["full_name"]))


def _what(frame: pl.DataFrame, context: ReadingContext) -> pl.DataFrame:
    words = context.vocabulary
    kinds: dict[str, Category] = {}

    def code(text: str) -> str | None:
        category = words.category(text)
        if category is None or not _is_simple(category) or words.poverty_unclear(text):
            return None
        if any(words.remarks.in_category(text)) or len(words.categories(text)) > 1:
            return None
        kinds[category.code] = category
        return category.code

    texts = frame.select(
        category=_plain_texts(frame["category"]),
        note=mapped(_plain_texts(frame["note"]), lambda text: _quiet_note(text, words)),
        note_said=pl.col("note").is_not_null(),
        number=mapped(_plain_texts(frame["decision_number"]), _harmless),
    )
    frame = frame.with_columns(
        stated_category=mapped(texts["category"], code),
        poverty=pl.coalesce(
            mapped(texts["note"], words.poverty_class),
            mapped(texts["category"], words.poverty_class),
        ),
        note_read=~texts["note_said"] | texts["note"].is_not_null(),
        amount=_amounts(frame["amount"]),
        coefficient=mapped(frame["coefficient"], _coefficient),
        coefficient_said=pl.col("coefficient").is_not_null(),
        decision_number=texts["number"],
        decision_date=_dates(frame["decision_date"], is_text=context.is_text),
    )
    benefits: dict[str, str] = {key: kind.benefit for key, kind in kinds.items()}
    degrees: dict[str, str] = {key: kind.degree for key, kind in kinds.items() if kind.degree}
    frame = frame.with_columns(
        benefit=replaced(pl.col("stated_category"), benefits),
        degree=replaced(pl.col("stated_category"), degrees),
    )
    decided = pl.col("decision_date")
    # The social pension is one amount for everybody; many lists leave the column empty.
    no_coefficient = ~pl.col("coefficient_said") & (pl.col("benefit") == "social_pension")
    plain = (
        pl.col("benefit").is_not_null()
        & pl.col("note_read")
        & pl.col("amount").is_between(1, _AMOUNT_MAX)
        & (pl.col("coefficient").is_not_null() | no_coefficient)
        & pl.col("decision_number").is_not_null()
        & decided.is_between(date(EARLIEST_YEAR, 1, 1), context.list_month.last_day)
    )
    frame = frame.with_columns(
        plain=(pl.col("plain") & plain).fill_null(value=False),
        coefficient=pl.col("coefficient").fill_null("1.0"),
    )
    return frame.with_columns(plain=pl.col("plain") & lawful(frame, context))


def _harmless(text: str) -> str | None:
    return None if UNSAFE.search(text) else text


def _whole_phone(text: str) -> str | None:
    """Give a telephone number that is kept as it is; None when somebody has to look."""
    phone = read_phone(text)
    if phone is None:
        return _harmless(text)
    return None if phone.zero_restored else phone.number


def _quiet_note(text: str, words: Vocabulary) -> str | None:
    """Give a note that stops nothing; None when somebody has to look at the row."""
    stops = any(words.remarks.in_note(text)) or words.poverty_unclear(text)
    return None if stops else text


def _is_simple(category: Category) -> bool:
    """Say whether a category tells no more than benefit, code and a degree of disability."""
    bare = Category(
        category.code,
        category.benefit,
        degree=category.degree,
        converted_from=category.converted_from,
    )
    return bare == category


def _how_paid(frame: pl.DataFrame, context: ReadingContext) -> pl.DataFrame:
    words = context.vocabulary
    said = pl.col("method").is_not_null()
    frame = frame.with_columns(
        stated=mapped(frame["method"], lambda cell: _of_text(cell, words.method)),
        number=pl.col("account").str.strip_prefix(f"{_MARK}n"),
        bank_code=mapped(frame["bank"], lambda cell: _of_text(cell, partial(_bank, words))),
        digits_kept=~pl.col("account").str.starts_with(f"{_MARK}n"),
        method_said=said,
    ).with_columns(
        wants=(pl.col("stated") == "account").fill_null(value=False)
        | (~pl.col("method_said") & pl.col("account").is_not_null())
    )
    usable = (
        pl.col("number").str.contains(r"^[0-9]{6,15}$")
        & pl.col("digits_kept")
        & pl.col("bank_code").is_not_null()
    )
    wants = pl.col("wants")
    return frame.with_columns(
        plain=(
            pl.col("plain")
            & (~pl.col("method_said") | pl.col("stated").is_not_null())
            & (~wants | usable)
        ).fill_null(value=False),
        method=pl.when(wants).then(pl.lit("account")).otherwise(pl.lit("cash")),
        bank_code=pl.when(wants).then(pl.col("bank_code")),
        account=pl.when(wants).then(pl.col("number")),
    )


def _bank(words: Vocabulary, text: str) -> str | None:
    """Give a bank of which nothing else is said; a branch or a former name is looked at alone."""
    bank = words.bank(text)
    return None if bank.branch or bank.former else bank.code


def _dates(cells: pl.Series, *, is_text: bool) -> pl.Series:
    """Read date cells; in a text table also the two usual ways to write a day."""
    marked = cells.str.strip_prefix(f"{_MARK}d")
    is_date = cells.str.starts_with(f"{_MARK}d")
    iso, day_first = pl.col("text").str.contains(_ISO), pl.col("text").str.contains(_DAY_FIRST)
    frame = pl.DataFrame({"text": marked, "sure": is_date | is_text})
    text = pl.col("text")
    return frame.select(
        day=pl.when(pl.col("sure") & iso)
        .then(pl.when(iso).then(text).str.to_date("%Y-%m-%d", strict=False))
        .when(pl.col("sure") & day_first)
        .then(pl.when(day_first).then(text).str.to_date("%d/%m/%Y", strict=False))
    )["day"]


def _amounts(cells: pl.Series) -> pl.Series:
    text = cells.str.strip_prefix(f"{_MARK}n")
    digits = text.str.replace_all("[.,]", "")
    frame = pl.DataFrame({"good": text.str.contains(_AMOUNT), "digits": digits})
    return frame.select(amount=pl.when("good").then("digits").cast(pl.Int64, strict=False))[
        "amount"
    ]


def _coefficient(cell: str) -> str | None:
    if not cell.startswith(_MARK):
        return read_coefficient(cell)
    if not cell.startswith(f"{_MARK}n"):
        return None
    try:
        number = float(cell[2:])
    except ValueError:
        return None
    return read_coefficient(number)


def _village(cell: str, context: ReadingContext) -> str | None:
    """Give the village, empty when the cell names none; None when somebody has to look."""
    text = _plain_text(cell)
    if text is None:
        return None
    if UNSAFE.search(text):
        return None
    reading = read_village(text, commune_code=context.commune_code, areas=context.areas)
    return (reading.village or "") if reading.place == "here" else None


def _of_text(cell: str, read: Callable[[str], str | None]) -> str | None:
    text = _plain_text(cell)
    return None if text is None else read(text)


def _plain_text(cell: str) -> str | None:
    """Give a cell's text as the row reader would, None when it was stored in another way."""
    if cell.startswith(_MARK):
        number = cell[2:]
        return number if cell[1] == "n" and number.isdigit() else None
    decoded = read_text(cell)
    return names.normalise(decoded.text) if decoded.encoding == "unicode" else None


def _plain_texts(cells: pl.Series) -> pl.Series:
    """Do the same for a column; texts that JSON would write otherwise are left to the row reader."""
    # Digits are the same in every encoding; telephone numbers are many, and all different.
    digits = cells.str.contains(_DIGITS)
    split = pl.DataFrame({"cell": cells, "digits": digits})
    others = split.select(cell=pl.when(~pl.col("digits")).then("cell"))["cell"]
    read = split.with_columns(read=mapped(others, _plain_text))
    return _safe(read.select(cell=pl.when("digits").then("cell").otherwise("read"))["cell"])


def _safe(texts: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"text": texts})
    return frame.select(text=pl.when(pl.col("text").str.contains(SAFE)).then("text"))["text"]
