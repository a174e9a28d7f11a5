"""The events of the other services, over the real stream, become a list."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from common.contracts.eligibility import DecisionRef, EntitlementState, EntitlementTakenOver, Level
from common.contracts.registry import PaymentChosen, PaymentInstruction, PersonRegistered
from common.kernel.months import Month


async def test_events_arrive_in_any_order_between_producers_and_the_list_is_right(
    start_house: Any, new_person: Any, publish_event: Any, drain: Any
) -> None:
    house = await start_house(worker=True)
    person = new_person()
    entitlement = EntitlementState(
        entitlement_id=uuid.uuid4(),
        person_id=person.person_id,
        commune_code="25000",
        benefit="social_pension",
        group="social_pension",
        status="active",
        levels=(
            Level(
                from_month=Month(2026, 11),
                amount=540_000,
                coefficient="1.0",
                provision="pension_75",
            ),
        ),
        decision=DecisionRef(
            decision_id=uuid.uuid4(), number="9", signed_on=date(2026, 11, 19), origin="taken_over"
        ),
    )
    await publish_event(
        EntitlementTakenOver(entitlement=entitlement),
        aggregate_id=entitlement.entitlement_id,
        version=1,
    )
    state = house.state(person)
    await publish_event(
        PersonRegistered(person=state, recorded_by="dossier"),
        aggregate_id=person.person_id,
        version=1,
    )
    await publish_event(
        PaymentChosen(person=state, payment=PaymentInstruction(method="cash")),
        aggregate_id=person.person_id,
        version=2,
    )
    await drain()

    sealed = await house.sealed()
    await drain()
    lines = await house.lines(sealed["list_id"])

    assert [(line["regular"], line["arrears"], line["method"]) for line in lines] == [
        (540_000, 540_000, "cash")
    ]
    assert await house.broken() == {}


async def test_an_account_sealed_for_another_person_is_parked_and_nothing_is_kept(
    start_house: Any, new_person: Any, publish_event: Any
) -> None:
    house = await start_house(worker=True)
    person, other = new_person(), new_person()
    sealed = house.seal_account(other, "1500205000011")
    await publish_event(
        PaymentChosen(
            person=house.state(person),
            payment=PaymentInstruction(method="account", bank_code="BIDV", account_sealed=sealed),
        ),
        aggregate_id=person.person_id,
        version=1,
    )

    parked = await house.eventually("SELECT reason, detail FROM dead_letter WHERE status = 'open'")

    assert [row["reason"] for row in parked] == ["sealed_account_unreadable"]
    assert await house.fetch("SELECT 1 FROM account") == []
