"""A small month that several tests look at: as figures, and as the events behind figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from common.contracts import disbursement, eligibility, registry
from common.contracts.envelope import Event, EventData
from common.database.ids import new_id
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from reporting.indicators.domain.counting import assemble
from reporting.indicators.domain.figures import (
    Breakdown,
    Deaths,
    EntitlementCount,
    Figures,
    Lists,
    Reconciled,
    Scope,
    Standing,
    Tally,
)
from reporting.indicators.domain.periods import Period
from reporting.indicators.domain.sums import Sums

DECEMBER = Month(2026, 12)


def a_breakdown(*keys: str | None, **sums: int) -> Breakdown:
    """Make sums under a key; what is not named is 0."""
    names = [
        "lines",
        "people",
        "male",
        "female",
        "regular",
        "arrears",
        "carried",
        "total",
        "paid_people",
        "paid_cashless",
        "paid_amount",
        "result_amount",
        "cashless_people",
    ]
    return Breakdown(keys, *(sums.get(name, 0) for name in names))


@pytest.fixture
def breakdown() -> Callable[..., Breakdown]:
    return a_breakdown


@pytest.fixture
def standing() -> Standing:
    return Standing(
        lists=Lists(1, 3, 2_020_000, date(2026, 11, 20)),
        recoveries=(Tally("level_lowered", 1, 1, 340_000),),
        recovery_total=Tally("total", 1, 1, 340_000),
        deaths=Deaths(1, 2),
        entitlements=(
            EntitlementCount("active", None, 3, 3),
            EntitlementCount("held", "deceased", 1, 1),
        ),
        verification=(Tally("verified", 4, 0, 0),),
        reconciliations=(
            Reconciled("agribank", 2, 1_280_000, 0, 0, 1, 540_000, date(2026, 12, 18)),
        ),
        updated_at=datetime(2026, 12, 18, 2, 30, tzinfo=UTC),
    )


@pytest.fixture
def figures(figures_sums: Sums) -> Figures:
    """The figures of the sums below, as a commune's December."""
    return assemble(Scope(("25000",)), Period.of(DECEMBER), figures_sums)


@pytest.fixture
def figures_sums(standing: Standing) -> Sums:
    """Three people: two pensioners by account (one transfer failed), one disabled in cash."""
    two = a_breakdown(
        "social_pension", lines=2, people=2, male=1, female=1, regular=1_080_000, arrears=400_000,
        total=1_480_000, paid_people=1, paid_cashless=1, paid_amount=740_000,
    )  # fmt: skip
    one = a_breakdown(
        "5.6", lines=1, people=1, female=1, regular=540_000, total=540_000, paid_people=1,
        paid_amount=540_000,
    )  # fmt: skip
    total = a_breakdown(
        lines=3, people=3, male=1, female=2, regular=1_620_000, arrears=400_000, total=2_020_000,
        paid_people=2, paid_cashless=1, paid_amount=1_280_000,
    )  # fmt: skip
    failed = {"lines": 1, "people": 1, "result_amount": 740_000}
    lines = {
        "total": [total],
        "group": [one, two],
        "provision": [
            a_breakdown("5.6", None, lines=1, people=1, female=1, total=540_000),
            a_breakdown("social_pension", "pension_75", lines=2, people=2, total=1_480_000),
        ],
        "method": [
            a_breakdown("account", lines=2, people=2, total=1_480_000),
            a_breakdown("cash", lines=1, people=1, total=540_000),
        ],
        "partner": [a_breakdown("agribank", lines=2, people=2, total=1_480_000)],
        "outcome": [
            a_breakdown("failed", **failed),
            a_breakdown("paid", lines=2, people=2, result_amount=1_280_000),
        ],
        "reason": [a_breakdown("failed", "account_closed", **failed)],
        "arrears": [a_breakdown(lines=2, people=2, arrears=400_000)],
        "arrears_months": [a_breakdown("5", lines=2, people=2, arrears=400_000)],
    }
    return Sums(lines, standing)


class Story:
    """Events of one commune's December 2026, as the other services would tell them.

    Commune 25000: Mai (pension, account, paid), Năm (pension, cash, not collected), Sáu (severe
    disability and elderly, account, transfer failed), Bảy (pension, account, dead and held, not on
    the list). Commune 24997: Tám (pension, cash, paid).
    """

    def __init__(self) -> None:
        self.people = {name: new_id() for name in ("mai", "nam", "sau", "bay", "tam")}
        self.lines = {name: new_id() for name in ("mai", "nam", "sau", "tam")}
        self.lists = {"25000": new_id(), "24997": new_id()}
        self.recovery = new_id()
        self._versions: Counter[str] = Counter()
        self.told: list[Event[Any]] = []
        self._tell_people()
        self._tell_entitlements()
        self._tell_lists()

    def tell(self, data: EventData, aggregate_id: UUID | str) -> Event[Any]:
        """Add the next event of an aggregate."""
        self._versions[str(aggregate_id)] += 1
        minute = len(self.told)
        event = Event[Any].model_construct(
            id=new_id(),
            source=f"/ansinh/{data.producer()}",
            type=data.event_type,
            subject=str(aggregate_id),
            time=datetime(2026, 12, 18, 9, 0, tzinfo=VN_TZ) + timedelta(minutes=minute),
            sequence=self._versions[str(aggregate_id)],
            data=data,
        )
        self.told.append(event)
        return event

    def person(self, name: str, **changes: Any) -> registry.PersonState:
        """Give a person's state."""
        sexes = {"mai": "female", "sau": "female", "tam": "female"}
        return registry.PersonState(
            person_id=self.people[name],
            sex=sexes.get(name, "male"),
            **{
                "personal_id": None,
                "full_name": "Người Mẫu",
                "birth_date": date(1948, 5, 4),
                "commune_code": "24997" if name == "tam" else "25000",
                **changes,
            },
        )

    def _tell_people(self) -> None:
        for name, person_id in self.people.items():
            registered = registry.PersonRegistered(person=self.person(name), recorded_by="intake")
            self.tell(registered, person_id)
            verified = self.person(name, verification="verified")
            self.tell(registry.PersonVerified(person=verified, status="verified"), person_id)
        dead = self.person("bay", verification="verified", death_date=date(2026, 12, 3))
        died = registry.PersonDied(
            person=dead, death_date=date(2026, 12, 3), source="civil_status", notice_number="17"
        )
        self.tell(died, self.people["bay"])

    def entitlement(self, name: str, **changes: Any) -> eligibility.EntitlementState:
        """Give an entitlement's state."""
        disabled = name == "sau"
        return eligibility.EntitlementState(
            **{
                "entitlement_id": uuid5(self.people[name], "entitlement"),
                "person_id": self.people[name],
                "commune_code": "24997" if name == "tam" else "25000",
                "benefit": "disability_allowance" if disabled else "social_pension",
                "group": "5.6" if disabled else "social_pension",
                "status": "active",
                "levels": [
                    {
                        "from_month": "2026-07",
                        "amount": 1_080_000 if disabled else 540_000,
                        "coefficient": "2.0" if disabled else "1.0",
                        "provision": "5.6_severe_elderly" if disabled else "pension_75",
                    }
                ],
                "decision": {
                    "decision_id": None,
                    "number": "123/QĐ-UBND",
                    "signed_on": "2025-07-10",
                    "origin": "taken_over",
                },
                **changes,
            }
        )

    def _tell_entitlements(self) -> None:
        for name in self.people:
            state = self.entitlement(name)
            self.tell(eligibility.EntitlementTakenOver(entitlement=state), state.entitlement_id)
        held = self.entitlement("bay", status="held", status_reason="deceased")
        self.tell(eligibility.EntitlementHeld(entitlement=held), held.entitlement_id)

    def line(self, name: str) -> disbursement.ListLine:
        """Give a line of the December list."""
        disabled, cash = name == "sau", name in {"nam", "tam"}
        regular, arrears = (1_080_000, 400_000) if disabled else (540_000, 200_000)
        return disbursement.ListLine(
            line_id=self.lines[name],
            person_id=self.people[name],
            benefit="disability_allowance" if disabled else "social_pension",
            group="5.6" if disabled else "social_pension",
            method="cash" if cash else "account",
            partner="vnpost" if cash else "agribank",
            regular=regular,
            arrears=arrears,
            arrears_months=5,
            total=regular + arrears,
        )

    def _tell_lists(self) -> None:
        for commune, names in (("25000", ("mai", "nam", "sau")), ("24997", ("tam",))):
            lines = [self.line(name) for name in names]
            head = {
                "list_id": self.lists[commune],
                "commune_code": commune,
                "month": DECEMBER,
            }
            sealed = disbursement.PaymentListSealed(
                **head,
                content_hash="0" * 64,
                lines=len(lines),
                total=sum(line.total for line in lines),
                sealed_on=date(2026, 11, 20),
                chunks=1,
            )
            self.tell(sealed, self.lists[commune])
            chunk = disbursement.PaymentListLines(**head, chunk=1, lines=tuple(lines))
            self.tell(chunk, self.lists[commune])
        self.result("25000", "agribank", "mai", "paid")
        self.result("25000", "agribank", "sau", "failed", "account_closed")
        self.result("25000", "vnpost", "nam", "uncollected")
        self.result("24997", "vnpost", "tam", "paid")
        self.tell(
            disbursement.PaymentListReconciled(
                list_id=self.lists["25000"], commune_code="25000", month=DECEMBER,
                partner="agribank", matched_lines=2, matched_amount=2_220_000,
                unexplained_lines=0, unexplained_amount=0, carried_lines=1,
                carried_amount=1_480_000, reconciled_on=date(2026, 12, 18),
            ),
            self.lists["25000"],
        )  # fmt: skip
        self.tell(
            disbursement.RecoveryOpened(
                recovery_id=self.recovery, person_id=self.people["sau"], commune_code="25000",
                benefit="disability_allowance", reason="level_lowered",
                months={"2026-11": 170_000, "2026-10": 170_000}, total=340_000,
            ),
            self.recovery,
        )  # fmt: skip

    def tell_list(
        self, commune: str, names: Sequence[str], *, announced: int | None = None
    ) -> list[Event[Any]]:
        """Tell a further list of December; `announced` is what its head says, if not the truth."""
        start = len(self.told)
        self.lists[commune] = new_id()
        lines = [self.line(name).model_copy(update={"line_id": new_id()}) for name in names]
        place = {"list_id": self.lists[commune], "commune_code": commune, "month": DECEMBER}
        count = len(lines) if announced is None else announced
        sealed = disbursement.PaymentListSealed(
            **place,
            content_hash="1" * 64,
            lines=count,
            total=sum(line.total for line in lines) * count // len(lines),
            sealed_on=date(2026, 11, 20),
            chunks=1,
        )
        self.tell(sealed, self.lists[commune])
        chunk = disbursement.PaymentListLines(**place, chunk=1, lines=tuple(lines))
        self.tell(chunk, self.lists[commune])
        return self.told[start:]

    def tell_names(self) -> list[Event[Any]]:
        """Tell how the communes are called."""
        start = len(self.told)
        for code, name in (("25000", "Di Linh"), ("24997", "Bảo Lâm 1")):
            described = registry.AreaDescribed(
                commune_code=code,
                name=name,
                kind="xã",
                province_code="68",
                province_name="tỉnh Lâm Đồng",
            )
            self.tell(described, code)
        return self.told[start:]

    def result(
        self, commune: str, partner: str, name: str, outcome: str, reason: str | None = None
    ) -> Event[Any]:
        """Tell what became of a line."""
        result = disbursement.LineResult(
            line_id=self.lines[name],
            person_id=self.people[name],
            outcome=outcome,
            amount=self.line(name).total,
            reason=reason,
            settled_on=date(2026, 12, 2),
        )
        recorded = disbursement.PaymentResultsRecorded(
            list_id=self.lists[commune],
            commune_code=commune,
            month=DECEMBER,
            partner=partner,
            results=(result,),
        )
        return self.tell(recorded, self.lists[commune])


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def tell(publish_event: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[None]]:
    """Publish events on their streams, as the relays of their producers would."""

    async def publish(events: Sequence[Event[Any]]) -> None:
        for event in events:
            await publish_event(
                event.data,
                aggregate_id=event.subject,
                version=event.sequence,
                event_id=event.id,
            )

    return publish


@pytest.fixture
async def reporting(
    service_client: Callable[..., Awaitable[Any]],
    make_token: Callable[..., str],
    business_clock: Any,
    tell: Callable[..., Awaitable[None]],
    drain: Callable[..., Awaitable[None]],
    story: Story,
) -> Any:
    """The running service with the story's events consumed; its caller sees the province."""
    business_clock.set("2026-12-18T10:00")
    client = await service_client(
        "reporting", token=make_token(["reporting:read", "reports:write"])
    )
    await tell(story.told)
    await drain()
    return client
