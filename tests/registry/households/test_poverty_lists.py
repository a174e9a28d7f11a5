"""The yearly list of poor and near-poor households, and its difference to last year."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter

A, B, C, D = "003151000017", "003048000012", "003175000013", "003146000014"
HEADINGS = (
    "STT",
    "Mã hộ",
    "Họ và tên",
    "Số định danh",
    "Năm sinh",
    "Quan hệ với chủ hộ",
    "Phân loại hộ",
)
Send = Callable[..., Awaitable[httpx.Response]]


def row(code: str, name: str, number: Any, relation: str, kind: str, year: int = 1951) -> list[Any]:
    return [1, code, name, number, year, relation, kind]


@pytest.fixture
def send(registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path) -> Send:
    """Send a list as a workbook, with titles above and signatures below; wait (await it)."""

    async def run(rows: Sequence[Sequence[Any]], **form: Any) -> httpx.Response:
        path = tmp_path / "list.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Thôn 3")
            sheet.write(0, 0, "DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO")
            sheet.write_row(2, 0, HEADINGS)
            for number, cells in enumerate(rows):
                sheet.write_row(3 + number, 0, cells)
            sheet.write(5 + len(rows), 2, "NGƯỜI LẬP BIỂU")
        content = form.pop("content", None) or path.read_bytes()
        data = {
            "commune_code": "25000",
            "year": "2026",
            "decision_number": "01a/QĐ-UBND",
            "decision_date": "2026-01-05",
        } | form
        sent: httpx.Response = await registry.post(
            "/poverty-lists", files={"file": ("list.xlsx", content)}, data=data
        )
        await drain()
        return sent

    return run


async def standing(registry: Any, sent: httpx.Response) -> dict[str, Any]:
    assert sent.status_code == 202, sent.text
    found = (await registry.get(f"/poverty-lists/{sent.json()['list_id']}")).json()
    assert found["state"] == "succeeded", found
    return dict(found)


async def changes(registry: Any, sent: httpx.Response) -> dict[str, dict[str, Any]]:
    found = await registry.get(f"/poverty-lists/{sent.json()['list_id']}/changes")
    return {one["head_person_id"]: one for one in found.json()["items"]}


@pytest.mark.law("F062", "Y020", "Y022")
async def test_a_list_makes_households_their_members_and_their_class_of_the_year(
    registry: Any, people: Any, send: Send
) -> None:
    ids = await people(A, B, C)
    sent = await send(
        [
            row("HN-1", "Nguyễn Thị Mẫu A", A, "Chủ hộ", "Hộ nghèo"),
            row("HN-1", "Nguyễn Thị Mẫu B", B, "Chồng", "Hộ nghèo", 1948),
            row("HN-2", "Nguyễn Thị Mẫu C", int(C), "Chủ hộ", "Hộ cận nghèo", 1975),
            row("HN-3", "Lê Thị Lạ", "003151000099", "Chủ hộ", "Hộ nghèo"),
            row("HN-4", "Lê Thị Sai", "123", "Chủ hộ", "Hộ nghèo"),
        ]
    )
    found = await standing(registry, sent)
    assert found["outcomes"] == {"placed": 4, "refused": 1}
    assert found["households"] == {"fell": 3, "new": 3}
    assert "3 hộ phát sinh nghèo" in found["summary"]
    stranger = (await registry.get("/persons/003151000099")).json()
    assert (stranger["full_name"], stranger["poverty_class"]) == ("Lê Thị Lạ", "poor")
    mau = (await registry.get(f"/persons/{A}")).json()
    assert mau["poverty_class"] == "poor"
    home = (await registry.get(f"/households/{mau['household_id']}")).json()
    assert {m["person_id"]: m["relation"] for m in home["members"]} == {
        ids[A]: "head",
        ids[B]: "spouse",
    }
    assert home["codes"] == ["HN-1"]
    assert (await registry.get(f"/persons/{C}")).json()["poverty_class"] == "near_poor"
    told = [e for e in await registry.events(ids[B]) if "reclassified" in e["type"]]
    assert [(e["data"]["valid_from"], e["data"]["valid_to"]) for e in told] == [
        ("2026-01-01", "2027-01-01")
    ]
    rows = (await registry.get(f"/poverty-lists/{found['list_id']}/rows")).json()["items"]
    assert [[note["code"] for note in one["findings"]] for one in rows] == [
        [],
        [],
        ["id_zero_lost"],
        [],
        ["id_invalid_length"],
    ]
    again = await send([], content=b"Ma ho,Ho ten\n1,2\n")
    assert again.json()["code"] == "poverty_list_header_missing"


@pytest.mark.law("F095", "F096", "F112", "F116", "D087")
async def test_the_difference_to_last_year_says_who_left_and_who_fell_into_poverty(
    registry: Any, people: Any, send: Send
) -> None:
    ids = await people(A, B, C, D)
    await send(
        [
            row("1", "Nguyễn Thị Mẫu A", A, "Chủ hộ", "Hộ nghèo"),
            row("2", "Nguyễn Thị Mẫu B", B, "Chủ hộ", "Hộ nghèo", 1948),
            row("3", "Nguyễn Thị Mẫu C", C, "Chủ hộ", "Hộ cận nghèo", 1975),
        ],
        year="2025",
        decision_date="2025-01-06",
    )
    this_year = [
        row("1", "Nguyễn Thị Mẫu A", A, "Chủ hộ", "Hộ nghèo"),
        row("2", "Nguyễn Thị Mẫu B", B, "Chủ hộ", "Hộ cận nghèo", 1948),
        row("4", "Nguyễn Thị Mẫu D", D, "Chủ hộ", "Hộ nghèo", 1946),
    ]
    sent = await send(this_year)
    found = await standing(registry, sent)
    assert found["households"] == {"stayed": 1, "shifted": 1, "fell": 1, "left": 1, "new": 1}
    by_head = await changes(registry, sent)
    assert {key: (c["before"], c["after"], c["change"]) for key, c in by_head.items()} == {
        ids[A]: ("poor", "poor", "stayed"),
        ids[B]: ("poor", "near_poor", "shifted"),
        ids[C]: ("near_poor", "none", "left"),
        ids[D]: ("none", "poor", "fell"),
    }
    assert (await registry.get(f"/persons/{C}")).json()["poverty_class"] == "none"
    told = [e["data"] for e in await registry.events(ids[C]) if "reclassified" in e["type"]]
    assert [(d["year"], d["poverty_class"]) for d in told] == [(2025, "near_poor"), (2026, "none")]
    events = len(await registry.events())
    same = await send(this_year)
    assert same.status_code == 202
    assert len(await registry.events()) == events


async def test_an_incomplete_list_ends_no_class(registry: Any, people: Any, send: Send) -> None:
    await people(A, B)
    await send(
        [row("1", "Nguyễn Thị Mẫu A", A, "Chủ hộ", "Hộ nghèo")],
        year="2025",
        decision_date="2025-01-06",
    )
    sent = await send(
        [row("2", "Nguyễn Thị Mẫu B", B, "Chủ hộ", "Hộ nghèo", 1948)], complete="false"
    )
    assert (await standing(registry, sent))["households"] == {"fell": 1, "new": 1}
    assert (await registry.get(f"/persons/{A}")).json()["poverty_class"] == "poor"


async def test_the_number_of_another_person_is_refused(
    registry: Any, people: Any, send: Send
) -> None:
    await people(A)
    sent = await send([row("1", "Trần Văn Khác", A, "Chủ hộ", "Hộ nghèo", 1980)])
    found = await standing(registry, sent)
    assert found["outcomes"] == {"refused": 1}
    refused = (await registry.get(f"/poverty-lists/{found['list_id']}/rows?outcome=refused")).json()
    assert [n["code"] for n in refused["items"][0]["findings"]] == ["name_differs", "id_of_another"]
    assert (await registry.get(f"/persons/{A}")).json()["poverty_class"] == "none"


@pytest.mark.parametrize(
    ("content", "form", "status", "code"),
    [
        (b"\xff\xfe\x00", {}, 415, "poverty_list_unreadable"),
        (b"PK\x03\x04 not a workbook", {}, 415, "poverty_list_unreadable"),
        (b"a,b\n1,2\n", {}, 422, "poverty_list_header_missing"),
        (b"x", {"commune_code": "24637"}, 404, "commune_not_found"),
        (b"x", {"commune_code": "00004"}, 422, "commune_outside_province"),
        (b"x", {"decision_date": "2030-01-01"}, 422, "decision_outside_year"),
        (b"x", {"year": "1"}, 422, "validation_failed"),
    ],
)
async def test_a_bad_file_is_refused_and_nothing_kept(
    registry: Any, send: Send, content: bytes, form: dict[str, str], status: int, code: str
) -> None:
    answer = await send([], content=content, **form)
    assert answer.status_code == status, answer.text
    if code != "validation_failed":
        assert answer.json()["code"] == code
    assert await registry.query("SELECT 1 FROM poverty_list") == []


async def test_a_formula_in_a_row_is_refused(registry: Any, send: Send, tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, row("1", "Nguyễn Thị Mẫu", A, "Chủ hộ", ""))
        sheet.write_formula("G2", '=IF(A2=1,"Hộ nghèo","")', value="Hộ nghèo")
    answer = await send([], content=path.read_bytes())
    assert (answer.status_code, answer.json()["code"]) == (422, "poverty_list_has_formulas")
