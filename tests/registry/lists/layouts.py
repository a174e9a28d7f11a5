"""Lists as offices make them, each with what must be asked and what every row must become.

Sources of the layouts: what communes send today (two amount columns, groups of villages, old fonts, ...).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tests.registry.lists.layout_cells import held_rows, refused_files, values
from tests.registry.lists.layout_files import (
    Layout,
    Row,
    Someone,
    cells,
    csv,
    odd_xml,
    ods,
    tcvn3,
    viqr,
    vni,
    xlsx,
)
from tests.registry.lists.layout_tables import (
    HEAD,
    columns_head,
    rows_from,
    some,
    usual,
    with_columns,
)
from tests.registry.lists.layout_xls import biff, compound


def plain_files() -> Iterator[Layout]:
    for name, write in (
        ("xlsx", xlsx),
        ("semicolons", csv),
        ("tabs in UTF-16", lambda lines: csv(lines, "\t", "utf-16")),
        ("commas", lambda lines: csv(lines, ",", "utf-8")),
        ("ods", ods),
        ("unusual XML", odd_xml),
    ):
        people = some(3)
        lines = [HEAD, *map(cells, people)]
        yield Layout(name, write(lines), rows_from(2, people))
    people = some(3)
    lines = [["ỦY BAN NHÂN DÂN XÃ"], ["DANH SÁCH CHI TRẢ THÁNG 11/2026"], HEAD, *map(cells, people)]
    lines += [["Tổng cộng", None, None, None, None, None, None, None, 1_620_000]]
    yield Layout("titles and a total", xlsx(lines), rows_from(4, people))
    people = some(3)
    nfd = [[unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in line]
           for line in ([HEAD, *map(cells, people)])]  # fmt: skip
    yield Layout("decomposed letters", xlsx(nfd), rows_from(2, people))


def old_fonts() -> Iterator[Layout]:
    for name, encode in (("TCVN3", tcvn3), ("VNI", vni), ("VIQR", viqr)):
        people = some(4)
        lines = [
            [encode(c) if isinstance(c, str) and not c.isdigit() else c for c in line]
            for line in [HEAD, *map(cells, people)]
        ]
        yield Layout(f"{name}, headings too", xlsx(lines), rows_from(2, people))
    people = some(3)
    lines = [HEAD, *(cells(p, village=tcvn3("Thôn 3"), name=tcvn3(p.name)) for p in people)]
    yield Layout("TCVN3 names below Unicode headings", xlsx(lines), rows_from(2, people))


def two_columns_of_one_meaning() -> Iterator[Layout]:
    pairs: tuple[tuple[str, str, Any, str, Any, int], ...] = (
        ("level old and new", "Mức cũ", 500_000, "Mức mới", 540_000, 10),
        ("month and sum of months", "Mức hưởng", 540_000, "Tổng số tiền 3 tháng", 1_620_000, 9),
        ("arrears and total", "Mức hưởng", 540_000, "Truy lĩnh", 120_000, 9),
        ("total before the level", "Tổng cộng", 1_080_000, "Số tiền", 540_000, 10),
    )
    for name, first, low, second, high, chosen in pairs:
        people = some(3)
        lines = with_columns(
            people, usual(amount=[(first, lambda _, a=low: a), (second, lambda _, a=high: a)])
        )
        yield Layout(name, xlsx(lines), rows_from(2, people), {"column_of.amount": str(chosen)})
    people = some(3)
    head = Someone(999_001)
    lines = with_columns(
        people, usual(name=[("Họ tên chủ hộ", lambda _: head.name), ("Họ và tên", "name")])
    )
    yield Layout(
        "head of household and person",
        xlsx(lines),
        rows_from(2, people),
        {"column_of.full_name": "3"},
    )
    people = some(3)
    lines = with_columns(
        people,
        usual(
            name=[
                ("Họ và tên đệm", lambda who: who.name.rsplit(" ", 1)[0]),
                ("Tên", lambda who: who.name.rsplit(" ", 1)[1]),
            ]
        ),
    )
    yield Layout(
        "name in two columns", xlsx(lines), rows_from(2, people), {"name_in_two_columns": "join"}
    )
    people = some(3)
    lines = with_columns(
        people,
        usual(
            amount=[
                ("Hưu trí xã hội", lambda _: 540_000),
                ("Trợ cấp người khuyết tật", lambda who: 810_000 if who is people[0] else None),
                ("Mức hưởng", lambda who: 1_350_000 if who is people[0] else 540_000),
            ]
        ),
    )
    expected = rows_from(2, people)
    expected[0] = Row(2, people[0], code="other_benefit_not_read")
    yield Layout("several benefits a row", xlsx(lines), expected, {"column_of.amount": "9"})


def old_workbooks() -> Iterator[Layout]:
    people = some(4)
    lines = [HEAD, *map(cells, people)]
    yield Layout("an old .xls file", compound(biff(lines)), rows_from(2, people))
    people = some(4)
    lines = [HEAD, *map(cells, people)]
    expected = rows_from(2, people)
    expected[1] = Row(3, people[1], "held", code="row_hidden")
    expected[2] = Row(4, people[2], "held", code="row_struck_out")
    yield Layout(
        "an .xls file with hidden and struck-out rows",
        compound(biff(lines, hidden=[2], struck=[3])),
        expected,
        {"hidden_rows": "hold", "struck_rows": "hold"},
    )


def units() -> Iterator[Layout]:
    answer = {"amount_unit": "thousand"}
    people = some(3)
    table = with_columns(people, usual(amount=[("Mức hưởng", lambda _: 540)]))
    lines = [["Đơn vị tính: nghìn đồng"], *table]
    yield Layout("thousands, said in the title", xlsx(lines), rows_from(3, people), answer)
    people = some(3)
    lines = with_columns(people, usual(amount=[("Mức hưởng (1.000đ)", lambda _: 540)]))
    yield Layout("thousands, said in the heading", xlsx(lines), rows_from(2, people), answer)
    people = some(3)
    lines = with_columns(people, usual(amount=[("Mức hưởng", lambda _: "540,0")]))
    yield Layout("thousands, said nowhere", csv(lines), rows_from(2, people), answer)
    people = some(2)
    amounts = {people[0].n: "540000.00", people[1].n: "540.000,00"}
    lines = with_columns(people, usual(amount=[("Mức hưởng", lambda who: amounts[who.n])]))
    yield Layout("amounts with decimals", csv(lines), rows_from(2, people))


def rows_that_are_marked() -> Iterator[Layout]:
    people = some(4)

    def hide(_: Any, made: Mapping[str, Any]) -> None:
        made["Danh sách"].set_row(2, None, None, {"hidden": True})

    expected = rows_from(2, people)
    expected[1] = Row(3, people[1], "held", code="row_hidden")
    lines = [HEAD, *map(cells, people)]
    yield Layout("hidden rows", xlsx(lines, hide), expected, {"hidden_rows": "hold"})
    people = some(3)
    expected = rows_from(2, people)
    expected[2] = Row(4, people[2], "held", code="row_hidden")
    content = ods([HEAD, *map(cells, people)], hidden=[3])
    yield Layout("rows filtered out in .ods", content, expected, {"hidden_rows": "hold"})
    people = some(3)
    struck = people[1]

    def strike(book: Any, made: Mapping[str, Any]) -> None:
        style = book.add_format({"font_strikeout": True})
        made["Danh sách"].write_string(2, 1, struck.name, style)

    expected = rows_from(2, people)
    expected[1] = Row(3, struck, "held", code="row_struck_out")
    lines = [HEAD, *map(cells, people)]
    yield Layout("struck-out rows", xlsx(lines, strike), expected, {"struck_rows": "hold"})
    people = some(4)

    def merge(_: Any, made: Mapping[str, Any]) -> None:
        made["Danh sách"].merge_range(1, 5, 2, 5, "Thôn 7")

    lines = [HEAD, *(cells(p, village=None if at < 2 else "Thôn 3") for at, p in enumerate(people))]
    expected = [
        Row(2 + at, p, village="Thôn 7" if at < 2 else "Thôn 3") for at, p in enumerate(people)
    ]
    yield Layout("cells merged downwards", xlsx(lines, merge), expected, {"merged_down": "repeat"})

    def borders(book: Any, made: Mapping[str, Any]) -> None:
        style = book.add_format({"border": 1})
        for line in range(4, 60_000):
            made["Danh sách"].write_blank(line, 0, None, style)

    people = some(3)
    yield Layout(
        "borders to row 60,000", xlsx([HEAD, *map(cells, people)], borders), rows_from(2, people)
    )


def groups_of_rows() -> Iterator[Layout]:
    people = some(4)
    two, three = people[:2], people[2:]
    lines = [HEAD, ["I. Thôn 2"], *(cells(p, village=None) for p in two), ["II. Thôn 4"]]
    lines += [cells(p, village=None) for p in three]
    expected = [*rows_from(3, two, village="Thôn 2"), *rows_from(6, three, village="Thôn 4")]
    yield Layout("villages head groups", xlsx(lines), expected, {"sections_village": "apply"})
    people = some(3)
    columns = usual(without=("category",))
    lines = [columns_head(columns), ["A. Hưu trí xã hội"], *with_columns(people, columns)[1:]]
    yield Layout(
        "a category heads the group",
        xlsx(lines), rows_from(3, people), {"sections_category": "apply"},
    )  # fmt: skip
    people = some(3)
    columns = usual(without=("decision", "decided"))
    lines = [columns_head(columns), ["Quyết định số 15/QĐ-UBND ngày 20/8/2025"]]
    lines += with_columns(people, columns)[1:]
    yield Layout(
        "a decision heads the group", xlsx(lines),
        rows_from(3, people, decision="15/QĐ-UBND", decided=date(2025, 8, 20)),
        {"sections_decision": "apply"},
    )  # fmt: skip
    people = some(4)
    lines = [HEAD, *map(cells, people[:2]), ["B. DANH SÁCH GIẢM"], *map(cells, people[2:])]
    held = [Row(5 + at, p, "held", code="row_says_stopped") for at, p in enumerate(people[2:])]
    yield Layout(
        'a second table "giảm"', xlsx(lines), [*rows_from(2, people[:2]), *held],
        {"sections_ends": "hold"},
    )  # fmt: skip
    people = some(4)
    other = ["TT", "Họ và tên", "Số CCCD", "Ngày sinh", "Số tiền", "Điện thoại", "Ngân hàng"]
    lines = [HEAD, *map(cells, people[:2]), [], other]
    lines += [[1, p.name, p.number, p.born, 540_000, "0600000001", None] for p in people[2:]]
    held = [Row(6 + at, p, "held", code="other_table") for at, p in enumerate(people[2:])]
    yield Layout(
        "another table below", xlsx(lines), [*rows_from(2, people[:2]), *held],
        {"sections_other_table": "hold"},
    )  # fmt: skip


def sheets() -> Iterator[Layout]:
    old, new = some(2), some(2)
    book = {"Tháng 10": [HEAD, *map(cells, old)], "Tháng 11": [HEAD, *map(cells, [*old, *new])]}
    yield Layout(
        "sheets are months", xlsx(book), rows_from(100_002, [*old, *new]),
        {"sheets_are_months": "Tháng 11"},
    )  # fmt: skip
    stay, leave = some(2), some(2)
    book = {"Danh sách": [HEAD, *map(cells, stay)], "Giảm": [HEAD, *map(cells, leave)]}
    yield Layout('a sheet "Giảm"', xlsx(book), rows_from(2, stay), {"sheets_of_ends": "Danh sách"})
    one, two = some(2), some(2)
    book = {
        "Thôn 1": [HEAD, *(cells(p, village=None) for p in one)],
        "Thôn 2": [HEAD, *(cells(p, village=None) for p in two)],
    }
    expected = [*rows_from(2, one, village="Thôn 1"), *rows_from(100_002, two, village="Thôn 2")]
    yield Layout("sheets are villages", xlsx(book), expected)
    first, rest = some(2), some(3)
    book = {"Trang 1": [HEAD, *map(cells, first)], "Trang 2": [cells(p) for p in rest]}
    yield Layout(
        "a second sheet without headings", xlsx(book), rows_from(2, first),
        {"sheets_left_out": "leave_out"},
    )  # fmt: skip
    people = some(3)

    def solver(_: Any, made: Mapping[str, Any]) -> None:
        made["solver"].hide()
        made["solver"].write_formula(0, 0, "=NOW()")

    book = {"DS": [HEAD, *map(cells, people)], "solver": [["a"]]}
    yield Layout("a hidden sheet of a solver", xlsx(book, solver), rows_from(2, people))
    people = some(2)
    lines = [["DANH SÁCH CHI TRẢ THÁNG 10 NĂM 2026"], HEAD, *map(cells, people)]
    yield Layout(
        "the title names another month",
        xlsx(lines),
        rows_from(3, people),
        {"month_differs": "keep"},
    )


def every_layout() -> list[Layout]:
    """Give all layouts; no person stands on two of them."""
    makers = (
        *(
            plain_files,
            old_workbooks,
            old_fonts,
            two_columns_of_one_meaning,
            units,
            rows_that_are_marked,
        ),
        *(groups_of_rows, sheets, values, held_rows, refused_files),
    )
    return [layout for make in makers for layout in make()]
