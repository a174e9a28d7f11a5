"""Columns that the headings do not say: proposed, confirmed by a person, remembered, previewed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

ODD_HEADINGS = [
    *("Thứ tự", "Tên người được hưởng", "Sinh", "Mã số", "Xóm", "Thuộc diện trợ giúp"),
    *("Tiền tháng", "Văn bản", "Ký"),
]
CHOICE = {
    "full_name": 2,
    "birth": 3,
    "identity": 4,
    "village": 5,
    "category": 6,
    "amount": 7,
    "decision_number": 8,
    "decision_date": 9,
}


def people(count: int, *, first: int = 1) -> list[list[Any]]:
    return [
        [
            n,
            f"Trần Thị {('Lan', 'Hồng', 'Mận')[n % 3]}",
            date(1930 + n % 20, 1 + n % 12, 1 + n % 28),
            f"0031{30 + n % 20}{n:06d}",
            "Thôn 3",
            "Hưu trí xã hội",
            500000,
            "12/QĐ-UBND",
            date(2025, 7, 10),
        ]
        for n in range(first, first + count)
    ]


def written(
    path: Path, *lines: list[Any], sheets: dict[str, list[list[Any]]] | None = None
) -> bytes:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, table in (sheets or {"Danh sách": list(lines)}).items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(table):
                for column, value in enumerate(line):
                    write = sheet.write_string if isinstance(value, str) else sheet.write
                    write(number, column, value)
    return path.read_bytes()


async def put(registry: Any, path: str, body: Any, key: str = "map-1") -> Any:
    return await registry.client.put(
        f"/registry/v1{path}", json=body, headers={"Idempotency-Key": key}
    )


async def test_an_unknown_header_waits_for_a_person_and_is_known_the_next_time(
    registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    answer = await registry.upload(
        written(tmp_path / "a.xlsx", ODD_HEADINGS, *people(3)), confirm=False
    )
    assert answer.status_code == 202, answer.text
    waiting = answer.json()
    import_id = waiting["import_id"]
    assert (waiting["state"], waiting["operation_id"]) == ("needs_mapping", None)
    assert answer.headers["Location"] == f"/registry/v1/imports/{import_id}/mapping"
    for path in (f"/imports/{import_id}/rows", f"/imports/{import_id}/errors.xlsx"):
        refused = await registry.get(path)
        assert (refused.status_code, refused.json()["code"]) == (409, "mapping_needed")
    await drain()
    assert await registry.query("SELECT FROM person") == []

    shown = (await registry.get(f"/imports/{import_id}/mapping")).json()
    assert (shown["state"], shown["header_row"]) == ("proposed", 1)
    by_column = {one["column"]: one for one in shown["columns"]}
    assert by_column[4]["guess"] == {"field": "identity", "confidence": 0.5, "reason": "content"}
    assert by_column[4]["samples"][0] == "*********001"
    assert "Hồng" not in str(shown)

    lacking = await put(registry, f"/imports/{import_id}/mapping", {"columns": {"full_name": 2}})
    assert (lacking.status_code, lacking.json()["code"]) == (422, "mapping_invalid")
    assert "amount" in lacking.json()["missing"]
    body = {"columns": CHOICE}
    confirmed = await put(registry, f"/imports/{import_id}/mapping", body, key="map-2")
    assert confirmed.status_code == 202, confirmed.text
    assert confirmed.json()["state"] == "queued"
    await drain()
    state = (await registry.get(f"/imports/{import_id}")).json()
    assert state["counts"]["created"] == 3, state
    again = await put(registry, f"/imports/{import_id}/mapping", body, key="map-3")
    assert (again.status_code, again.json()["code"]) == (409, "mapping_settled")

    content = written(tmp_path / "b.xlsx", ["Tháng 11"], ODD_HEADINGS, *people(2, first=10))
    following = await registry.upload(content, confirm=False)
    assert following.json()["operation_id"] is not None
    await drain()
    state = (await registry.get(f"/imports/{following.json()['import_id']}")).json()
    assert (state["counts"]["created"], state["header_row"]) == (2, 2)


async def test_what_a_commune_confirmed_is_not_known_to_another(
    start_registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    registry = await start_registry(communes=("25000", "24637"))
    sent = await registry.upload(
        written(tmp_path / "a.xlsx", ODD_HEADINGS, *people(2)), confirm=False
    )
    import_id = sent.json()["import_id"]
    await put(registry, f"/imports/{import_id}/mapping", {"columns": CHOICE})
    await drain()
    content = written(tmp_path / "b.xlsx", ODD_HEADINGS, *people(2, first=5))
    elsewhere = await registry.upload(content, commune_code="24637", confirm=False)
    assert elsewhere.json()["state"] == "needs_mapping"


async def test_a_preview_shows_what_would_become_of_the_rows_and_writes_nothing(
    registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    await registry.upload(written(tmp_path / "a.xlsx", ODD_HEADINGS, *people(1)), confirm=False)
    (made,) = (await registry.get("/imports?commune_code=25000")).json()["items"]
    await put(registry, f"/imports/{made['import_id']}/mapping", {"columns": CHOICE})
    await drain()
    known, fresh, moved = people(1)[0], people(1, first=2)[0], people(1)[0]
    bad = people(1, first=3)[0]
    bad[3] = "0033"
    moved[4], moved[5] = "Thôn 9", "Người khuyết tật nặng"
    headings = [*ODD_HEADINGS, "Hệ số"]
    rows = [[*known, 1], [*fresh, 1], [*bad, 1], [*moved, 1.5]]
    sent = await registry.upload(written(tmp_path / "b.xlsx", headings, *rows), confirm=False)
    assert sent.json()["state"] == "needs_mapping"
    import_id = sent.json()["import_id"]
    people_before = await registry.query("SELECT * FROM person ORDER BY 1")
    told_before = await registry.events()
    answer = await registry.get(f"/imports/{import_id}/preview?limit=10")
    assert answer.status_code == 200, answer.text
    shown = answer.json()["rows"]
    assert await registry.query("SELECT * FROM person ORDER BY 1") == people_before
    assert await registry.events() == told_before
    assert len(shown) == 4
    assert shown[2]["outcome"] == "refused"
    assert "id_invalid_length" in {finding["code"] for finding in shown[2]["findings"]}
    assert shown[1]["identity_masked"] == "*********002"


async def test_the_list_of_imports_is_that_of_the_commune_newest_first(
    registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    sent = []
    for name, first in (("a", 1), ("b", 5), ("c", 9)):
        content = written(tmp_path / f"{name}.xlsx", ODD_HEADINGS, *people(1, first=first))
        sent.append((await registry.upload(content, confirm=False)).json()["import_id"])
    page = (await registry.get("/imports?commune_code=25000&limit=2")).json()
    rest = await registry.get(f"/imports?commune_code=25000&cursor={page['next_cursor']}")
    found = [one["import_id"] for one in [*page["items"], *rest.json()["items"]]]
    assert found == sent[::-1]
    assert (await registry.get("/imports?commune_code=24637")).json()["items"] == []


async def test_rows_to_correct_are_coloured_explained_and_go_in_once_corrected(
    take_in: Callable[..., Awaitable[dict[str, Any]]],
    registry: Any,
    drain: Callable[..., Awaitable[None]],
    tmp_path: Path,
) -> None:
    common = {"sex": "Nữ", "village": "Thôn 3", "category": "HTXH", "amount": 500000}
    common |= {"decision": "1/QĐ-UBND", "decided": date(2025, 7, 10), "method": "Tiền mặt"}
    rows = [
        {"stt": 1, "name": "Trần Thị Lan", "birth": date(1931, 5, 5), "number": "003131000001"},
        {
            "stt": 2,
            "name": "=HYPERLINK(1)",
            "birth": "không rõ",
            "number": "003132000002",
            "decision": "=1+1",
        },
        {"stt": 3, "name": "Trần Thị Hoa", "birth": date(1933, 5, 5), "number": 3133000003},
    ]
    state = await take_in([common | row for row in rows])
    assert state["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    answer = await registry.get(f"/imports/{state['import_id']}/errors.xlsx")
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    *titles, header, refused, warned = sheet.to_python()
    assert (len(titles), refused[-1], warned[-1]) == (3, "Chưa nhận", "Đã nhận")
    assert (refused[1], refused[2], refused[9]) == ("'=HYPERLINK(1)", "không rõ", "'=1+1")
    assert (warned[1], warned[2], warned[4]) == ("Trần Thị Hoa", date(1933, 5, 5), 3133000003)
    assert "Không đọc được ngày sinh" in str(refused[-2])
    names = unpacked(answer.content)
    assert "Không đọc được ngày sinh" in names["xl/comments1.xml"]
    assert "<f>" not in names["xl/worksheets/sheet1.xml"]
    told = await registry.query("SELECT action FROM audit_entry WHERE action LIKE 'import.err%'")
    assert [row["action"] for row in told] == ["import.errors_downloaded"]

    refused[1], refused[2], refused[9] = "Trần Thị Mai", date(1932, 6, 6), "2/QĐ-UBND"
    warned[4] = "003133000003"
    corrected = written(tmp_path / "corrected.xlsx", header, refused, warned)
    # What looked like a formula was a text, and stays one.
    sent = await registry.upload(corrected)
    assert sent.status_code == 202, sent.text
    await drain()
    state = (await registry.get(f"/imports/{sent.json()['import_id']}")).json()
    assert state["counts"] == {"created": 1, "updated": 0, "unchanged": 1, "refused": 0}


def unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


async def test_a_cancelled_import_is_resumed_by_its_address(
    start_registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path, workbook: Any
) -> None:
    registry = await start_registry()
    rows = [
        {"stt": n, "name": "Trần Thị Lan", "birth": date(1930 + n, 5, 5), "sex": "Nữ",
         "number": f"0031{30 + n}{n:06d}", "category": "HTXH", "amount": 500000,
         "decision": "1", "decided": date(2025, 7, 10)}
        for n in range(5)
    ]  # fmt: skip
    sent = (await registry.upload(workbook(rows).write(tmp_path / "a.xlsx"))).json()
    await drain()
    running = await registry.post(f"/imports/{sent['import_id']}/resume")
    assert (running.status_code, running.json()["code"]) == (409, "import_not_stopped")
    await registry.query("UPDATE operation SET state = 'cancelled'")
    resumed = await registry.post(f"/imports/{sent['import_id']}/resume")
    assert resumed.status_code == 202, resumed.text
    assert resumed.json()["operation_id"] != sent["operation_id"]
    await drain()
    state = (await registry.get(f"/imports/{sent['import_id']}")).json()
    assert (state["state"], state["counts"]["created"]) == ("succeeded", 5)
