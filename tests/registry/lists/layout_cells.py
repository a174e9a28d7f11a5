"""Layouts whose cells are unusual, rows that must be held, files that must be refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tests.registry.lists.layout_files import (
    HEADINGS,
    Layout,
    Row,
    cells,
    csv,
    xlsx,
)
from tests.registry.lists.layout_tables import (
    HEAD,
    rows_from,
    some,
    usual,
    with_columns,
)


def values() -> Iterator[Layout]:
    people = some(3)
    lines = with_columns(people, usual(without=("category", "decision")))
    stated = {"category": "Hưu trí xã hội", "decision_number": "12/QĐ-UBND"}
    yield Layout("values stated for the file", xlsx(lines), rows_from(2, people), stated=stated)
    people = some(3)
    top = ["STT", "Họ và tên", "Ngày sinh", None, None, *HEADINGS[3:]]
    low = [None, None, "Ngày", "Tháng", "Năm", *[None] * 9]
    lines = [top, low]
    for p in people:
        plain = cells(p)
        lines.append([*plain[:2], p.born.day, p.born.month, p.born.year, *plain[3:]])
    yield Layout("dates in three columns", xlsx(lines), rows_from(3, people))
    people = some(3)
    both = [("Số, ngày quyết định", lambda _: "12/QĐ-UBND ngày 10/7/2025")]
    lines = with_columns(people, usual(without=("decided",), decision=both))
    yield Layout("number and day in one cell", xlsx(lines), rows_from(2, people))
    people = some(3)
    numbers = [("GT", lambda who: 1 if who.is_man else 0)]
    lines = with_columns(people, usual(sex=numbers))
    yield Layout(
        'sex as 1 and 0 under "GT"', xlsx(lines), rows_from(2, people), {"sex_numbers": "male_1"}
    )
    people = some(2)
    lines = with_columns(people, usual(number=[("Số định danh", lambda who: f'="{who.number}"')]))
    yield Layout('="003…" in a text file', csv(lines), rows_from(2, people))
    people = some(2)

    def literal(_: Any, made: Mapping[str, Any]) -> None:
        for at, who in enumerate(people, 1):
            made["Danh sách"].write_formula(at, 4, f'="{who.number}"', None, who.number)

    lines = [HEAD, *(cells(p, number=None) for p in people)]
    yield Layout('="003…" in a workbook', xlsx(lines, literal), rows_from(2, people))
    people = some(2)
    lines = with_columns(
        people, usual(birth=[("Ngày sinh", lambda who: f"{who.born}T00:00:00.000Z")])
    )
    yield Layout("ISO times", csv(lines), rows_from(2, people))
    people = some(2)
    lines = with_columns(people, usual(number=[("Số định danh", lambda who: int(who.number))]))
    yield Layout("numbers that lost their zeros", xlsx(lines), rows_from(2, people))


def held_rows() -> Iterator[Layout]:
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("number as 1.2E+13", {"number": "3,15E+10"}, "id_rounded"),
        ("a yearly sum", {"amount": 6_480_000}, "amount_not_lawful"),
        ("a digit too many", {"amount": 5_400_000}, "amount_not_lawful"),
        ("a note of a death", {"note": "Đã chết tháng 9/2026"}, "row_says_dead"),
        ("a note of an end", {"note": "thôi hưởng từ 10/2026"}, "row_says_stopped"),
        ("two benefits in one cell", {"category": "Hưu trí xã hội + NKT nặng"}, "category_several"),
        ("a formula as village", {"village": "Thôn 3;=1+1;x"}, "text_unsafe"),
        ("a birth at another hour", {"birth": "1940-03-11T17:00:00Z"}, "birth_unreadable"),
        ("a pensioner of thirty", {"birth": date(1996, 5, 5)}, "age_contradicts_category"),
        ("an abbreviated name", {"name": "Ng. V. Lan"}, "name_unreadable"),
    )
    people = some(len(wrong) + 2)
    lines: list[list[Any]] = [HEAD, cells(people[0])]
    expected = [Row(2, people[0])]
    for who, (_, changed, code) in zip(people[1:], wrong, strict=False):
        expected.append(Row(len(lines) + 1, who, "held", code=code))
        lines.append(cells(who, **changed))
    expected.append(Row(len(lines) + 1, people[-1]))
    lines.append(cells(people[-1]))
    yield Layout("rows that contradict law or sense", xlsx(lines), expected)


def refused_files() -> Iterator[Layout]:
    yield Layout("a web page", b"<html><table><tr><td>x</table>", refused="workbook_is_web_page")
    yield Layout("a PDF", b"%PDF-1.4 ...", refused="file_is_pdf")
    old = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'
    yield Layout("XML of 2003", old, refused="workbook_is_xml_2003")
    people = some(1)

    def stale(_: Any, made: Mapping[str, Any]) -> None:
        made["Danh sách"].write_formula(1, 8, "=1080000/2", None, 540_000)

    lines = [HEAD, *map(cells, people)]
    yield Layout("a formula as amount", xlsx(lines, stale), refused="workbook_has_formulas")
