"""One list in every format that offices send: the same rows, whatever the file."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registry.lists.layout_xls import biff, xls

from common.kernel.months import Month
from registry.areas import service as areas
from registry.lists.domain.rows import RowReading
from registry.lists.gateway.reading import SHEET_ROWS, open_table, read_beneficiaries

HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Thôn"]
HEADINGS += ["Loại đối tượng", "Hệ số", "Mức hưởng", "Số QĐ", "Ngày QĐ"]
MONTH = Month(2026, 11)


def person(number: int, **changed: Any) -> list[Any]:
    year = 30 + number % 20
    cells = {
        "stt": number,
        "name": f"Trần Thị {('Lan', 'Hồng', 'Mận', 'Cúc')[number % 4]}",
        "birth": date(1900 + year, 1 + number % 12, 1 + number % 28),
        "sex": "Nữ",
        "identity": f"0031{year:02d}{number:06d}",
        "village": f"Thôn {number % 5 + 1}",
        "category": "Người khuyết tật nặng" if number % 3 else "Hưu trí xã hội",
        "coefficient": 2 if number % 3 else 1,
        "amount": 1080000 if number % 3 else 540000,
        "decision": f"{number}/QĐ-UBND",
        "decided": date(2025, 7, 10),
    }
    return list((cells | changed).values())


def text_of(cell: Any) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell)


def xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for column, value in enumerate(line):
                    write = sheet.write_string if isinstance(value, str) else sheet.write
                    write(number, column, value)
    return path


def delimited(path: Path, lines: list[list[Any]], separator: str, encoding: str) -> Path:
    text = "\n".join(separator.join(text_of(cell) for cell in line) for line in lines) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


def ndjson(path: Path, lines: list[list[Any]]) -> Path:
    head, *rows = lines
    records = [
        {str(k): v.isoformat() if isinstance(v, date) else v for k, v in zip(head, r, strict=True)}
        for r in rows
    ]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    return path


def ods(path: Path, lines: list[list[Any]], *, extra: str = "", member: str = "x") -> Path:
    def cell(value: Any) -> str:
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines
    )
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{urn}:office:1.0"'
        f' xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Danh sach">{rows}{extra}{empty}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
        archive.writestr(member, "")
    return path


def said(readings: Sequence[RowReading]) -> list[tuple[Any, ...]]:
    """Give what rows say, without their places in the file."""
    return [
        (
            row.person, row.benefit, row.refused,
            [finding.code for finding in row.findings],
        )
        for row in readings
    ]  # fmt: skip


def read(path: Path) -> list[RowReading]:
    table = open_table(path, "beneficiary_list")
    return list(read_beneficiaries(table, "25000", MONTH, areas.book()).rows)


def in_every_format(folder: Path, lines: list[list[Any]]) -> dict[str, Path]:
    return {
        "xlsx": xlsx(folder / "a.xlsx", {"Danh sách": lines}),
        "xls": xls(folder / "a.xls", biff(lines)),
        "ods": ods(folder / "a.ods", lines),
        "semicolon": delimited(folder / "a.csv", lines, ";", "utf-8-sig"),
        "tab": delimited(folder / "b.csv", lines, "\t", "utf-16"),
        "comma": delimited(folder / "c.csv", lines, ",", "utf-8"),
        "ndjson": ndjson(folder / "a.ndjson", lines),
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.integers(1, 999_999), min_size=1, max_size=12, unique=True),
    st.permutations(range(len(HEADINGS))),
)
def test_two_readings_of_the_same_content_give_the_same_rows(
    tmp_path: Path, numbers: list[int], order: list[int]
) -> None:
    lines = [HEADINGS, *(person(number) for number in numbers)]
    expected = said(read(xlsx(tmp_path / "0.xlsx", {"a": lines})))
    assert all(not refused and not codes for _, _, refused, codes in expected)
    shuffled = [[line[column] for column in order] for line in lines]
    for path in in_every_format(tmp_path, shuffled).values():
        assert said(read(path)) == expected, path.name


def test_a_row_number_is_that_of_the_line_in_every_format(tmp_path: Path) -> None:
    lines = [HEADINGS, person(1), person(2)]
    for name, path in in_every_format(tmp_path, lines).items():
        places = [row.row_number for row in read(path)]
        assert places == ([1, 2] if name == "ndjson" else [2, 3]), name


@pytest.mark.parametrize(
    ("encoding", "spelling", "finding"),
    [
        ("cp1258", "Tr\u00e2\u0300n Thi\u0323 H\u00f4\u0300ng", None),
        ("latin-1", "TrÇn ThÞ Hång", "text_tcvn3"),
        ("latin-1", "Traàn Thò Hoàng", "text_vni"),
    ],
)
def test_the_encoding_of_a_text_table_is_found_out(
    tmp_path: Path, encoding: str, spelling: str, finding: str | None
) -> None:
    heads = ["STT", "Ho va ten", "Ngay sinh", "Gioi tinh", "So dinh danh", "Thon", "Loai doi tuong"]
    heads += ["He so", "Muc huong", "So QD", "Ngay QD"]
    plain = {
        "sex": "gai",
        "village": "TDP 1",
        "category": "HTXH",
        "decision": "1",
        "coefficient": 1,
    }
    rows = [person(number, name=spelling, **plain) for number in (3, 6, 9)]
    path = delimited(tmp_path / "a.csv", [heads, *rows], ";", encoding)
    table = open_table(path, "beneficiary_list")
    assert "table_encoding" in {one.code for one in table.findings}
    for row in read(path):
        assert row.person.full_name == "Trần Thị Hồng"
        assert [one.code for one in row.findings] == ([finding] if finding else [])


def test_sheets_of_one_form_are_one_list_and_their_names_the_villages(tmp_path: Path) -> None:
    without = [[*line[:5], *line[6:]] for line in (HEADINGS, person(1), person(2), person(3))]
    head, one, two, three = without
    path = xlsx(
        tmp_path / "a.xlsx",
        {
            "Thôn 1": [["DANH SÁCH"], head, one],
            "Thôn 2": [head, two, three],
            "Tổng hợp": [["Thôn", "Số người", "Số tiền", "Ghi chú"], ["Thôn 1", 1, 540000, ""]],
        },
    )
    rows = read(path)
    assert [row.person.village for row in rows] == ["Thôn 1", "Thôn 2", "Thôn 2"]
    assert [row.row_number for row in rows] == [3, SHEET_ROWS + 2, SHEET_ROWS + 3]
    table = open_table(path, "beneficiary_list")
    assert table.sheets == ["Thôn 1", "Thôn 2"]
    assert "sheets_joined" in {one.code for one in table.findings}


REFUSED = {
    "encrypted xls": (415, "workbook_encrypted"),
    "macro xls": (415, "workbook_has_macros"),
    "formula xls": (422, "workbook_has_formulas"),
    "broken xls": (415, "workbook_not_xlsx"),
    "far xls": (413, "workbook_too_large"),
    "macro xlsm": (415, "workbook_has_macros"),
    "macro ods": (415, "workbook_has_macros"),
    "encrypted ods": (415, "workbook_encrypted"),
    "formula ods": (422, "workbook_has_formulas"),
    "repeated ods": (413, "workbook_too_large"),
    "many rows ods": (413, "workbook_too_many_rows"),
    "doctype ods": (422, "workbook_damaged"),
    "nested ndjson": (422, "records_invalid"),
    "deep ndjson": (422, "records_invalid"),
    "cut ndjson": (422, "records_invalid"),
    "array json": (422, "records_invalid"),
    "endless line": (415, "table_not_text"),
    "wrong encoding": (415, "table_not_text"),
    "binary": (415, "table_not_text"),
    "no header csv": (422, "header_not_found"),
}


def bad_file(name: str, folder: Path) -> bytes:
    lines = [HEADINGS, person(1)]
    repeated = '<table:table-row><table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/></table:table-row>'
    rows = '<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    made: dict[str, Callable[[], bytes]] = {
        "encrypted xls": lambda: xls(
            folder / "f", biff(lines, before=struct.pack("<HH", 0x2F, 6) + bytes(6))
        ).read_bytes(),
        "macro xls": lambda: xls(
            folder / "f", biff(lines), storages=["_VBA_PROJECT_CUR"]
        ).read_bytes(),
        "formula xls": lambda: xls(folder / "f", biff(lines, formula=True)).read_bytes(),
        "broken xls": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100),
        "far xls": lambda: xls(folder / "f", biff([[*person(1), *[1] * 120]])).read_bytes(),
        "macro xlsm": lambda: replaced(
            xlsx(folder / "f", {"a": lines}).read_bytes(), "xl/vbaProject.bin", "x"
        ),
        "macro ods": lambda: ods(folder / "f", lines, member="Basic/a.xml").read_bytes(),
        "encrypted ods": lambda: replaced(
            ods(folder / "f", lines).read_bytes(),
            "META-INF/manifest.xml",
            "<m><encryption-data/></m>",
        ),
        "formula ods": lambda: ods(folder / "f", [HEADINGS], extra=formula_row()).read_bytes(),
        "repeated ods": lambda: ods(folder / "f", lines, extra=repeated).read_bytes(),
        "many rows ods": lambda: ods(folder / "f", lines, extra=rows).read_bytes(),
        "doctype ods": lambda: replaced(
            ods(folder / "f", lines).read_bytes(),
            "content.xml",
            '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        ),
        "nested ndjson": lambda: b'{"a": {"b": 1}}\n',
        "deep ndjson": lambda: b"[" * 60_000 + b"\n",
        "cut ndjson": lambda: b'{"full_name": "A", "birth": 1}\n{"full_name": \n',
        "array json": lambda: json.dumps([{"full_name": "A"}]).encode(),
        "endless line": lambda: b"a;b;c\n" + b"x;" * 200_000,
        "wrong encoding": lambda: b"a;b;c\n" + bytes(range(128, 256)) * 3 + b";\x81\x8d;1\n",
        "binary": lambda: b"a;b\x00;c\n1;2;3\n",
        "no header csv": lambda: b"a;b;c\n1;2;3\n",
    }
    return made[name]()


def formula_row() -> str:
    def cell(value: Any, formula: str = "") -> str:
        number = f'"float" office:value="{value}"' if isinstance(value, int | float) else '"string"'
        return (
            f"<table:table-cell office:value-type={number}{formula}>"
            f"<text:p>{text_of(value)}</text:p></table:table-cell>"
        )

    cells = [
        cell(value, ' table:formula="of:=1"' if n == 8 else "") for n, value in enumerate(person(1))
    ]
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def replaced(content: bytes, member: str, text: str) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in set(old.namelist()) - {member}:
            new.writestr(name, old.read(name))
        new.writestr(member, text)
    return target.getvalue()


async def test_bad_files_of_every_format_are_refused_at_once_and_the_service_stays_up(
    registry: Any, tmp_path: Path
) -> None:
    for name, expected in REFUSED.items():
        answer = await registry.upload(bad_file(name, tmp_path))
        assert (answer.status_code, answer.json()["code"]) == expected, name
        assert answer.json()["title"]
    assert await registry.query("SELECT FROM intake_import") == []
    assert (await registry.get("/imports?commune_code=25000")).status_code == 200


async def test_lists_in_every_format_go_in_and_the_second_finds_nothing_new(
    registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    lines = [HEADINGS, *(person(number) for number in range(1, 7))]
    told: list[Any] = []
    for number, (name, path) in enumerate(in_every_format(tmp_path, lines).items()):
        answer = await registry.upload(path.read_bytes())
        assert answer.status_code == 202, (name, answer.text)
        await drain()
        state = (await registry.get(f"/imports/{answer.json()['import_id']}")).json()
        assert state["state"] == "succeeded", (name, state)
        counts = state["counts"]
        assert (counts["created"], counts["unchanged"]) == ((6, 0) if number == 0 else (0, 6)), name
        told = told or await registry.events()
        assert await registry.events() == told, name
