"""Forms that are data: tables of counted rows, and sentences with figures in braces.

A sentence is printed only with figures that exist; nothing is written that nobody entered.
"""

from __future__ import annotations

import re
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files

from common.documents import Cell, Column, Row, Section, Table
from common.documents.text import write_number
from reporting.indicators.domain.figures import millions, percentage
from reporting.selections.domain import Count
from reporting.statutory.domain import FormData, FormInput, FormRow, FormTable
from reporting.statutory.service.notes import completeness_notes

_FIGURE = re.compile(r"\{([^{}]+)\}")
_NOTHING_ENTERED = "Chưa có nội dung nào được ghi trong kỳ."
_NO_SOURCE = "Dòng để trống: hệ thống chưa có nguồn số liệu, đơn vị tự điền."
_TEXT = Column("Chỉ tiêu", "text")
_SHAPES = {
    "people": (
        Column("Số TT", "text", 8),
        _TEXT,
        Column("Tổng số (người)"),
        Column("Nam (người)"),
        Column("Nữ (người)"),
        Column("Kinh phí (triệu đồng)", "million"),
    ),
    "quantity": (
        Column("Số TT", "text", 8),
        _TEXT,
        Column("Đơn vị tính", "text", 14),
        Column("Số lượng", "million"),
    ),
    "people_by_unit": (
        Column("Số TT", "text", 8),
        _TEXT,
        Column("Đơn vị tính", "text", 14),
        Column("Tổng số"),
        Column("Nam"),
        Column("Nữ"),
    ),
}


@cache
def forms() -> tuple[FormData, ...]:
    """Read every form of the folder `data`."""
    folder = files("reporting.statutory").joinpath("data")
    read = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(
        FormData.of(entry)
        for file in read
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["form"]
    )


def needs(form: FormData) -> tuple[str, ...]:
    """Name the selections that a form counts, each once."""
    found = [row.count for table in form.tables for row in table.rows if row.count]
    for text in form.texts:
        for line in text.lines:
            for figure in _FIGURE.findall(line):
                name = figure.partition(".")[0]
                if ":" in name or name == "figures":
                    continue
                found += name.split("/")
    return tuple(dict.fromkeys(found))


def blocks(form: FormData, given: FormInput) -> tuple[Section | Table, ...]:
    """Write the sentences, then the tables."""
    return (
        *(
            Section(text.heading, tuple(part for line in text.lines for part in _say(line, given)))
            for text in form.texts
        ),
        *(_table(table, given) for table in form.tables),
    )


def _say(line: str, given: FormInput) -> tuple[str, ...]:
    if line.startswith("{notes:"):
        kind = line.removeprefix("{notes:").removesuffix("}")
        return tuple(f"- {text}." for text in given.notes.get(kind, ())) or (_NOTHING_ENTERED,)
    return (_FIGURE.sub(lambda match: _figure(match.group(1), given), line),)


def _figure(name: str, given: FormInput) -> str:
    """Write a figure: `code`, `code.amount`, `a/b` in percent, `entered:kind`, `figures.name`."""
    code, _, part = name.partition(".")
    if code == "figures":
        return _of_payment(part, given)
    if code.startswith("entered:"):
        return write_number(given.entered.get(code.removeprefix("entered:"), (0, 0))[0])
    if "/" in code:
        top, bottom = code.split("/")
        rate = percentage(given.counts[top].subjects, given.counts[bottom].subjects)
        return "không có mẫu số" if rate is None else f"{write_number(rate)}%"
    return write_number(getattr(given.counts[code], part or "subjects"))


def _of_payment(name: str, given: FormInput) -> str:
    total = given.figures.total
    values = {
        "people": total.people,
        "amount": total.total,
        "paid_people": total.paid_people,
        "paid_amount": total.paid_amount,
        "failed_people": given.figures.failed.total.people,
        "by_account": total.registered_cashless.part,
        "registered_percent": total.registered_cashless.percent,
        "cashless_percent": total.cashless.percent,
    }
    value = values[name]
    return "chưa có" if value is None else write_number(value)


def _table(table: FormTable, given: FormInput) -> Table:
    rows = tuple(Row(_cells(table, row, given), row.level) for row in table.rows)
    empty = any(not (row.count or row.entered or row.heading) for row in table.rows)
    notes = (*table.notes, *((_NO_SOURCE,) if empty else ()), *completeness_notes(given.figures))
    return Table(table.name, table.title, _SHAPES[table.shape], rows, notes)


def _cells(table: FormTable, row: FormRow, given: FormInput) -> tuple[Cell, ...]:
    if table.shape == "quantity":
        return (row.no, row.label, row.unit, _quantity(row, given))
    count = given.counts[row.count] if row.count else None
    if count is None:
        total = _quantity(row, given)
        people: tuple[Cell, ...] = (total, None, None)
    else:
        people = (count.subjects, count.male, count.female)
    if table.shape == "people_by_unit":
        return (row.no, row.label, row.unit, *people)
    return (row.no, row.label, *people, None if count is None else millions(count.amount))


def _quantity(row: FormRow, given: FormInput) -> Cell:
    if row.count:
        count: Count = given.counts[row.count]
        return count.times if row.times else count.subjects
    if row.entered is None:
        return None
    quantity = given.entered.get(row.entered, (0, 0))[0]
    if row.tonnes:
        return (Decimal(quantity) / 1000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return quantity
