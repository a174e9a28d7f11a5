"""Funerals through the portal: judged by the day of death, paid once to whoever bore the costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

CODE = "H36.25000-261112-0001"


def message(owner: Any, dead: str | None, code: str = CODE, **more: Any) -> dict[str, Any]:
    other: dict[str, Any] = {"MaXa": "25000"}
    if dead is not None:
        other["NguoiMat"] = {"SoDinhDanh": dead, "HoVaTen": "Người Đã Mất", "NgayMat": "2026-11-10"}
    return {
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": code,
                "MaTTHC": "1.014028",
                "ChuHoSo": owner.full_name,
                "MaDoiTuong": owner.personal_id,
                "NgayTiepNhan": "20261112083000",
                "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_03"}],
                "ThongTinKhac": other,
                **more,
            }
        ],
    }


async def filed(office: Any, body: dict[str, Any]) -> str:
    answer = await office.post("/portal/dossiers", body, who="portal", scopes=["portal:dossiers"])
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["dossier_code"]
    assert (await office.post(f"/dossiers/{code}/accept", {})).status_code == 200
    return code


async def propose(office: Any, code: str, number: str = "91/QĐ-UBND") -> Any:
    return await office.post(f"/dossiers/{code}/propose", {"number": number})


@pytest.mark.law("335/2026 Art 31.3")
async def test_a_funeral_is_paid_once_to_whoever_bore_the_costs(office: Any, registry: Any) -> None:
    dead = await registry.pensioner()
    child = await registry.register(date(1975, 1, 2))
    await registry.die(dead, date(2026, 11, 10))
    await office.drain()
    code = await filed(office, message(child, dead.personal_id))
    # 3 working days from Thursday 12/11/2026: 13, 16, 17.
    assert (await office.get(f"/dossiers/{code}"))["due_on"] == "2026-11-17"
    proposed = await propose(office, code)
    assert (proposed.status_code, proposed.json()["kind"]) == (201, "one_off"), proposed.text
    explanation = await office.explanation(proposed.json())
    assert explanation["amount"] == 10_800_000
    assert (await office.sign(proposed.json())).status_code == 200
    (granted,) = await office.events("one_off.granted")
    data = granted["data"]
    assert (data["benefit"], data["amount"]) == ("funeral", 10_800_000)
    assert data["person_id"] == str(dead.person_id)
    assert data["payee"]["person_id"] == str(child.person_id)
    assert (data["event_on"], data["pay_month"]) == ("2026-11-10", "2026-11")

    again = await filed(office, message(child, dead.personal_id, "H36.25000-261112-0002"))
    second = await propose(office, again, "92/QĐ-UBND")
    refused = await office.sign(second.json())
    assert (refused.status_code, refused.json()["code"]) == (409, "one_off_granted_before")
    assert len(await office.events("one_off.granted")) == 1


async def test_who_died_must_be_known_with_the_day_of_death(office: Any, registry: Any) -> None:
    dead = await registry.pensioner()
    child = await registry.register(date(1975, 1, 2))
    await office.drain()
    code = await filed(office, message(child, None))
    unknown = await propose(office, code)
    assert (unknown.status_code, unknown.json()["code"]) == (409, "facts_missing")
    assert [item["code"] for item in unknown.json()["missing"]] == ["deceased_number"]
    claimed = await office.post(f"/dossiers/{code}/claim", {"deceased_number": dead.personal_id})
    assert claimed.status_code == 200, claimed.text
    alive = await propose(office, code)
    assert [item["code"] for item in alive.json()["missing"]] == ["death_date"]
    await registry.die(dead, date(2026, 11, 10))
    await office.drain()
    assert (await propose(office, code)).json()["kind"] == "one_off"


@pytest.mark.law("335/2026 Art 31.3")
async def test_who_had_applied_and_was_eligible_is_buried_with_support(
    office: Any, registry: Any
) -> None:
    applicant = await registry.register(date(1951, 10, 20))
    child = await registry.register(date(1975, 1, 2))
    await office.drain()
    asked = message(applicant, None, "H36.25000-261105-0001", MaTTHC="1.014027")
    asked["data"][0] |= {
        "NgayTiepNhan": "20261105083000",
        "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01"}],
        "ThongTinKhac": {"MucLuongHuu": 0},
    }
    await filed(office, asked)
    await registry.die(applicant, date(2026, 11, 10))
    await office.drain()
    code = await filed(office, message(child, applicant.personal_id))
    proposed = await propose(office, code)
    assert proposed.json()["kind"] == "one_off", proposed.text
    explanation = await office.explanation(proposed.json())
    assert explanation["provision"] == "pension_undecided"


async def test_a_funeral_of_who_received_nothing_is_refused_with_reasons(
    office: Any, registry: Any
) -> None:
    dead = await registry.register(date(1990, 1, 1))
    child = await registry.register(date(2000, 1, 2))
    await registry.die(dead, date(2026, 11, 10))
    await office.drain()
    code = await filed(office, message(child, dead.personal_id))
    proposed = await propose(office, code)
    assert proposed.json()["kind"] == "refusal", proposed.text
    signed = await office.sign(proposed.json())
    assert signed.status_code == 200, signed.text
    assert await office.events("one_off.granted") == []


async def test_an_organisation_that_buried_is_the_payee(office: Any, registry: Any) -> None:
    dead = await registry.pensioner()
    child = await registry.register(date(1975, 1, 2))
    await registry.die(dead, date(2026, 11, 10))
    await office.drain()
    code = await filed(office, message(child, dead.personal_id))
    await office.post(f"/dossiers/{code}/claim", {"organisation": "Hội Người cao tuổi xã"})
    await office.sign((await propose(office, code)).json())
    (granted,) = await office.events("one_off.granted")
    assert granted["data"]["payee"]["person_id"] is None
    assert granted["data"]["payee"]["organisation"] == "Hội Người cao tuổi xã"
