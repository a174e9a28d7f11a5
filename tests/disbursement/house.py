"""The running service, with what the rest of the house and its partners would tell it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from common.contracts.eligibility import (
    DecisionRef,
    EntitlementAdjusted,
    EntitlementHeld,
    EntitlementState,
    EntitlementTakenOver,
    Level,
)
from common.contracts.envelope import Event, EventData
from common.contracts.registry import (
    IntakeRowAccepted,
    ListedBenefit,
    PaymentChosen,
    PaymentInstruction,
    PersonDied,
    PersonState,
)
from common.database.session import Scope
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from common.runtime.invariants import check_invariants
from common.sealing import seal_for
from common.testing.keys import public_key_base64
from common.testing.services import ServiceClient
from common.web.signatures import MessageSigner
from disbursement.invariants import INVARIANTS

COMMUNE = "25000"
BASE = "/disbursement/v1"


@dataclass
class Person:
    """A person of a test."""

    person_id: UUID
    number: str | None
    name: str


@dataclass
class House:
    """The running service, with what the rest of the house would have told it."""

    client: ServiceClient
    token: Callable[..., str]
    public_key: str
    bank_seed: str
    post_seed: str
    settings: dict[str, Any]
    clock: Any
    versions: dict[UUID, int] = field(default_factory=dict)
    keys: int = 0

    @property
    def public_signing_key(self) -> str:
        """What partners verify our messages with."""
        return public_key_base64(str(self.settings["signing_key"]))

    async def tell(self, *events: tuple[EventData, UUID]) -> None:
        """Hand events to the rooms as the consumer would: in order, in one transaction."""
        made = []
        for data, aggregate in events:
            self.versions[aggregate] = self.versions.get(aggregate, 0) + 1
            made.append(
                Event[Any].model_construct(
                    id=uuid.uuid4(),
                    source="/ansinh/test",
                    type=data.event_type,
                    subject=str(aggregate),
                    time=datetime(2026, 11, 12, tzinfo=VN_TZ),
                    sequence=self.versions[aggregate],
                    data=data,
                )
            )
        db = self.client.context.db
        async with db.transaction(Scope.service("test")) as session:
            await session.info["dispatcher"].dispatch(session, made)

    def state(self, person: Person, **changes: Any) -> PersonState:
        """A person as the registry tells."""
        values: dict[str, Any] = {
            "person_id": person.person_id,
            "personal_id": person.number,
            "full_name": person.name,
            "birth_date": date(1950, 3, 4),
            "sex": "female",
            "commune_code": COMMUNE,
            "village": "Thôn 1",
        }
        return PersonState(**{**values, **changes})

    def seal_account(self, person: Person, account: str) -> str:
        """Seal an account as the registry's intake does."""
        content = {"account": account, "holder": person.name, "person_id": str(person.person_id)}
        return seal_for(self.public_key, json.dumps(content))

    def payment(self, person: Person, account: str | None, bank: str = "AGRIBANK") -> Any:
        """How the person is to be paid: an account, or cash without one."""
        if account is None:
            return PaymentInstruction(method="cash")
        sealed = self.seal_account(person, account)
        return PaymentInstruction(method="account", bank_code=bank, account_sealed=sealed)

    async def intake(
        self,
        person: Person,
        *,
        amount: int = 500_000,
        benefit: str = "social_pension",
        paid: tuple[str, str] = ("2026-07", "2026-11"),
        account: str | None = None,
        confirm: bool = True,
        by: str = "can_bo",
        **changes: Any,
    ) -> None:
        """A row of the commune's list was taken in; by default a second person confirms it."""
        row = IntakeRowAccepted(
            person=self.state(person, **changes),
            import_id=UUID(int=1),
            row_number=1,
            list_month=Month(2026, 11),
            benefit=ListedBenefit(
                benefit=benefit,
                stated_category="pension_75",
                coefficient="1.0",
                amount=amount,
                decision_number="12/QĐ-UBND",
                decision_date=date(2025, 7, 10),
                paid_from=Month.parse(paid[0]),
                paid_to=Month.parse(paid[1]),
            ),
            payment=self.payment(person, account),
            recorded_by=by,
        )
        await self.tell((row, person.person_id))
        if confirm:
            await self.confirm_changes()

    async def entitle(
        self,
        person: Person,
        *levels: tuple[str, str | None, int],
        benefit: str = "social_pension",
        status: str = "active",
        reason: str | None = None,
        commune: str = COMMUNE,
        payee: Person | None = None,
        confirm: bool = True,
    ) -> None:
        """Eligibility signed these levels (from, to, amount)."""
        entitlement_id = uuid.uuid5(person.person_id, benefit)
        known = self.versions.get(entitlement_id, 0)
        state = EntitlementState(
            entitlement_id=entitlement_id,
            person_id=person.person_id,
            commune_code=commune,
            benefit=benefit,
            group="social_pension" if benefit == "social_pension" else "5.6",
            status=status,
            status_reason=reason,
            levels=tuple(
                Level(
                    from_month=Month.parse(first),
                    to_month=Month.parse(last) if last else None,
                    amount=amount,
                    coefficient="1.0",
                    provision="pension_75",
                )
                for first, last, amount in levels
            ),
            decision=DecisionRef(
                decision_id=None,
                number="77/QĐ-UBND",
                signed_on=date(2026, 11, 19),
                origin="level_review" if known else "taken_over",
            ),
            payee_person_id=payee.person_id if payee else None,
        )
        kind: Any = EntitlementTakenOver if not known else EntitlementAdjusted
        if status == "held":
            kind = EntitlementHeld
        await self.tell((kind(entitlement=state), entitlement_id))
        if payee is not None and confirm:
            await self.confirm_changes()

    async def choose(
        self, person: Person, account: str | None, *, bank: str = "AGRIBANK", by: str = "can_bo"
    ) -> None:
        """An officer entered another way of payment over the registry's API."""
        payment = self.payment(person, account, bank)
        data = PaymentChosen(person=self.state(person), payment=payment, recorded_by=by)
        await self.tell((data, person.person_id))

    async def waiting(self) -> list[dict[str, Any]]:
        """Changes of where money goes that wait for a second person."""
        page = await self.get("/payment-changes", commune_code=COMMUNE, limit=1000)
        return list(page["items"])

    async def decide_change(
        self, change_id: str, decision: str = "confirm", *, subject: str = "kiem"
    ) -> httpx.Response:
        """A second person decides one change."""
        return await self.client.post(
            f"{BASE}/payment-changes/{change_id}/{decision}",
            json={"reason": "Đã gọi điện xác minh"},
            headers=self.headers("lists:approve", subject=subject),
        )

    async def confirm_changes(self) -> None:
        """A second person confirms whatever waits."""
        for change in await self.waiting():
            answer = await self.decide_change(change["change_id"])
            assert answer.status_code == 200, answer.text

    async def died(self, person: Person, day: date) -> None:
        """A death notice arrived."""
        state = self.state(person, death_date=day)
        died = PersonDied(person=state, death_date=day, source="civil_status")
        await self.tell((died, person.person_id))

    def headers(self, *scopes: str, subject: str, communes: Sequence[str] = (COMMUNE,)) -> Any:
        """A caller's headers with a fresh Idempotency-Key."""
        self.keys += 1
        token = self.token(scopes, subject=subject, communes=communes)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{self.keys}"}

    @property
    def maker(self) -> Any:
        """The payroll maker's headers."""
        scopes = ("disbursement:read", "lists:write", "reconciliations:write")
        return self.headers(*scopes, subject="ke_toan")

    @property
    def checker(self) -> Any:
        """The payroll checker's headers."""
        return self.headers("disbursement:read", "lists:approve", subject="kiem")

    async def build(self, month: str = "2026-12") -> httpx.Response:
        """Build the commune's list."""
        return await self.client.post(
            f"{BASE}/payment-lists",
            json={"commune_code": COMMUNE, "month": month},
            headers=self.maker,
        )

    async def approve(self, built: dict[str, Any]) -> httpx.Response:
        """Approve what was built."""
        return await self.client.post(
            f"{BASE}/payment-lists/{built['list_id']}/approve",
            json={"content_hash": built["content_hash"], "reason": "Đã kiểm tra"},
            headers=self.checker,
        )

    async def seal(self, built: dict[str, Any]) -> httpx.Response:
        """Seal it."""
        return await self.client.post(
            f"{BASE}/payment-lists/{built['list_id']}/seal", json={}, headers=self.maker
        )

    async def sealed(self, month: str = "2026-12") -> dict[str, Any]:
        """Build, approve, seal; gives the sealed list."""
        built = await self.build(month)
        assert built.status_code == 201, built.text
        approved = await self.approve(built.json())
        assert approved.status_code == 200, approved.text
        answer = await self.seal(built.json())
        if answer.json().get("code") == "earlier_month_not_reconciled":
            lifted = await self.client.post(
                f"{BASE}/payment-lists/{built.json()['list_id']}/overrides",
                json={"code": "earlier_month_not_reconciled", "reason": "Chứng từ nộp muộn"},
                headers=self.checker,
            )
            assert lifted.status_code == 200, lifted.text
            answer = await self.seal(built.json())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def get(self, path: str, **params: Any) -> Any:
        """Read as the maker."""
        answer = await self.client.get(f"{BASE}{path}", params=params, headers=self.maker)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def lines(self, list_id: str) -> list[dict[str, Any]]:
        """The lines of a list."""
        page = await self.get(f"/payment-lists/{list_id}/lines", limit=1000)
        return list(page["items"])

    async def say(
        self, partner: str, body: dict[str, Any], *, seed: str | None = None
    ) -> httpx.Response:
        """A partner tells results or a statement, signed, on the last day that they speak of."""
        days = [str(entry.get("settled_on") or "") for entry in body["entries"]]
        self.live_until(max(days, default=""))
        return await self.say_bytes(partner, json.dumps(body).encode(), seed=seed)

    def live_until(self, day: str) -> None:
        """Move the business clock on to the evening of a day, never back."""
        if day > self.client.context.clock.today().isoformat():
            self.clock.set(f"{day}T20:00")

    async def say_bytes_of(
        self, partner: str, body: dict[str, Any], *, seed: str, key_id: str
    ) -> httpx.Response:
        """A partner tells a message under a key of its own."""
        self.live_until(max(str(entry["settled_on"]) for entry in body["entries"]))
        return await self.say_bytes(partner, json.dumps(body).encode(), seed=seed, key_id=key_id)

    async def say_bytes(
        self,
        partner: str,
        content: bytes,
        *,
        seed: str | None = None,
        key_id: str | None = None,
        media_type: str = "application/json",
        path: str = "results",
    ) -> httpx.Response:
        """A partner sends bytes, signed, whatever they are."""
        token = self.token(["partners:exchange"], subject=f"client:{partner}", communes=[])
        own = self.bank_seed if partner == "agribank" else self.post_seed
        return await self.client.post(
            f"{BASE}/partners/{partner}/{path}",
            content=content,
            headers={"Content-Type": media_type},
            auth=MessageSigner(key_id or partner, seed or own, authorization=f"Bearer {token}"),
        )

    async def references(self, list_id: str, partner: str) -> dict[UUID, tuple[str, int]]:
        """Person -> (reference, amount) of a sealed list's payments."""
        asked = "SELECT * FROM payment WHERE list_id = $1::text::uuid AND partner = $2"
        rows = await self.fetch(asked, list_id, partner)
        return {row["person_id"]: (row["end_to_end_id"], row["amount"]) for row in rows}

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Look into the database as the app role, the whole province."""
        url = self.client.context.settings.database_url.get_secret_value()
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SELECT set_config('app.communes', '*', false)")
            found: list[asyncpg.Record] = await connection.fetch(statement, *values)
            return found
        finally:
            await connection.close()

    async def run(self, statement: str) -> None:
        """Change the database as the app role, the whole province."""
        await self.fetch(statement)

    async def eventually(self, statement: str) -> list[asyncpg.Record]:
        """Look until there is something to see."""
        while not (found := await self.fetch(statement)):
            await asyncio.sleep(0.05)
        return found

    async def broken(self) -> dict[str, list[str]]:
        """Violated invariants."""
        return await check_invariants(self.client.context.db, INVARIANTS)
