"""Files that are no list: a clear problem, and nothing of them is taken in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

TakeIn = Callable[..., Awaitable[dict[str, Any]]]
HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Số định danh", "Đối tượng", "Hệ số", "Mức hưởng"]
HEADINGS += ["Số QĐ", "Ngày QĐ"]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def encrypted() -> bytes:
    name = "EncryptedPackage".encode("utf-16-le")
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000) + name + bytes(2000)


def workbook_of(sheet: bytes) -> bytes:
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        b'<workbook xmlns:r="'
        + office
        + b'"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
    )
    link = b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    members = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": link}
    return zipped(members | {"xl/worksheets/sheet1.xml": sheet})


def far_cell() -> bytes:
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    sheet += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    return workbook_of(sheet)


def bomb() -> bytes:
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/media/a.bin": bytes(80 * 1024 * 1024)})


def many_rows(count: int) -> bytes:
    rows = b"".join(b'<row r="%d"><c><v>1</v></c></row>' % (n + 1) for n in range(count))
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    return workbook_of(sheet)


def written(path: Path, *lines: list[Any]) -> bytes:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                sheet.write(number, column, value)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "upload_empty"),
        (b"%PDF-1.7 no workbook at all", 415, "file_is_pdf"),
        (b"<html><table></table></html>", 415, "workbook_is_web_page"),
        (encrypted(), 415, "workbook_encrypted"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000), 415, "workbook_not_xlsx"),
        (zipped({"word/document.xml": b"<w/>"}), 415, "file_is_document"),
        (b"PK\x03\x04" + bytes(500), 422, "workbook_damaged"),
        (zipped({"xl/workbook.xml": b"<workbook/>"}), 422, "workbook_damaged"),
        (far_cell(), 413, "workbook_too_large"),
        (bomb(), 413, "workbook_too_large"),
        (many_rows(200_000), 413, "workbook_too_many_rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_file_that_is_no_workbook_is_refused_at_once(
    registry: Any, content: bytes, status: int, code: str
) -> None:
    answer = await registry.upload(content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["title"]
    assert await registry.query("SELECT FROM intake_import") == []
    assert await registry.query("SELECT FROM operation") == []


async def test_a_workbook_without_header_or_rows_is_refused(registry: Any, tmp_path: Path) -> None:
    answer = await registry.upload(written(tmp_path / "a.xlsx", ["a", "b"], [1, 2]))
    assert (answer.status_code, answer.json()["code"]) == (422, "header_not_found")
    answer = await registry.upload(written(tmp_path / "b.xlsx", HEADINGS))
    assert (answer.status_code, answer.json()["code"]) == (422, "list_empty")


async def test_formulas_in_the_data_are_refused_and_named(registry: Any, tmp_path: Path) -> None:
    row = [1, "Nguyễn Văn A", 1945, "003045000017", "Hưu trí xã hội", 1, "=F2*500000", "1"]
    answer = await registry.upload(
        written(tmp_path / "f.xlsx", HEADINGS, [*row, date(2025, 7, 10)])
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "workbook_has_formulas")
    assert problem["cells"] == ["G2"]


async def test_a_list_of_rubbish_under_a_good_header_takes_nothing_in(
    registry: Any, drain: Any, tmp_path: Path
) -> None:
    rubbish = [[n, "x", f"dòng {n}", "12", "?", "?", "?", "", ""] for n in range(200)]
    answer = await registry.upload(written(tmp_path / "r.xlsx", HEADINGS, *rubbish))
    assert answer.status_code == 202
    await drain()
    state = (await registry.get(f"/imports/{answer.json()['import_id']}")).json()
    assert (state["state"], state["problem"]["code"]) == ("failed", "too_many_rows_refused")
    assert state["problem"]["refused"] == 200
    assert state["counts"] == {"created": 0, "updated": 0, "unchanged": 0, "refused": 0}
    assert await registry.query("SELECT FROM person") == []
    assert await registry.events() == []


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"commune_code": "99999"}, 404, "commune_not_found"),
        ({"commune_code": "19996"}, 422, "commune_outside_province"),
        ({"commune_code": "24637"}, 404, "commune_not_yours"),
        ({"list_month": ""}, 422, None),
        ({"list_month": "2026-12"}, 422, "list_month_in_future"),
        ({"paid_since": "2026-12"}, 422, "paid_since_invalid"),
        ({"kind": "anything"}, 422, None),
    ],
)
async def test_a_form_that_cannot_be_is_refused(
    registry: Any, tmp_path: Path, form: dict[str, str], status: int, code: str | None
) -> None:
    row = [1, "Nguyễn Văn A", 1945, "003045000017", "Hưu trí xã hội", 1, 500000, "1"]
    content = written(tmp_path / "f.xlsx", HEADINGS, [*row, date(2025, 7, 10)])
    answer = await registry.upload(content, **form)
    assert answer.status_code == status, answer.text
    assert code in {None, answer.json()["code"]}


async def test_the_kept_file_is_sealed(take_in: TakeIn, registry: Any, tmp_path: Path) -> None:
    row = {"name": "Trần Thị Lan", "birth": 1931, "number": "003131000001", "amount": 500000}
    row |= {"category": "HTXH", "decision": "1", "decided": date(2025, 7, 10)}
    await take_in([row])
    content = (tmp_path / "list-0.xlsx").read_bytes()
    (kept,) = await registry.query("SELECT content FROM intake_upload")
    assert content[:200] not in kept["content"]
    assert not kept["content"].startswith(b"PK")
