from __future__ import annotations

import hashlib
import io
from collections.abc import Awaitable, Callable
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

BASE = "/reporting/v1"
DECEMBER = {"commune_code": "25000", "month": "2026-12"}
REPORT = {"kind": "monthly_payment", **DECEMBER}
HTML = {"Accept": "text/html,application/xhtml+xml"}
READ = ["reporting:read", "reports:write"]


def officer(make_token: Callable[..., str], *communes: str, **claims: Any) -> dict[str, str]:
    token = make_token(["reporting:read"], communes=communes, subject="can_bo", **claims)
    return {"Authorization": f"Bearer {token}"}


def docx_text(content: bytes) -> str:
    paper = docx.Document(io.BytesIO(content))
    return "\n".join(paragraph.text for paragraph in paper.paragraphs)


def with_key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_a_report_is_filed_once_with_its_hash_and_told(
    reporting: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    first = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("one"))
    assert first.status_code == 201
    report = first.json()
    assert first.headers["location"] == f"{BASE}/reports/{report['report_id']}"
    replay = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("one"))
    assert (replay.status_code, replay.json()) == (201, report)
    assert replay.headers["idempotency-replayed"] == "true"
    again = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("two"))
    assert (again.status_code, again.json()) == (200, report)
    file = await reporting.get(report["file_url"])
    assert hashlib.sha256(file.content).hexdigest() == report["content_hash"]
    assert (await reporting.get(first.headers["location"])).json() == report
    await drain()
    async with reporting.context.db.engine.connect() as connection:
        told = (await connection.execute(text("SELECT subject, payload FROM outbox"))).all()
    assert [row.subject for row in told] == ["ansinh.reporting.report.filed.v1"]
    assert report["content_hash"] in told[0].payload


async def test_new_figures_make_a_new_report_and_leave_the_old_one_as_it_was(
    reporting: Any,
    story: Any,
    tell: Callable[..., Awaitable[None]],
    drain: Callable[..., Awaitable[None]],
) -> None:
    first = (await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("a"))).json()
    await tell([story.result("25000", "vnpost", "nam", "paid")])
    await drain()
    without = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("b"))
    assert (without.status_code, without.json()["code"]) == (409, "correction_reason_required")
    assert first["report_id"] in without.json()["detail"]
    correction = {**REPORT, "reason": "Bưu điện gửi bổ sung kết quả ngày 18/12"}
    answer = await reporting.post(f"{BASE}/reports", json=correction, headers=with_key("c"))
    assert answer.status_code == 201
    second = answer.json()
    assert (second["corrects"], second["reason"]) == (first["report_id"], correction["reason"])
    again = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("d"))
    assert (again.status_code, again.json()) == (200, second)
    listed = (await reporting.get(f"{BASE}/reports")).json()["items"]
    assert [row["report_id"] for row in listed] == [second["report_id"], first["report_id"]]
    standing = (await reporting.get(f"{BASE}/reports", params={"latest": True})).json()["items"]
    assert [row["report_id"] for row in standing] == [second["report_id"]]
    paper = await reporting.get(second["file_url"], params={"format": "docx"})
    assert correction["reason"] in docx_text(paper.content)
    old = await reporting.get(first["file_url"])
    assert hashlib.sha256(old.content).hexdigest() == first["content_hash"]


async def test_the_files_of_a_report_are_word_excel_and_pdf(reporting: Any) -> None:
    filed = (await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("k"))).json()
    assert [one["format"] for one in filed["files"]] == ["docx", "xlsx", "pdf"]
    for one in filed["files"]:
        file = await reporting.get(one["url"])
        assert file.status_code == 200
        assert f".{one['format']}" in file.headers["content-disposition"]
    unknown = await reporting.get(filed["file_url"], params={"format": "odt"})
    assert unknown.status_code == 422


async def test_a_report_says_which_paper_asked_for_it(reporting: Any) -> None:
    asked = {**REPORT, "request": "Văn bản số 12/SYT-BTXH ngày 01/12/2026 của Sở Y tế"}
    filed = (await reporting.post(f"{BASE}/reports", json=asked, headers=with_key("k"))).json()
    paper = await reporting.get(filed["file_url"], params={"format": "docx"})
    assert asked["request"] in docx_text(paper.content)


async def test_a_report_of_several_months_counts_each_person_once(reporting: Any) -> None:
    period = {"from_month": "2026-11", "to_month": "2026-12"}
    body = (
        await reporting.get(f"{BASE}/indicators", params={"commune_code": "25000", **period})
    ).json()
    assert (body["month"], body["from_month"], body["to_month"]) == (None, "2026-11", "2026-12")
    assert (body["total"]["people"], body["total"]["total"]) == (3, 2_960_000)
    wanted = {"kind": "cashless_payment", "commune_code": "25000", **period}
    filed = await reporting.post(f"{BASE}/reports", json=wanted, headers=with_key("k"))
    assert (filed.status_code, filed.json()["from_month"]) == (201, "2026-11")
    assert filed.json()["file_name"] == "cashless_payment_25000_2026-11_2026-12.xlsx"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"from_month": "2026-12"},
        {"to_month": "2026-12"},
        {"from_month": "2026-12", "to_month": "2026-11"},
        {"month": "2026-12", "from_month": "2026-11", "to_month": "2026-12"},
    ],
    ids=["none", "no end", "no start", "reversed", "both forms"],
)
async def test_a_period_that_is_not_one_is_refused(reporting: Any, params: dict[str, str]) -> None:
    shown = await reporting.get(f"{BASE}/indicators", params=params)
    filed = await reporting.post(
        f"{BASE}/reports", json={"kind": "monthly_payment", **params}, headers=with_key("k")
    )
    assert (shown.status_code, filed.status_code) == (422, 422)
    assert (shown.json()["code"], filed.json()["code"]) == ("period_reversed", "period_reversed")


@pytest.mark.parametrize("month", ["2027-02", "2029-01", "2099-12"])
async def test_a_month_that_is_not_open_has_no_figures_page_or_report(
    reporting: Any, month: str
) -> None:
    answers = [
        await reporting.get(f"{BASE}/indicators", params={"month": month}),
        await reporting.get(f"{BASE}/dashboard", params={"month": month}),
        await reporting.get(f"{BASE}/reports/contradictions", params={"month": month}),
        await reporting.post(
            f"{BASE}/reports", json={**REPORT, "month": month}, headers=with_key("k")
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert {answer.json()["code"] for answer in answers} == {"period_not_open"}


async def test_a_rate_before_all_results_says_so_on_page_in_api_and_in_the_report(
    reporting: Any,
    story: Any,
    tell: Callable[..., Awaitable[None]],
    drain: Callable[..., Awaitable[None]],
) -> None:
    await tell(story.tell_list("24973", ["mai"]))
    await drain()
    params = {"commune_code": "24973", "month": "2026-12"}
    body = (await reporting.get(f"{BASE}/indicators", params=params)).json()
    assert body["lists"]["complete"] is False
    rate = body["cashless_rate"]
    assert (rate["provisional"], rate["lines_with_result"], rate["lines"]) == (True, 0, 1)
    page = (await reporting.get(f"{BASE}/dashboard", params=params)).text
    assert "Số liệu tạm tính: mới có kết quả của 0 trên 1 dòng." in page
    report = {"kind": "cashless_payment", **params}
    filed = (await reporting.post(f"{BASE}/reports", json=report, headers=with_key("k"))).json()
    paper = await reporting.get(filed["file_url"], params={"format": "docx"})
    assert "Số liệu tạm tính" in docx_text(paper.content)


async def test_the_province_report_adds_up_what_communes_filed_and_only_the_province_files_it(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    wanted = {"kind": "monthly_payment", "month": "2026-12", "consolidated": True}
    commune = {"Authorization": f"Bearer {make_token(READ, communes=['25000'], subject='can_bo')}"}
    refused = await reporting.post(f"{BASE}/reports", json=wanted, headers=commune | with_key("r"))
    assert (refused.status_code, refused.json()["code"]) == (403, "province_not_yours")
    nothing = await reporting.post(f"{BASE}/reports", json=wanted, headers=with_key("n"))
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_filed")
    for number, code in enumerate(("25000", "24997")):
        one = {**REPORT, "commune_code": code}
        assert (
            await reporting.post(f"{BASE}/reports", json=one, headers=with_key(f"c{number}"))
        ).status_code == 201
    filed = await reporting.post(f"{BASE}/reports", json=wanted, headers=with_key("p"))
    assert (filed.status_code, filed.json()["consolidated"]) == (201, True)
    assert filed.json()["commune_code"] is None
    file = await reporting.get(filed.json()["file_url"])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_name("Tổng hợp")
    whole = (await reporting.get(f"{BASE}/indicators", params={"month": "2026-12"})).json()
    row = next(row for row in rows.to_python() if row[0] == "Theo danh sách chi trả")
    assert row[1:3] == [whole["total"]["people"], whole["total"]["total"]]
    hidden = await reporting.get(
        f"{BASE}/reports/{filed.json()['report_id']}", headers=officer(make_token, "25000")
    )
    assert hidden.status_code == 404


async def test_figures_that_contradict_each_other_are_filed_only_with_a_reason(
    reporting: Any,
    story: Any,
    tell: Callable[..., Awaitable[None]],
    drain: Callable[..., Awaitable[None]],
) -> None:
    await tell(story.tell_list("24973", ["mai"], announced=2))
    await drain()
    params = {"commune_code": "24973", "month": "2026-12"}
    found = (await reporting.get(f"{BASE}/reports/contradictions", params=params)).json()
    assert [one["code"] for one in found] == ["lines_not_as_sealed", "total_not_as_sealed"]
    report = {"kind": "monthly_payment", **params}
    refused = await reporting.post(f"{BASE}/reports", json=report, headers=with_key("a"))
    assert (refused.status_code, refused.json()["code"]) == (409, "report_contradicts_itself")
    reason = {"reason": "Danh sách chưa nhận đủ dòng, Sở yêu cầu báo cáo ngay"}
    filed = await reporting.post(f"{BASE}/reports", json=report | reason, headers=with_key("b"))
    assert (filed.status_code, filed.json()["reason"]) == (201, reason["reason"])


async def test_a_report_of_an_unknown_kind_or_without_a_key_is_refused(reporting: Any) -> None:
    unknown = await reporting.post(
        f"{BASE}/reports", json={**REPORT, "kind": "no_such_form"}, headers=with_key("k")
    )
    assert (unknown.status_code, unknown.json()["code"]) == (422, "report_kind_unknown")
    keyless = await reporting.post(f"{BASE}/reports", json=REPORT)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_required")
