"""Pages for citizens: procedures by day, and where a dossier stands, without anything personal."""

from __future__ import annotations

from datetime import date
from typing import Any

CODE = "H36.25000-261112-0001"
PUBLIC = "/eligibility/v1/public"


async def ask(office: Any, digits: str, code: str = CODE) -> Any:
    body = {"dossier_code": code, "last_digits": digits}
    return await office.client.post(f"{PUBLIC}/dossier-status", json=body)


async def filed(office: Any, registry: Any) -> Any:
    person = await registry.register(date(1951, 10, 20))
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
                "NgayTiepNhan": "20261112083000",
                "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01"}],
            }
        ],
    }
    answer = await office.post("/portal/dossiers", body, who="portal", scopes=["portal:dossiers"])
    assert answer.status_code == 201, answer.text
    return person


async def test_procedures_are_shown_as_they_stood_on_the_day_of_receipt(office: Any) -> None:
    now = (await office.client.get(f"{PUBLIC}/procedures/1.001776.000.00.00.H36")).json()
    assert [paper["code"] for paper in now["papers"]] == ["MAU_01", "MAU_02"]
    assert [step["count"] for step in now["steps"]] == [7]
    before = await office.client.get(f"{PUBLIC}/procedures/1.001776", params={"on": "2025-03-03"})
    steps = [step["code"] for step in before.json()["steps"]]
    assert steps == ["review", "posting", "to_district", "appraisal", "decision"]
    listed = (await office.client.get(f"{PUBLIC}/procedures", params={"on": "2025-03-03"})).json()
    assert "1.014027" not in [item["code"] for item in listed["items"]]
    unknown = await office.client.get(f"{PUBLIC}/procedures/1.014027", params={"on": "2025-03-03"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "procedure_unknown")


async def test_a_citizen_sees_status_and_dates_and_nothing_of_the_person(
    office: Any, registry: Any
) -> None:
    person = await filed(office, registry)
    seen = await ask(office, person.personal_id[-5:])
    assert seen.status_code == 200, seen.text
    assert set(seen.json()) == {
        "dossier_code", "procedure", "status", "status_title", "received_on", "due_on",
    }  # fmt: skip
    assert (seen.json()["status"], seen.json()["due_on"]) == (1, "2026-11-23")
    assert person.full_name not in seen.text


async def test_wrong_digits_look_like_a_wrong_code_and_are_limited(
    office: Any, registry: Any
) -> None:
    person = await filed(office, registry)
    nobody = await ask(office, "99999", "H36.25000-261112-0002")
    for _ in range(5):
        wrong = await ask(office, "99999")
        assert (wrong.status_code, wrong.json()["code"]) == (404, "dossier_not_found")
        assert wrong.json()["title"] == nobody.json()["title"]
    right = await ask(office, person.personal_id[-5:])
    assert (right.status_code, right.json()["code"]) == (429, "too_many_attempts")
