"""Untrusted workbooks: what is valid is read, what is not ends as a refusal, and the process goes on."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from common.files import errors
from common.files.opener import open_workbook, refuse_other_kinds
from common.kernel.errors import DomainError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="a/xml"/></Types>'
)


def packed(path: Path, sheet: str, *, book: str = BOOK, relations: str = RELATIONS) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", relations)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def sheet_of(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


X, FIVE = "<is><t>x</t></is>", "<v>5</v>"
UNUSUAL = {
    "quotes": sheet_of(f"<row r='1'><c r='A1' t='inlineStr'>{X}</c><c r='B1'>{FIVE}</c></row>"),
    "spaces": sheet_of(
        f'<row  r = "1" ><c  r = "A1"\n t = "inlineStr" >{X}</c ><c r ="B1" >{FIVE}</c ></row >'
    ),
    "no addresses": sheet_of(f'<row><c t="inlineStr">{X}</c><c>{FIVE}</c></row>'),
    "wrong counts": f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>'
    f'<row r="1" spans="1:9999"><c r="A1" t="inlineStr">{X}</c><c r="B1">{FIVE}</c></row>'
    "</sheetData></worksheet>",
    "prefix": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr">'
    '<x:is><x:t>x</x:t></x:is></x:c><x:c r="B1"><x:v>5</x:v></x:c></x:row></x:sheetData>'
    "</x:worksheet>",
    "blank cells far away": sheet_of(
        f'<row r="1"><c r="A1" t="inlineStr">{X}</c><c r="B1">{FIVE}</c></row>'
        '<row r="900000"><c r="XFD900000" s="1"/></row>'
    ),
}


@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_but_valid_xml_is_read(kind: str, tmp_path: Path) -> None:
    (sheet,) = open_workbook(packed(tmp_path / "a.xlsx", UNUSUAL[kind])).sheets
    assert [list(row) for row in sheet.grid if any(row)] == [["x", 5.0]]
    assert sheet.formulas == frozenset()


@pytest.mark.parametrize(
    "rows",
    [
        f"<row r='1'><c r='A1'><f>1+1</f>{FIVE}</c></row>",
        f'<row><c><f t="shared" si="0">1+1</f>{FIVE}</c></row>',
        f'<row r="1"><c\n r="A1"   s="1" ><f >1+1</f >{FIVE}</c></row>',
    ],
)
def test_a_formula_is_seen_however_it_is_written(rows: str, tmp_path: Path) -> None:
    (sheet,) = open_workbook(packed(tmp_path / "a.xlsx", sheet_of(rows))).sheets
    assert sheet.formulas == {(0, 0)}


def test_borders_drawn_to_row_60_000_refuse_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        border = book.add_format({"border": 1})
        for row in range(60_000):
            for column in range(3):
                if row < 20:
                    sheet.write(row, column, f"ô {row}", border)
                else:
                    sheet.write_blank(row, column, None, border)
    (read,) = open_workbook(path).sheets
    assert len([row for row in read.grid if any(row)]) == 20


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ('<row r="1"><c r="XFD1"><v>5</v></c></row>', errors.WorkbookTooLarge),
        ('<row r="1048576"><c r="A1048576"><v>5</v></c></row>', errors.WorkbookTooManyRows),
        ("<row><c></row>", errors.WorkbookDamaged),
    ],
)
def test_what_would_fill_the_memory_or_is_no_xml_is_refused(
    rows: str, refusal: type[DomainError], tmp_path: Path
) -> None:
    with pytest.raises(refusal):
        open_workbook(packed(tmp_path / "a.xlsx", sheet_of(rows)))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", errors.WorkbookIsWebPage),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", errors.WorkbookIsWebPage),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            errors.WorkbookIsOldXml,
        ),
        (b"\xff\xd8\xff\xe0 picture", errors.FileIsPicture),
        (b"\x89PNG\r\n\x1a\n picture", errors.FileIsPicture),
        (b"%PDF-1.7 ...", errors.FileIsPdf),
        (b"{\\rtf1 text}", errors.FileIsDocument),
    ],
)
def test_what_is_no_table_is_refused_with_advice(
    content: bytes, refusal: type[DomainError], tmp_path: Path
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(refusal):
        refuse_other_kinds(path)
    with pytest.raises(refusal):
        open_workbook(path)


def good() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Họ và tên", "Ngày sinh", 5, True])
        sheet.merge_range(1, 0, 1, 2, "a")
    return buffer.getvalue()


GOOD = good()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_mutated_workbooks_end_as_a_refusal_or_are_read(data: st.DataObject) -> None:
    """A bounded fuzz run over the packed members: the process that opens them goes on."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    content = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        how = data.draw(st.sampled_from(["byte", "cut", "double", "drop"]))
        if how == "byte":
            content[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            content = content[: at + 1]
        elif how == "double":
            content = content[:at] + content[at : at + 40] * 3 + content[at:]
        else:
            content = content[:at] + content[at + 20 :] or bytearray(b"x")
    members[name] = bytes(content)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    packed_bytes = bytearray(buffer.getvalue())
    if data.draw(st.booleans()):
        packed_bytes[data.draw(st.integers(4, len(packed_bytes) - 1))] ^= 0xFF
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(packed_bytes)
        assert refused_as(path) in {None, *errors.REFUSALS}


def refused_as(path: Path) -> str | None:
    try:
        open_workbook(path)
    except DomainError as refusal:
        return refusal.code
    return None
