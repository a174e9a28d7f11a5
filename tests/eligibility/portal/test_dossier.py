"""One dossier from the portal to the signed decision, and every status back to the portal."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request, Response

PORTAL = ["portal:dossiers"]


def message(person: Any, code: str = "H36.25000-261112-0001", **more: Any) -> dict[str, Any]:
    return {
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": code,
                "MaTTHC": "1.014027",
                "ChuHoSo": person.full_name,
                "MaDoiTuong": person.personal_id,
                "NgayTiepNhan": "20261112083000",
                "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01", "IsDeleted": "False"}],
                "ThongTinKhac": {"MucLuongHuu": 0, "LoaiHo": "none"},
                **more,
            }
        ],
    }


async def file(office: Any, body: dict[str, Any]) -> Any:
    return await office.post("/portal/dossiers", body, who="portal", scopes=PORTAL)


class Portal:
    """The portal as the service sees it: a token endpoint, and statuses that it takes or refuses."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.failures = 0
        self.app = FastAPI()
        self.app.post("/token")(self.token)
        self.app.post("/portal/CapNhatTienDoHoSoMC")(self.take)

    async def token(self) -> dict[str, Any]:
        return {"access_token": "a-token", "expires_in": 3600}

    async def take(self, request: Request) -> Response:
        if self.failures:
            self.failures -= 1
            return Response(status_code=503)
        assert request.headers["Authorization"] == "Bearer a-token"
        self.taken.append(await request.json())
        return Response(content='{"error_code": "00"}', media_type="application/json")

    @property
    def statuses(self) -> list[int]:
        return [body["TrangThai"] for body in self.taken]


@contextlib.asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@pytest_asyncio.fixture
async def portal(office: Any) -> AsyncIterator[Portal]:
    standing = Portal()
    async with serving(standing.app) as address:
        settings = office.client.context.settings
        settings.token_url = f"{address}/token"
        settings.portal_url = f"{address}/portal"
        yield standing
        settings.portal_url = ""


async def until_delivered(office: Any) -> None:
    for _ in range(200):
        if not (await office.get("/portal/messages", state="queued"))["items"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("statuses are still queued")


@pytest.mark.law("335/2026 Art 8.2", "335/2026 Art 31.2")
async def test_a_dossier_becomes_a_pension_from_the_month_of_signature(
    office: Any, registry: Any, portal: Portal
) -> None:
    office.clock.set("2026-11-12T09:00")
    person = await registry.register(date(1951, 10, 20))
    await office.drain()
    code = "H36.25000-261112-0001"
    receipt = await file(office, message(person))
    assert receipt.status_code == 201, receipt.text
    # 7 working days from Thursday 12/11/2026: 13, 16, 17, 18, 19, 20, 23.
    assert receipt.json() == {
        "dossier_code": code,
        "status": 1,
        "due_on": "2026-11-23",
        "missing_papers": [],
        "registered": True,
    }
    accepted = await office.post(f"/dossiers/{code}/accept", {})
    assert accepted.status_code == 200, accepted.text
    proposed = await office.post(f"/dossiers/{code}/propose", {"number": "80/QĐ-UBND"})
    assert proposed.status_code == 201, proposed.text
    assert proposed.json()["kind"] == "grant"
    office.clock.set("2026-11-19T09:00")
    signed = await office.sign(proposed.json())
    assert signed.status_code == 200, signed.text

    found = await office.entitlement(person)
    assert found["origin"] == "grant"
    assert found["levels"] == [
        {
            "from_month": "2026-11",
            "to_month": None,
            "amount": 540_000,
            "coefficient": "1.0",
            "provision": "pension_75",
        }
    ]
    (granted,) = await office.events("entitlement.granted")
    assert granted["sequence"] == 1
    dossier = await office.get(f"/dossiers/{code}")
    assert [step["status"] for step in dossier["steps"]] == [1, 2, 4, 9, 10]
    await until_delivered(office)
    assert portal.statuses == [1, 2, 4, 9, 10]
    assert portal.taken[-1]["MaHoSo"] == code
    review = await office.post(
        "/decisions",
        {
            "kind": "level_review",
            "commune_code": "25000",
            "number": "81/QĐ-UBND",
            "pay_month": "2026-12",
        },
    )
    assert review.json()["code"] == "nothing_to_review"  # granted at the new level


async def test_statuses_wait_for_the_portal_and_arrive_in_order(
    office: Any, registry: Any, portal: Portal
) -> None:
    portal.failures = 1
    person = await registry.register(date(1951, 10, 20))
    await office.drain()
    await file(office, message(person))
    await office.post("/dossiers/H36.25000-261112-0001/accept", {})
    await until_delivered(office)
    assert portal.statuses == [1, 2]
    shown = (await office.get("/portal/messages"))["items"]
    assert [(item["state"], item["attempts"]) for item in shown] == [("sent", 2), ("sent", 1)]


async def test_the_same_message_is_one_dossier_and_another_is_refused(
    office: Any, registry: Any
) -> None:
    person = await registry.register(date(1951, 10, 20))
    await office.drain()
    first = await file(office, message(person))
    again = await file(office, message(person))
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await office.events("dossier.moved")) == 1
    other = await file(office, message(person, NgayTiepNhan="20261113083000"))
    assert (other.status_code, other.json()["code"]) == (409, "dossier_differs")


async def test_missing_papers_are_all_asked_for_at_once(office: Any, registry: Any) -> None:
    person = await registry.register(date(1951, 10, 20))
    await office.drain()
    receipt = await file(office, message(person, TaiLieuNop=[]))
    assert (receipt.status_code, receipt.json()["status"]) == (201, 5)
    assert receipt.json()["missing_papers"] == ["MAU_01"]
    dossier = await office.get("/dossiers/H36.25000-261112-0001")
    assert [step["status"] for step in dossier["steps"]] == [1, 5]
    (slip,) = dossier["letters"]
    assert (slip["kind"], slip["papers"]) == ("supplement_request", ["MAU_01"])
    refused = await office.post("/dossiers/H36.25000-261112-0001/accept", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "papers_missing")
    assert refused.json()["missing"] == ["MAU_01"]


@pytest.mark.law("335/2026 Art 33.2")
async def test_a_dossier_received_before_the_new_decree_keeps_ten_days(
    office: Any, registry: Any
) -> None:
    person = await registry.register(date(1951, 10, 20))
    await office.drain()
    received = await file(office, message(person, NgayTiepNhan="20261002083000"))
    assert received.json()["due_on"] == "2026-10-16"


async def test_not_eligible_is_a_refusal_with_its_reasons(office: Any, registry: Any) -> None:
    person = await registry.register(date(1953, 1, 1), poverty_class="poor")
    other = await registry.register(date(1962, 1, 1))
    await office.drain()
    await file(office, message(person))
    await office.post("/dossiers/H36.25000-261112-0001/accept", {})
    granted = await office.post("/dossiers/H36.25000-261112-0001/propose", {"number": "82/QĐ-UBND"})
    assert granted.json()["kind"] == "grant"  # 70 to below 75, poor household

    await file(office, message(other, "H36.25000-261112-0002"))
    await office.post("/dossiers/H36.25000-261112-0002/accept", {})
    refused = await office.post("/dossiers/H36.25000-261112-0002/propose", {"number": "83/QĐ-UBND"})
    assert refused.json()["kind"] == "refusal"
    lines = await office.get(f"/decisions/{refused.json()['decision_id']}/lines")
    conditions = {
        item["code"]: item["outcome"] for item in lines["items"][0]["explanation"]["conditions"]
    }
    assert conditions["age_75"] is False
    signed = await office.sign(refused.json())
    assert signed.status_code == 200, signed.text
    page = await office.get("/entitlements", person_id=str(other.person_id))
    assert page["items"] == []


async def test_a_higher_benefit_holds_the_pension_from_its_first_month(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    await registry.certify(person, "severe")
    await office.drain()
    body = message(person, MaTTHC="1.001776")
    assert (await file(office, body)).status_code == 201
    await office.post("/dossiers/H36.25000-261112-0001/accept", {})
    proposed = await office.post(
        "/dossiers/H36.25000-261112-0001/propose", {"number": "84/QĐ-UBND"}
    )
    assert (await office.sign(proposed.json())).status_code == 200
    pension = await office.entitlement(person)
    assert (pension["status"], pension["status_reason"]) == ("held", "highest_only")
    assert pension["levels"][0]["to_month"] == "2026-10"
    allowance = await office.entitlement(person, "disability_allowance")
    assert allowance["levels"][0]["amount"] == 1_080_000
