"""Headers wherever they stand, rows that are rows, villages of communes that are gone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.kernel.months import Month
from registry.areas import service as areas
from registry.lists.domain.dates import EPOCH_1900
from registry.lists.domain.header import find_header
from registry.lists.domain.listing import Listing, read_list
from registry.lists.domain.rows import ReadingContext
from registry.lists.domain.villages import read_village
from registry.lists.gateway.reading import open_table, read_beneficiaries
from registry.lists.gateway.vocabulary import vocabulary

HEADINGS = vocabulary().columns["beneficiary_list"]
PLAIN: list[object] = ["STT", "Họ và tên", "Ngày sinh", "Số định danh", "Loại đối tượng", "Hệ số"]
PLAIN += ["Mức hưởng", "Số QĐ", "Ngày QĐ", "Giới tính"]
ROW: list[object] = [
    1,
    "Nguyễn Thị Mẫu",
    date(1945, 3, 10),
    "003145000017",
    "Hưu trí xã hội",
    1,
    500000,
]
ROW += ["12/QĐ-UBND", date(2025, 7, 10), "Nữ"]


def read(grid: list[list[object]], **merged: object) -> Listing:
    header = find_header(grid, HEADINGS, **merged)  # type: ignore[arg-type]  # merged areas only
    assert header is not None
    context = ReadingContext(
        commune_code="25000",
        commune_name="xã Di Linh",
        list_month=Month(2026, 11),
        vocabulary=vocabulary(),
        areas=areas.book(),
        epoch=EPOCH_1900,
    )
    return read_list(grid, header, context)


@pytest.mark.parametrize("titles", [0, 1, 7, 30])
def test_the_header_is_found_wherever_it_stands(titles: int) -> None:
    grid: list[list[object]] = [["DANH SÁCH CHI TRẢ TRỢ CẤP HƯU TRÍ XÃ HỘI"] for _ in range(titles)]
    listing = read([*grid, PLAIN, ROW])
    assert listing.header.first_row == titles
    assert [row.row_number for row in listing.rows] == [titles + 2]
    assert not listing.rows[0].findings
    assert [finding.code for finding in listing.findings] == ["title_rows"] * (titles > 0)


def test_a_header_of_two_rows_with_merged_cells_is_read() -> None:
    top: list[object] = [
        "STT",
        "Họ và tên",
        "Năm sinh",
        "",
        "Số CCCD",
        "Đối tượng",
        "Quyết định",
        "",
    ]
    low: list[object] = ["", "", "Nam", "Nữ", "", "", "Số", "Ngày tháng"]
    top += ["Hệ số", "Mức hưởng"]
    low += ["", ""]
    rows = [
        [1, "Nguyễn Văn A", 1945, "", "003045000017", "Hưu trí xã hội", "1", date(2025, 7, 10)],
        [2, "Nguyễn Thị B", "", 1944, "003144000018", "Hưu trí xã hội", "2", date(2025, 7, 10)],
    ]
    grid: list[list[object]] = [top, low, *[[*row, 1, 500000] for row in rows]]
    merged = [((0, 2), (0, 3)), ((0, 6), (0, 7)), *(((0, c), (1, c)) for c in (0, 1, 4, 5, 8, 9))]
    listing = read(grid, merged=merged)
    assert (listing.header.first_row, listing.header.last_row) == (0, 1)
    assert [row.person.sex for row in listing.rows] == ["male", "female"]
    assert [row.benefit.decision_number for row in listing.rows] == ["1", "2"]
    assert all(not row.refused for row in listing.rows)


def test_totals_signatures_headings_of_groups_and_numbering_are_no_rows() -> None:
    grid: list[list[object]] = [
        PLAIN,
        [f"({n})" for n in range(1, 11)],
        ["I. TRỢ CẤP HƯU TRÍ XÃ HỘI"],
        ROW,
        ["", ""],
        PLAIN,
        [2, *ROW[1:3], "003145000018", *ROW[4:]],
        ["Tổng cộng: 2 người", "", "", "", "", "", 1000000],
        ["", "Bằng chữ: Một triệu đồng"],
        ["", "", "", "", "", "", "Di Linh, ngày 05 tháng 11 năm 2026"],
        ["", "NGƯỜI LẬP BIỂU", "", "", "", "", "CHỦ TỊCH"],
        ["", "Lê Văn Lập"],
    ]
    assert [row.row_number for row in read(grid).rows] == [4, 7]


def test_columns_may_stand_in_any_order() -> None:
    order = [9, 3, 1, 0, 8, 7, 6, 5, 4, 2]
    grid: list[list[object]] = [[PLAIN[i] for i in order], [ROW[i] for i in order]]
    (row,) = read(grid).rows
    assert row.person.personal_id == "003145000017"
    assert not row.findings


def test_a_sheet_that_is_no_list_has_no_header() -> None:
    assert find_header([["a", "b"], [1, 2]], HEADINGS) is None
    assert find_header([["Họ và tên", "Ghi chú"], ["A", "B"]], HEADINGS) is None
    assert find_header([], HEADINGS) is None


@pytest.mark.law("P016")
@pytest.mark.parametrize(
    ("cell", "village", "place"),
    [
        ("Thôn 3", "Thôn 3", "here"),
        ("Thôn 3, xã Di Linh", "Thôn 3", "here"),
        ("Thôn 3, xã Liên Đầm", "Thôn 3", "former"),
        ("Thôn 3 - xã Gung Ré (cũ)", "Thôn 3", "former"),
        ("Tổ dân phố 5, thị trấn Di Linh", "Tổ dân phố 5", "former"),
        ("TDP 5, TT. Di Linh", "TDP 5", "former"),
        ("Thôn 2, xã Tân Châu, huyện Di Linh", "Thôn 2", "former"),
        ("xã Liên Đầm", None, "former"),
        ("Thôn 1, xã Hòa Ninh", "Thôn 1", "elsewhere"),
        ("Thôn 1, xã Không Có Thật", "Thôn 1", "unknown"),
        ("", None, "here"),
    ],
)
def test_a_village_may_name_a_commune_of_before(cell: str, village: str | None, place: str) -> None:
    reading = read_village(cell, commune_code="25000", areas=areas.book())
    assert (reading.village, reading.place) == (village, place)


def test_the_same_former_name_in_another_province_is_another_commune() -> None:
    book = areas.book()
    assert book.place_of(kind="phường", name="Hương Vân", commune_code="19996") == "former"
    assert book.place_of(kind="phường", name="Hương Vân", commune_code="20350") == "unknown"
    assert {unit.new_code for unit in book.former_by_name("Liên Đầm", "68")} == {"25000"}
    assert book.former_by_name("Liên Đầm", "46") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hưu trí xã hội: đủ 75 tuổi trở lên", "pension_75"),
        ("HTXH", "pension_75"),
        ("Hưu trí xã hội: đủ 70 đến dưới 75 tuổi, hộ cận nghèo", "pension_70_near_poor"),
        ("Hưu trí xã hội: đủ 70 đến dưới 75 tuổi, hộ nghèo", "pension_70_poor"),
        ("Người cao tuổi từ đủ 80 tuổi trở lên", "pension_converted_5_5c"),
        ("NCT từ 75 đến 80 tuổi thuộc hộ nghèo", "pension_converted_5_5b"),
        ("NKT ĐBN - trẻ em", "5.6_very_severe_child"),
        ("Người khuyết tật đặc biệt nặng", "5.6_very_severe"),
        ("Người cao tuổi khuyết tật nặng", "5.6_severe_elderly"),
        ("NGƯỜI KHUYẾT TẬT NẶNG", "5.6_severe"),
        ("Đối tượng khác", None),
        ("", None),
    ],
)
def test_the_category_column_in_the_words_of_offices(text: str, code: str | None) -> None:
    category = vocabulary().category(text)
    assert (category.code if category else None) == code


@pytest.mark.parametrize(
    ("note", "poverty"),
    [
        ("hộ nghèo", "poor"),
        ("Thuộc hộ cận nghèo 2026", "near_poor"),
        ("không thuộc hộ nghèo", "none"),
        ("hộ nghèo, hộ cận nghèo", None),
        ("nhận thay: con gái", None),
    ],
)
def test_a_note_may_state_the_poverty_class(note: str, poverty: str | None) -> None:
    assert vocabulary().poverty_class(note) == poverty


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Agribank", "970405"),
        ("Agribank - CN Di Linh", "970405"),
        ("NH Nông nghiệp và Phát triển nông thôn", "970405"),
        ("LPBank", "970449"),
        ("Ngân hàng TMCP Ngoại thương", "970436"),
        ("Ngân hàng Mặt Trăng", None),
    ],
)
def test_bank_names_become_codes(name: str, code: str | None) -> None:
    assert vocabulary().bank(name).code == code


def test_a_header_of_two_lines_is_read_from_text_where_nothing_says_what_is_merged(
    tmp_path: Path,
) -> None:
    top: list[object] = ["STT", "Họ và tên", "Năm sinh", "", "Số CCCD", "Đối tượng", "Hệ số"]
    top += ["Mức hưởng"]
    top += ["Quyết định", ""]
    low: list[object] = ["", "", "Nam", "Nữ", "", "", "", "", "Số", "Ngày"]
    rows: list[list[object]] = [
        [1, "Nguyễn Văn An", "1945", "", "003045000017", "HTXH", 1, "540.000", "1", "10/7/2025"],
        [2, "Lê Thị Bình", "", "1944", "003144000018", "HTXH", 1, "500.000", "2", "10/7/2025"],
    ]
    lines: list[list[object]] = [["Mẫu 1đ"], top, low, *rows]
    text = "\n".join(";".join(map(str, line)) for line in lines)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    table = open_table(tmp_path / "a.csv", "beneficiary_list")
    readings = read_beneficiaries(table, "25000", Month(2026, 11), areas.book()).rows
    assert [row.person.sex for row in readings] == ["male", "female"]
    assert [row.benefit.amount for row in readings] == [540_000, 500_000]
    assert [row.benefit.decision_number for row in readings] == ["1", "2"]
    assert not any(row.refused for row in readings)
