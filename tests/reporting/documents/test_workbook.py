from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from common.documents import FORMATS, Document, Section, write_document
from reporting.indicators.domain.figures import Figures, Rate, Scope
from reporting.indicators.service import labels
from reporting.selections.domain import Count
from reporting.statutory.domain import FormInput, ReportKindUnknown
from reporting.statutory.service import FORMS, make_document, office_of


def document(figures: Figures, kind: str = "monthly_payment") -> Document:
    counts = (
        {need: Count(3, 1, 2, 4, 540_000) for need in FORMS[kind].needs} if kind in FORMS else {}
    )
    return make_document(kind, FormInput(figures, labels(), office_of(figures), counts=counts))


def workbook(figures: Figures) -> bytes:
    return write_document(document(figures), "xlsx")


def read(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def row_of(sheet: list[list[Any]], heading: str) -> list[Any]:
    return next(row for row in sheet if row[0] == heading)


def test_the_same_figures_give_the_same_bytes_and_other_figures_other_bytes(
    figures: Figures,
) -> None:
    first = workbook(figures)
    again = workbook(figures)
    assert first == again
    other = replace(figures, total=replace(figures.total, people=4))
    assert workbook(other) != first


def test_the_workbook_has_the_four_sheets_and_their_figures(figures: Figures) -> None:
    sheets = read(workbook(figures))
    assert list(sheets) == ["Tổng hợp", "Theo nhóm", "Chi trả không thành công", "Đối soát"]
    assert row_of(sheets["Tổng hợp"], "Theo danh sách chi trả")[1:] == [3, 2_020_000, 2.0]
    assert row_of(sheets["Tổng hợp"], "Tỷ lệ chi trả không dùng tiền mặt (%)")[1] == 50.0
    assert row_of(sheets["Theo nhóm"], "Trợ cấp hưu trí xã hội")[1:8] == [
        2, 1, 1, 1_080_000, 400_000, 0, 1_480_000,
    ]  # fmt: skip
    assert row_of(sheets["Chi trả không thành công"], "Tài khoản đã đóng")[1:4] == [1, 1, 740_000]
    assert row_of(sheets["Đối soát"], "Agribank")[1:5] == [2, 1_280_000, 0, 0]


def test_every_sheet_says_what_whose_and_when(figures: Figures) -> None:
    named = replace(figures, scope=Scope(("25000",), {"25000": "xã Di Linh"}, "tỉnh Lâm Đồng"))
    for sheet in read(workbook(named)).values():
        head = " ".join(str(cell) for row in sheet[:6] for cell in row)
        assert "Xã Di Linh - Tháng 12/2026" in head
        assert "tỉnh Lâm Đồng" in head
        assert "Ủy ban nhân dân Xã Di Linh" in head
        assert "Số: ...../BC-UBND" in head


def test_the_groups_of_the_workbook_add_up_to_its_total_with_people_counted_twice(
    figures: Figures,
) -> None:
    twice = replace(figures, total=replace(figures.total, people=2, female=1))
    sheet = read(workbook(twice))["Theo nhóm"]
    groups = ("Trợ cấp hưu trí xã hội", "Người khuyết tật nặng, đặc biệt nặng")
    counted_twice = row_of(sheet, "Trừ: tính trùng do một người hưởng nhiều chế độ")
    for column in range(1, 4):
        parts = sum(row_of(sheet, group)[column] for group in groups)
        assert row_of(sheet, "Tổng số")[column] == parts + counted_twice[column]
    assert any("tính trùng" in str(row[0]) for row in sheet)
    assert not any("Trừ:" in str(row[0]) for row in read(workbook(figures))["Theo nhóm"])


def test_the_cashless_report_says_both_rates_with_their_denominators(figures: Figures) -> None:
    total = replace(
        figures.total,
        people=2300,
        paid_people=2066,
        cashless=Rate(1715, 2066),
        registered_cashless=Rate(1500, 2300),
    )
    paper = document(replace(figures, total=total), "cashless_payment")
    section = paper.blocks[0]
    assert isinstance(section, Section)
    assert "1.500 người (65,22%) đăng ký nhận qua tài khoản" in section.paragraphs[0]
    assert "1.715 người (83,01%) nhận qua tài khoản" in section.paragraphs[0]


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_can_be_written_in_every_format(figures: Figures, kind: str) -> None:
    for file_format in FORMATS:
        assert write_document(document(figures, kind), file_format)


def test_figures_that_still_miss_lines_say_so_in_the_workbook(figures: Figures) -> None:
    lacking = replace(figures, total=replace(figures.total, lines=2))
    sheet = read(workbook(lacking))["Tổng hợp"]
    assert any(
        str(row[0]).startswith("Danh sách đã chốt có 3 dòng, hiện mới nhận 2 dòng") for row in sheet
    )


def test_text_that_looks_like_a_formula_stays_text(figures: Figures) -> None:
    group = replace(figures.by_group[0], total=replace(figures.by_group[0].total, code="=1+1"))
    sheets = read(workbook(replace(figures, by_group=(group,))))
    assert row_of(sheets["Theo nhóm"], "=1+1")[1] == 1


def test_an_unknown_form_is_refused_with_the_forms_that_exist(figures: Figures) -> None:
    with pytest.raises(ReportKindUnknown, match="monthly_payment"):
        document(figures, "no_such_form")
