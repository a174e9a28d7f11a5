"""Statutory forms from data: counted rows, entered activities, consolidated by adding."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook

from common.database.ids import new_id

BASE = "/reporting/v1"
WRITE = ["reporting:read", "reports:write", "activities:write"]
DECEMBER = {"month": "2026-12"}


async def enter(client: Any, **entry: Any) -> dict[str, Any]:
    body = {"commune_code": "25000", "happened_on": "2026-12-03", "subject": "Việc mẫu", **entry}
    key = {"Idempotency-Key": str(new_id())}
    answer = await client.post(f"{BASE}/activities", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def file(client: Any, kind: str, **wanted: Any) -> dict[str, Any]:
    body = {"kind": kind, **DECEMBER, **wanted}
    key = {"Idempotency-Key": str(new_id())}
    answer = await client.post(f"{BASE}/reports", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    filed: dict[str, Any] = answer.json()
    return filed


async def cells(client: Any, report: dict[str, Any], sheet: int = 0) -> dict[str, list[Any]]:
    """Give the rows of a workbook by the words of their second column."""
    content = (await client.get(report["file_url"])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()
    return {str(row[1]): row for row in rows if len(row) > 3 and row[1]}


async def words(client: Any, report: dict[str, Any]) -> str:
    content = (await client.get(report["file_url"], params={"format": "docx"})).content
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


@pytest.mark.law("F033", "F040", "F064", "F065", "F093", "F094", "335/2026 Art 30.5")
async def test_forms_count_people_and_entries_and_say_what_nobody_entered(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    reporting.headers["Authorization"] = f"Bearer {make_token(WRITE)}"
    commune = {"commune_code": "25000"}
    rows = await cells(reporting, await file(reporting, "mau_05", **commune))
    assert rows["Tổng số"][2:6] == [1, 0, 1, 0.7]
    assert rows["Trợ cấp hưu trí xã hội"][2:6] == [1, 0, 1, 0.7]
    assert rows["Trợ cấp xã hội hằng tháng (Điều 5)"][2:6] == [0, 0, 0, 0]
    await enter(reporting, kind="relief_rice_kg", quantity=49_995)
    await enter(reporting, kind="damage_dead", quantity=1)
    rows = await cells(reporting, await file(reporting, "mau_06", **commune))
    assert rows["Gạo"][2:4] == ["tấn", 50]
    assert [rows[name][3] for name in ("Số người chết", "Số người mất tích", "Kinh phí")] == [
        1,
        0,
        "",
    ]
    first = await enter(reporting, kind="meeting", quantity=9)
    await enter(reporting, kind="meeting", quantity=1, replaces=first["activity_id"])
    await enter(reporting, kind="difficulty", subject="Máy quét ở thôn 3 hỏng")
    report = await file(reporting, "half_year", **commune)
    text = await words(reporting, report)
    assert "Danh sách chi trả trong kỳ có 3 người với số tiền 2.960.000 đồng" in text
    assert "Số cuộc họp: 1;" in text
    assert "03/12/2026: Máy quét ở thôn 3 hỏng." in text
    assert "Chưa có nội dung nào được ghi trong kỳ." in text
    await file(reporting, "mau_06", commune_code="24997")
    province = await file(reporting, "mau_06", consolidated=True)
    rows = await cells(reporting, province)
    assert (rows["Số người chết"][3], rows["Gạo"][3]) == (1, 50)


async def test_entries_are_checked_scoped_and_corrected_once(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    own = make_token(WRITE, communes=["25000"], subject="can_bo")
    reporting.headers["Authorization"] = f"Bearer {own}"
    entry = {"commune_code": "25000", "happened_on": "2026-12-03", "subject": "Dân số xã"}
    refused = {
        "activity_kind_unknown": {**entry, "kind": "picnic"},
        "activity_source_required": {**entry, "kind": "base_population", "quantity": 24_909},
        "commune_not_found": {**entry, "kind": "meeting", "commune_code": "24997"},
        "entry_of_province_not_yours": {**entry, "kind": "meeting", "commune_code": None},
    }
    for number, (code, body) in enumerate(refused.items()):
        answer = await reporting.post(
            f"{BASE}/activities", json=body, headers={"Idempotency-Key": f"refused-{number}"}
        )
        assert answer.json()["code"] == code
    first = await enter(reporting, kind="base_population", quantity=24_909, source="Niên giám 2025")
    await enter(reporting, kind="base_population", withdrawn=True, replaces=first["activity_id"])
    again = {
        **entry,
        "kind": "base_population",
        "withdrawn": True,
        "replaces": first["activity_id"],
    }
    answer = await reporting.post(
        f"{BASE}/activities", json=again, headers={"Idempotency-Key": "again"}
    )
    assert answer.json()["code"] == "activity_replaced"
    params = {"kind": "base_population", "from_day": "2026-01-01", "to_day": "2026-12-31"}
    assert (await reporting.get(f"{BASE}/activities", params=params)).json()["items"] == []


@pytest.mark.law("D114", "D039", "335/2026 Art 28.4", "335/2026 Art 30.5")
async def test_who_has_filed_and_who_is_late_is_told_with_the_article(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    reporting.headers["Authorization"] = f"Bearer {make_token(WRITE)}"
    half = {"from_month": "2026-06", "to_month": "2026-11", "commune_code": "25000"}
    body = {"kind": "mau_05", **half}
    answer = await reporting.post(
        f"{BASE}/reports", json=body, headers={"Idempotency-Key": str(new_id())}
    )
    assert answer.status_code == 201
    duties = (
        await reporting.get(f"{BASE}/reports/duties", params={"commune_code": "25000"})
    ).json()
    assert all(one["commune_code"] == "25000" and one["basis"] for one in duties)
    of_december = {
        (one["kind"], one["from_month"], one["to_month"]): one["state"]
        for one in duties
        if one["due_on"] in {"2026-12-15", "2026-12-20"}
    }
    assert of_december == {
        ("mau_05", "2026-06", "2026-11"): "filed_late",
        ("mau_06", "2026-06", "2026-11"): "late",
        ("mau_07", "2026-06", "2026-11"): "late",
        ("partner_payment", "2026-12", "2026-12"): "open",
    }
    late = await reporting.get(
        f"{BASE}/reports/duties", params={"commune_code": "25000", "state": "late"}
    )
    assert {one["state"] for one in late.json()} == {"late"}
