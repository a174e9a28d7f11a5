from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from common.documents import (
    FORMATS,
    Column,
    Document,
    DocumentFormatUnknown,
    Letterhead,
    Row,
    Section,
    Signature,
    Table,
    write_document,
)
from common.documents.text import write_cell, write_number

TABLE = Table(
    "Tổng hợp",
    "Tổng hợp kết quả chi trả",
    (Column("Chỉ tiêu", "text"), Column("Số người"), Column("Số tiền (đồng)", "dong")),
    (
        Row(("Tổng số", 30, 1_500_000), 0, sums_parts=True),
        Row(("Nhóm một", 10, 500_000)),
        Row(("Trong đó nữ", 4, 200_000), 2),
        Row(("Nhóm hai", 20, 1_000_000)),
    ),
    ("Mỗi người tính một lần.",),
)
DRAFT = Document(
    kind="BÁO CÁO",
    subject="Kết quả chi trả trợ cấp xã hội",
    letterhead=Letterhead("Ủy ban nhân dân xã Di Linh", "Di Linh", "Tỉnh Lâm Đồng"),
    signature=Signature("CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"),
    blocks=(Section("I. Kết quả", ("Đã chi trả đầy đủ, kịp thời.",)), TABLE),
    abbreviation="BC-UBND",
    period="Tháng 12/2026",
    basis=("Thực hiện Văn bản số 12/SYT-BTXH ngày 27/11/2026 của Sở Y tế;",),
    recipients=("Sở Y tế", "Lưu: VT"),
)
ISSUED = replace(DRAFT, number="7", issued_on=date(2027, 2, 5))


def text_of_docx(content: bytes) -> str:
    paper = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def formulas_of(content: bytes) -> list[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    return re.findall(r"<f>(.*?)</f><v>(.*?)</v>", sheet)


@pytest.mark.parametrize("file_format", FORMATS)
def test_equal_documents_give_equal_bytes_and_other_documents_other_bytes(file_format: str) -> None:
    first = write_document(ISSUED, file_format)
    assert write_document(ISSUED, file_format) == first
    assert write_document(replace(ISSUED, number="8"), file_format) != first


def test_a_word_file_has_the_parts_of_decree_30_and_every_cell() -> None:
    text = text_of_docx(write_document(ISSUED, "docx"))
    for part in (
        "TỈNH LÂM ĐỒNG",
        "ỦY BAN NHÂN DÂN XÃ DI LINH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 7/BC-UBND",
        "Di Linh, ngày 05 tháng 02 năm 2027",
        "BÁO CÁO",
        "Kết quả chi trả trợ cấp xã hội",
        "Văn bản số 12/SYT-BTXH",
        "I. Kết quả",
        "1.500.000",
        "Mỗi người tính một lần.",
        "TM. ỦY BAN NHÂN DÂN",
        "- Lưu: VT;",
    ):
        assert part in text
    assert "{{" not in text


@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_a_draft_has_blanks_for_number_and_day(file_format: str) -> None:
    content = write_document(DRAFT, file_format)
    if file_format == "docx":
        text = text_of_docx(content)
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        text = "\n".join(str(cell) for row in sheet.to_python() for cell in row)
    assert "Số: ...../BC-UBND" in text
    assert "ngày ..... tháng ..... năm ....." in text


def test_totals_of_a_workbook_are_formulas_over_their_parts_and_hold_the_right_value() -> None:
    found = formulas_of(write_document(DRAFT, "xlsx"))
    assert found == [("SUM(B10,B12)", "30"), ("SUM(C10,C12)", "1500000")]


def test_text_stays_text_in_every_format() -> None:
    odd = "=1+1 {{ 7*7 }} {% raw %} <b>&</b> #strong[x] $x$"
    table = replace(TABLE, rows=(Row((odd, 1, 1)),))
    document = replace(DRAFT, blocks=(Section(odd, (odd,)), table), recipients=(odd,))
    assert text_of_docx(write_document(document, "docx")).count(odd) == 4
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_document(document, "xlsx")))
    assert any(odd in row for row in book.get_sheet_by_index(0).to_python())
    assert formulas_of(write_document(document, "xlsx")) == []
    assert write_document(document, "pdf").startswith(b"%PDF")


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DocumentFormatUnknown, match="docx, xlsx, pdf"):
        write_document(DRAFT, "odt")


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (0, "count", "0"),
        (1_234_567, "dong", "1.234.567"),
        (Decimal("83.01"), "percent", "83,01%"),
        (Decimal("1234.5"), "million", "1.234,5"),
        (date(2026, 2, 3), "date", "03/02/2026"),
        (None, "count", ""),
        ("0123", "text", "0123"),
    ],
)
def test_cells_are_written_as_vietnamese_papers_do(value: object, kind: str, written: str) -> None:
    assert write_cell(value, kind) == written  # type: ignore[arg-type]


@given(st.integers(-(10**15), 10**15))
def test_a_written_number_reads_back(value: int) -> None:
    assert int(write_number(value).replace(".", "")) == value


@given(st.text(max_size=40))
def test_no_text_breaks_a_format(text: str) -> None:
    clean = "".join(character for character in text if character.isprintable())
    document = replace(DRAFT, blocks=(Section(clean, (clean,)),), subject=clean)
    for file_format in FORMATS:
        assert write_document(document, file_format)
