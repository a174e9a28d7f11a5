"""What is no list: a problem with a code, nothing half taken in, and the service stays up."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter

from sandbox.demo.client import DemoError

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Số định danh/CMND", "Loại đối tượng", "Hệ số"]
HEADINGS += ["Mức hưởng", "Số quyết định", "Ngày quyết định"]
ROW = [1, "Nguyễn Văn Thử", "01/02/1940", "003040999999", "Hưu trí xã hội", 1, 500_000, "1/QĐ"]
ROW += ["10/07/2025"]
SECTOR = 512
RUBBISH_ROWS = 200_000


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def not_a_workbook(_path: Path) -> bytes:
    return b"%PDF-1.7\n" + b"not a list at all\n" * 200


def another_zip(_path: Path) -> bytes:
    return zipped({"word/document.xml": b"<w:document/>"})


def truncated(path: Path) -> bytes:
    return book(path, [HEADINGS, ROW])[:-700]


def encrypted(_path: Path) -> bytes:
    """What Excel writes with a password: an OLE file with the stream `EncryptedPackage`."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (109 * 4 - 4)
    entries = b""
    for name, kind in (("Root Entry", 5), ("EncryptionInfo", 2), ("EncryptedPackage", 2)):
        text = (name + "\0").encode("utf-16-le")
        entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        entries += entry.ljust(128, b"\xff")
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * (SECTOR - 8)
    return header.ljust(SECTOR, b"\xff") + table + entries.ljust(SECTOR * 2, b"\0")


def book(path: Path, lines: list[list[Any]]) -> bytes:
    with xlsxwriter.Workbook(path / "list.xlsx", {"constant_memory": True}) as made:
        sheet = made.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return (path / "list.xlsx").read_bytes()


def no_header(path: Path) -> bytes:
    return book(path, [["Kính gửi", "ông bà"], ["một", 2], ["hai", 3]])


def header_only(path: Path) -> bytes:
    return book(path, [HEADINGS])


def rubbish(path: Path) -> bytes:
    return book(path, [[number, "x", number % 7] for number in range(RUBBISH_ROWS)])


def rubbish_under_a_header(path: Path) -> bytes:
    line = ["x", "?", "không", "12", "gì đó", "?", "?", "", ""]
    return book(path, [HEADINGS, *[line] * 3_000])


def formulas(path: Path) -> bytes:
    return book(path, [HEADINGS, [*ROW[:6], "=F2*500000", *ROW[7:]]])


def bomb(_path: Path) -> bytes:
    sheet = b"<worksheet><sheetData>" + b" " * (300 * 1024 * 1024) + b"</sheetData></worksheet>"
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet})


def empty(_path: Path) -> bytes:
    return b""


def upload(story: Any, content: bytes, key: str) -> httpx.Response:
    answer: httpx.Response = story.client.attempt(
        "can_bo", "POST", "/registry/v1/imports", key=f"bad-{key}",
        data={
            "kind": "beneficiary_list",
            "commune_code": "25000",
            "list_month": "2026-11",
            "paid_since": "2026-07",
        },
        files={"file": ("danh-sach.xlsx", content)},
    )  # fmt: skip
    return answer


def everybody(story: Any) -> dict[str, Any]:
    """Who is registered, in which version, and how many events were ever told."""
    people = story.client.pages("can_bo", "/registry/v1/persons", commune_code="25000")
    known: dict[str, Any] = {person["person_id"]: person["version"] for person in people}
    return known | {"events": story.stage.events("registry")}


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (empty, 422, "upload_empty"),
        (not_a_workbook, 415, "file_is_pdf"),
        (another_zip, 415, "file_is_document"),
        (truncated, 422, "workbook_damaged"),
        (encrypted, 415, "workbook_encrypted"),
        (no_header, 422, "header_not_found"),
        (header_only, 422, "list_empty"),
        (formulas, 422, "workbook_has_formulas"),
        (rubbish, 413, "workbook_too_many_rows"),
        (bomb, 413, "workbook_too_large"),
    ],
)
def test_what_is_no_list_is_refused_with_a_code_and_leaves_no_trace(
    story: Any, tmp_path: Path, make: Callable[[Path], bytes], status: int, code: str
) -> None:
    before = everybody(story)
    answer = upload(story, make(tmp_path), make.__name__)
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert len(problem["title"]) > 8
    assert everybody(story) == before
    alive = story.client.http.get(story.client.addresses.of("/registry/v1/areas/provinces"))
    assert alive.status_code == 401
    assert story.client.http.get(f"{story.client.addresses.registry}/readyz").is_success


def test_rows_of_rubbish_under_a_good_header_take_nothing_in(story: Any, tmp_path: Path) -> None:
    before = everybody(story)
    sent = upload(story, rubbish_under_a_header(tmp_path), "rubbish-header").json()
    receipt = story.client.confirm_layout("can_bo", sent, "rubbish-layout")
    with pytest.raises(DemoError, match=r"^failed"):
        story.client.finish("can_bo", f"/registry/v1/operations/{receipt['operation_id']}")
    told = story.client.get("can_bo", f"/registry/v1/imports/{receipt['import_id']}")
    assert (told["state"], told["problem"]["code"]) == ("failed", "too_many_rows_refused")
    assert everybody(story) == before


def test_the_cells_with_formulas_are_named(story: Any, tmp_path: Path) -> None:
    problem = upload(story, formulas(tmp_path), "formulas-named").json()
    assert problem["cells"] == ["G2"]


def test_the_same_file_again_has_the_same_answer_and_no_second_effect(story: Any) -> None:
    first = story.imports["beneficiary_list"]
    before = everybody(story)
    again = upload(story, story.case.workbook.read_bytes(), "again")
    assert again.status_code == 202
    assert again.json()["import_id"] == first["import_id"]
    story.client.finish("can_bo", f"/registry/v1/operations/{again.json()['operation_id']}")
    told = story.client.get("can_bo", f"/registry/v1/imports/{first['import_id']}")
    assert told == first
    assert everybody(story) == before


def test_one_key_for_two_files_is_refused(story: Any, tmp_path: Path) -> None:
    before = everybody(story)
    key = "two-files"
    first = upload(story, story.case.workbook.read_bytes(), key)
    second = upload(story, book(tmp_path, [HEADINGS, ROW]), key)
    assert first.status_code == 202
    assert (second.status_code, second.json()["code"]) == (422, "idempotency_key_reused")
    assert everybody(story) == before
