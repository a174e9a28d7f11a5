"""A running eligibility service, registry events to feed it, and people who may do things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from common.contracts.registry import (
    CircumstanceEstablished,
    DisabilityFact,
    IntakeRowAccepted,
    ListedBenefit,
    PaymentInstruction,
    PersonCorrected,
    PersonDied,
    PersonRegistered,
    PersonState,
)
from common.database.ids import new_id
from common.kernel.months import Month
from common.runtime.invariants import check_invariants
from common.testing.services import ClockFile, ServiceClient
from eligibility.invariants import INVARIANTS

BASE = "/eligibility/v1"
OFFICER = ["eligibility:read", "dossiers:write", "decisions:write"]
LAW_WRITER = ["eligibility:read", "law:write"]
LAW_APPROVER = ["eligibility:read", "law:approve"]
CHAIR = ["eligibility:read", "decisions:sign"]


@dataclass
class Registry:
    """Stands where the registry's relay would: tells events about people."""

    publish: Callable[..., Awaitable[Any]]
    versions: dict[UUID, int] = field(default_factory=dict)
    count: int = 0

    async def tell(self, person: PersonState, data: Any) -> None:
        version = self.versions.get(person.person_id, 0) + 1
        self.versions[person.person_id] = version
        await self.publish(data, aggregate_id=person.person_id, version=version)

    async def register(self, birth_date: date, **more: Any) -> PersonState:
        self.count += 1
        person = PersonState(
            **{
                "person_id": new_id(),
                "personal_id": f"003{self.count:09d}",
                "full_name": f"Người Thử {self.count}",
                "birth_date": birth_date,
                "sex": "female",
                "commune_code": "25000",
                **more,
            }
        )
        await self.tell(person, PersonRegistered(person=person, recorded_by="test"))
        return person

    async def certify(self, person: PersonState, degree: str) -> None:
        fact = DisabilityFact(degree=degree, certificate_date=date(2019, 5, 6))
        data = CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=fact, valid_from=date(2019, 5, 6)
        )
        await self.tell(person, data)

    async def list_row(self, person: PersonState, **more: Any) -> None:
        listed = ListedBenefit(
            **{
                "benefit": "social_pension",
                "stated_category": "pension_75",
                "coefficient": "1.0",
                "amount": 500_000,
                "decision_number": f"QĐ-{person.personal_id}",
                "decision_date": date(2025, 7, 10),
                "paid_from": Month(2026, 7),
                "paid_to": Month(2026, 11),
                **more,
            }
        )
        data = IntakeRowAccepted(
            person=person,
            import_id=new_id(),
            row_number=self.count,
            list_month=Month(2026, 11),
            benefit=listed,
            payment=PaymentInstruction(method="cash"),
        )
        await self.tell(person, data)

    async def die(self, person: PersonState, day: date) -> PersonState:
        dead = person.model_copy(update={"death_date": day})
        await self.tell(person, PersonDied(person=dead, death_date=day, source="civil_status"))
        return dead

    async def correct(self, person: PersonState, **changed: Any) -> PersonState:
        corrected = person.model_copy(update=changed)
        data = PersonCorrected(person=corrected, changed=tuple(changed), recorded_by="test")
        await self.tell(corrected, data)
        return corrected

    async def pensioner(self, birth_date: date = date(1946, 3, 10), **more: Any) -> PersonState:
        person = await self.register(birth_date)
        await self.list_row(person, **more)
        return person

    async def disabled(
        self, birth_date: date, degree: str, coefficient: str, amount: int, **more: Any
    ) -> PersonState:
        person = await self.register(birth_date)
        await self.certify(person, degree)
        await self.list_row(
            person,
            benefit="disability_allowance",
            stated_category=f"5.6_{degree}",
            coefficient=coefficient,
            amount=amount,
            **more,
        )
        return person


@dataclass
class Office:
    """The people of a commune, each with a token, over HTTP."""

    client: ServiceClient
    make_token: Callable[..., str]
    clock: ClockFile
    drain: Callable[[], Awaitable[None]]
    count: int = 0

    def headers(
        self, who: str, scopes: list[str], communes: tuple[str, ...] = ("25000",)
    ) -> dict[str, str]:
        self.count += 1
        token = self.make_token(scopes, communes=communes, subject=who)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{who}-{self.count}"}

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(
            BASE + path, params=params, headers=self.headers("can_bo", OFFICER)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self, path: str, body: Any, *, who: str = "can_bo", scopes: list[str] | None = None,
        **headers: str,
    ) -> httpx.Response:  # fmt: skip
        # The law is entered for the whole province.
        whole = {"law:write", "law:approve"} & set(scopes or ())
        communes = ("*",) if whole else ("25000",)
        given = {**self.headers(who, scopes or OFFICER, communes), **headers}
        return await self.client.post(BASE + path, json=body, headers=given)

    async def enter_law(self, path: str, body: Any) -> Any:
        """Enter a rule of the province, wait for its effect, and let a second person confirm it."""
        entered = await self.post(path, body, who="so_y_te", scopes=LAW_WRITER)
        assert entered.status_code == 201, entered.text
        await self.drain()
        confirmed = await self.decide_law(entered.json()["proposal_id"])
        assert confirmed.status_code == 200, confirmed.text
        return confirmed.json()

    async def decide_law(
        self, proposal_id: str, word: str = "confirm", *, who: str = "lanh_dao_so"
    ) -> httpx.Response:
        body = {"reason": "Sai số nghị quyết"} if word == "reject" else {}
        path = f"/law/proposals/{proposal_id}/{word}"
        return await self.post(path, body, who=who, scopes=LAW_APPROVER)

    async def draft_levels(self, number: str = "77/QĐ-UBND") -> Any:
        body = {
            "kind": "level_review",
            "commune_code": "25000",
            "number": number,
            "pay_month": "2026-12",
        }
        answer = await self.post("/decisions", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def draft_correction(
        self, *entitlement_ids: str, number: str = "90/QĐ-UBND", **more: Any
    ) -> httpx.Response:
        body = {
            "kind": "correction",
            "commune_code": "25000",
            "number": number,
            "entitlement_ids": list(entitlement_ids),
            **more,
        }
        return await self.post("/decisions", body)

    async def propose(
        self,
        person: PersonState,
        procedure: str,
        *,
        code: str = "H36.25000-261112-0001",
        papers: tuple[str, ...] = ("MAU_01",),
    ) -> Any:
        """File a dossier as the portal does, accept it, and draft what follows from it."""
        body = {
            "service": "DongBoHoSoMC",
            "isUpdating": "False",
            "data": [
                {
                    "MaHoSo": code,
                    "MaTTHC": procedure,
                    "ChuHoSo": person.full_name,
                    "MaDoiTuong": person.personal_id,
                    "NgayTiepNhan": "20261112083000",
                    "TaiLieuNop": [
                        {"MaThanhPhanHoSo": paper, "IsDeleted": "False"} for paper in papers
                    ],
                    "ThongTinKhac": {"MucLuongHuu": 0, "LoaiHo": "none"},
                }
            ],
        }
        filed = await self.post("/portal/dossiers", body, who="portal", scopes=["portal:dossiers"])
        assert filed.status_code == 201, filed.text
        accepted = await self.post(f"/dossiers/{code}/accept", {})
        assert accepted.status_code == 200, accepted.text
        proposed = await self.post(f"/dossiers/{code}/propose", {"number": f"QĐ {code}"})
        assert proposed.status_code == 201, proposed.text
        return proposed.json()

    async def explanation(self, decision: Any) -> Any:
        page = await self.get(f"/decisions/{decision['decision_id']}/lines")
        (line,) = page["items"]
        return line["explanation"]

    async def sign(self, decision: Any, *, who: str = "chu_tich") -> httpx.Response:
        etag = {"If-Match": f'"v{decision["version"]}"'}
        path = f"/decisions/{decision['decision_id']}/sign"
        return await self.post(path, {}, who=who, scopes=CHAIR, **etag)

    async def entitlement(self, person: PersonState, benefit: str = "social_pension") -> Any:
        page = await self.get("/entitlements", person_id=str(person.person_id), benefit=benefit)
        assert len(page["items"]) == 1, page
        return page["items"][0]

    async def events(self, event_type: str = "") -> list[dict[str, Any]]:
        """Every event that the service told, oldest first."""
        rows = await self.rows(
            "SELECT payload FROM outbox WHERE subject LIKE $1 ORDER BY id", f"%{event_type}%"
        )
        return [httpx.Response(200, content=row["payload"]).json() for row in rows]

    async def rows(self, query: str, *values: Any) -> list[Any]:
        settings = self.client.context.settings
        connection = await asyncpg.connect(settings.database_url.get_secret_value())
        try:
            await connection.execute("SELECT set_config('app.communes', '*', false)")
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()


@pytest.fixture
def registry(publish_event: Callable[..., Awaitable[Any]]) -> Registry:
    return Registry(publish_event)


@pytest_asyncio.fixture
async def office(
    service_client: Callable[..., Awaitable[ServiceClient]],
    make_token: Callable[..., str],
    business_clock: ClockFile,
    drain: Callable[[], Awaitable[None]],
) -> Any:
    client = await service_client(
        "eligibility",
        neutral_group_code="Q7K2MD",
        portal_unit_code="H36",
        field_key="ZmllbGQga2V5IG9mIHRlc3RzIG9ubHksIDMyIGJ5ISE=",
        blind_index_key="aW5kZXgga2V5IG9mIHRlc3RzIG9ubHksIDMyIGJ5ISE=",
    )
    business_clock.set("2026-11-19T09:00")
    office = Office(client, make_token, business_clock, drain)
    yield office
    violations = await check_invariants(client.context.db, INVARIANTS)
    assert not violations
