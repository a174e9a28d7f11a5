from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from reporting.documents.service.workbook import write_workbook
from reporting.indicators.domain.figures import Figures
from reporting.indicators.service import labels
from reporting.statutory.service import ReportKindUnknown, make_form

FILED = date(2026, 12, 18)


def read(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def row_of(sheet: list[list[Any]], heading: str) -> list[Any]:
    return next(row for row in sheet if row[0] == heading)


def test_the_same_figures_give_the_same_bytes_and_other_figures_other_bytes(
    figures: Figures,
) -> None:
    first = write_workbook(make_form("monthly_payment", figures, labels(), FILED))
    again = write_workbook(make_form("monthly_payment", figures, labels(), FILED))
    assert first == again
    other = replace(figures, total=replace(figures.total, people=4))
    assert write_workbook(make_form("monthly_payment", other, labels(), FILED)) != first


def test_the_workbook_has_the_four_sheets_and_their_figures(figures: Figures) -> None:
    sheets = read(write_workbook(make_form("monthly_payment", figures, labels(), FILED)))
    assert list(sheets) == ["Tổng hợp", "Theo nhóm", "Chi trả không thành công", "Đối soát"]
    assert row_of(sheets["Tổng hợp"], "Theo danh sách chi trả")[1:] == [3, 2_020_000, 2.0]
    assert row_of(sheets["Tổng hợp"], "Tỷ lệ chi trả không dùng tiền mặt (%)")[1] == 50.0
    assert row_of(sheets["Theo nhóm"], "Trợ cấp hưu trí xã hội")[1:8] == [
        2, 1, 1, 1_080_000, 400_000, 0, 1_480_000,
    ]  # fmt: skip
    assert row_of(sheets["Chi trả không thành công"], "Tài khoản đã đóng")[1:4] == [1, 1, 740_000]
    assert row_of(sheets["Đối soát"], "Agribank")[1:5] == [2, 1_280_000, 0, 0]


def test_every_sheet_says_what_whose_and_when(figures: Figures) -> None:
    for sheet in read(
        write_workbook(make_form("monthly_payment", figures, labels(), FILED))
    ).values():
        head = " ".join(str(cell) for row in sheet[:3] for cell in row)
        assert "Xã, phường mã 25000 - Tháng 12/2026" in head
        assert "Ngày lập: 18/12/2026" in head


def test_figures_that_still_miss_lines_say_so_in_the_workbook(figures: Figures) -> None:
    lacking = replace(figures, total=replace(figures.total, lines=2))
    sheet = read(write_workbook(make_form("monthly_payment", lacking, labels(), FILED)))["Tổng hợp"]
    assert any(str(row[0]).startswith("Danh sách chưa nhận đủ dòng") for row in sheet)


def test_text_that_looks_like_a_formula_stays_text(figures: Figures) -> None:
    group = replace(figures.by_group[0], total=replace(figures.by_group[0].total, code="=1+1"))
    sheets = read(
        write_workbook(
            make_form("monthly_payment", replace(figures, by_group=(group,)), labels(), FILED)
        )
    )
    assert row_of(sheets["Theo nhóm"], "=1+1")[1] == 1


def test_an_unknown_form_is_refused_with_the_forms_that_exist(figures: Figures) -> None:
    with pytest.raises(ReportKindUnknown, match="monthly_payment"):
        make_form("no_such_form", figures, labels(), FILED)
