"""Dossiers keep the clocks of Decree 118/2025: asked once, restarted, closed, extended once."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
import pytest_asyncio

from eligibility.dossiers.jobs import keep_clocks

CODE = "H36.25000-261119-0007"


@pytest_asyncio.fixture
async def filed(office: Any, registry: Any) -> Any:
    """File a pension dossier on Thursday 19/11/2026; it is due on 1/12."""
    person = await registry.register(date(1950, 3, 10))
    await office.drain()
    body = {
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": CODE,
                "MaTTHC": "1.014027",
                "ChuHoSo": person.full_name,
                "MaDoiTuong": person.personal_id,
                "NgayTiepNhan": "20261119083000",
                "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01"}],
                "ThongTinKhac": {"MucLuongHuu": 0, "LoaiHo": "none"},
            }
        ],
    }
    answer = await office.post("/portal/dossiers", body, who="portal", scopes=["portal:dossiers"])
    assert answer.status_code == 201, answer.text
    return office


async def post(office: Any, step: str, **body: Any) -> httpx.Response:
    answer: httpx.Response = await office.post(f"/dossiers/{CODE}/{step}", body)
    return answer


async def accept(office: Any) -> Any:
    answer = await post(office, "accept", papers=["MAU_01"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(office: Any) -> httpx.Response:
    return await post(office, "ask-papers", papers=["MAU_01"], reason="Thiếu tờ khai")


def refused(answer: httpx.Response, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text


@pytest.mark.law("118/2025 Art 16.3", "118/2025 Art 19.5")
async def test_what_is_missing_is_asked_once_and_the_time_limit_runs_from_the_complete_dossier(
    filed: Any,
) -> None:
    asked = await ask(filed)
    assert (asked.status_code, asked.json()["status"]) == (200, 5)
    refused(await ask(filed), "dossier_step_refused")
    filed.clock.set("2026-11-30T10:00")
    whole = await accept(filed)
    assert (whole["counted_from"], whole["due_on"]) == ("2026-11-30", "2026-12-09")
    shown = await filed.get(f"/dossiers/{CODE}")
    assert [letter["kind"] for letter in shown["letters"]] == ["supplement_request"]
    assert shown["notice_on"] is None


@pytest.mark.law("118/2025 Art 19.5")
async def test_after_acceptance_a_dossier_is_sent_back_within_three_working_days(
    filed: Any,
) -> None:
    await accept(filed)
    shown = await filed.get(f"/dossiers/{CODE}")
    assert (shown["return_by"], shown["apologise_by"]) == ("2026-11-25", "2026-11-30")
    filed.clock.set("2026-11-26T08:00")
    refused(await ask(filed), "return_too_late")


@pytest.mark.law("118/2025 Art 19.5")
async def test_a_dossier_whose_papers_do_not_come_is_closed_after_fifteen_days(
    filed: Any,
) -> None:
    await accept(filed)
    filed.clock.set("2026-11-25T16:00")
    assert (await ask(filed)).status_code == 200
    filed.clock.set("2026-12-10T23:00")
    await keep_clocks(filed.client.context)
    assert (await filed.get(f"/dossiers/{CODE}"))["status"] == 5
    filed.clock.set("2026-12-11T00:30")
    await keep_clocks(filed.client.context)
    await keep_clocks(filed.client.context)
    shown = await filed.get(f"/dossiers/{CODE}")
    assert shown["status"] == 8
    assert [letter["kind"] for letter in shown["letters"]] == ["supplement_request", "closing"]
    moved = await filed.events("dossier.moved")
    assert moved[-1]["data"]["status"] == 8


@pytest.mark.law("118/2025 Art 19.6")
async def test_the_day_before_an_apology_is_asked_for_and_one_extension_is_given(
    filed: Any,
) -> None:
    await accept(filed)
    filed.clock.set("2026-11-29T09:00")
    await keep_clocks(filed.client.context)
    assert (await filed.get("/dossiers", apology_needed=True))["items"] == []
    filed.clock.set("2026-11-30T09:00")
    await keep_clocks(filed.client.context)
    await keep_clocks(filed.client.context)
    waiting = (await filed.get("/dossiers", apology_needed=True))["items"]
    assert [item["dossier_code"] for item in waiting] == [CODE]
    longer = await post(filed, "extend", new_due_on="2026-12-08", reason="Chờ xác minh")
    assert (longer.status_code, longer.json()["due_on"]) == (200, "2026-12-08")
    assert (await filed.get("/dossiers", apology_needed=True))["items"] == []
    refused(
        await post(filed, "extend", new_due_on="2026-12-15", reason="Chờ thêm"),
        "extension_refused",
    )
    shown = await filed.get(f"/dossiers/{CODE}")
    assert [letter["kind"] for letter in shown["letters"]] == ["apology_needed", "apology"]
    moved = await filed.events("dossier.moved")
    assert moved[-1]["data"]["due_on"] == "2026-12-08"


@pytest.mark.law("118/2025 Art 19.6")
async def test_on_its_last_day_a_dossier_is_no_longer_extended(filed: Any) -> None:
    await accept(filed)
    filed.clock.set("2026-12-01T09:00")
    refused(
        await post(filed, "extend", new_due_on="2026-12-08", reason="Chờ xác minh"),
        "extension_refused",
    )


async def test_a_refusal_and_a_withdrawal_end_a_dossier(filed: Any) -> None:
    refusal = await post(filed, "refuse", reason="Không thuộc thẩm quyền")
    assert (refusal.status_code, refusal.json()["status"]) == (200, 3)
    refused(await post(filed, "withdraw", reason="Rút"), "dossier_step_refused")


async def test_the_citizen_may_withdraw_while_it_is_worked_on(filed: Any) -> None:
    await accept(filed)
    withdrawn = await post(filed, "withdraw", reason="Chuyển nơi ở")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, 7)
