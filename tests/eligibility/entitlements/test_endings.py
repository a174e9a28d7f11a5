"""Stop, suspend, resume, move: each by a signature, each from the month that the law says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.registry import PersonMoved


def owed(entitlement: Any) -> list[tuple[str, str | None, int]]:
    return [
        (level["from_month"], level["to_month"], level["amount"]) for level in entitlement["levels"]
    ]


def state(entitlement: Any) -> tuple[str, str | None]:
    return entitlement["status"], entitlement["status_reason"]


async def draft(
    office: Any, kind: str, *items: Any, number: str = "60/QĐ-UBND", **more: Any
) -> Any:
    body = {
        "kind": kind,
        "commune_code": "25000",
        "number": number,
        "entitlement_ids": [item["entitlement_id"] for item in items],
        **more,
    }
    return await office.post("/decisions", body)


async def signed(office: Any, kind: str, *items: Any, **more: Any) -> Any:
    answer = await draft(office, kind, *items, **more)
    assert answer.status_code == 201, answer.text
    done = await office.sign(answer.json())
    assert done.status_code == 200, done.text
    return done.json()


@pytest.mark.law("335/2026 Art 8.4")
async def test_a_signed_stop_ends_with_the_month_of_the_event(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    decision = await signed(
        office, "stop", await office.entitlement(person), reason="lost_condition",
        event_on="2026-10-20",
    )  # fmt: skip
    found = await office.entitlement(person)
    assert state(found) == ("stopped", "lost_condition")
    assert owed(found) == [("2026-07", "2026-10", 500_000)]
    assert found["decision"]["origin"] == "stop"
    page = await office.get(f"/decisions/{decision['decision_id']}/lines")
    (line,) = page["items"]
    assert line["explanation"]["text"].startswith("Thôi hưởng từ tháng 11/2026")
    assert line["explanation"]["article"]
    told = (await office.events("eligibility.entitlement"))[-1]
    assert told["type"] == "eligibility.entitlement.stopped.v1"


async def test_who_did_not_collect_for_three_months_is_suspended_and_resumed_with_arrears(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    await office.drain()
    item = await office.entitlement(person)
    early = await draft(
        office, "suspend", item, reason="uncollected", uncollected=["2026-09", "2026-10"]
    )
    assert (early.status_code, early.json()["code"]) == (409, "suspension_not_due")
    months = ["2026-08", "2026-09", "2026-10"]
    await signed(office, "suspend", item, reason="uncollected", uncollected=months)
    held = await office.entitlement(person)
    assert state(held) == ("suspended", "uncollected")
    assert owed(held) == [("2026-07", "2026-10", 500_000)]
    await signed(office, "resume", held, reason="reviewed", number="61/QĐ-UBND")
    back = await office.entitlement(person)
    assert state(back) == ("active", None)
    assert owed(back) == [("2026-07", None, 500_000)]


async def test_a_death_taken_back_after_a_signed_stop_is_resumed_by_a_signature(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    dead = await registry.die(person, date(2026, 9, 3))
    await office.drain()
    await signed(office, "stop", await office.entitlement(person), reason="deceased")
    stopped = await office.entitlement(person)
    assert (state(stopped), owed(stopped)) == (
        ("stopped", "deceased"),
        [("2026-07", "2026-09", 500_000)],
    )
    await registry.correct(dead, death_date=None)
    await office.drain()
    page = await office.get("/proposals", commune_code="25000", code="death_corrected")
    assert [item["status"] for item in page["items"]] == ["open"]
    await signed(office, "resume", stopped, reason="death_taken_back", number="62/QĐ-UBND")
    back = await office.entitlement(person)
    assert (state(back), owed(back)) == (("active", None), [("2026-07", None, 500_000)])
    page = await office.get("/proposals", commune_code="25000", code="death_corrected")
    assert [item["status"] for item in page["items"]] == ["signed"]


async def test_what_is_stopped_for_another_reason_cannot_be_resumed(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    await office.drain()
    await signed(
        office, "stop", await office.entitlement(person), reason="sentenced",
        event_on="2026-10-01",
    )  # fmt: skip
    answer = await draft(office, "resume", await office.entitlement(person), reason="reviewed")
    assert (answer.status_code, answer.json()["code"]) == (409, "decision_number_taken")
    answer = await draft(
        office, "resume", await office.entitlement(person), reason="reviewed", number="63/QĐ-UBND"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "ending_refused")


async def test_who_moves_is_stopped_here_and_taken_over_there(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    moved = person.model_copy(update={"commune_code": "24997"})
    await registry.tell(
        moved,
        PersonMoved(
            person=moved, from_commune="25000", to_commune="24997", moved_on=date(2026, 10, 20)
        ),
    )
    await office.drain()
    page = await office.get("/proposals", commune_code="25000", code="moved_out")
    assert [(item["from_month"], item["lawful_amount"]) for item in page["items"]] == [
        ("2026-11", 0)
    ]
    old = await office.entitlement(person)
    await signed(office, "stop", old, reason="moved", event_on="2026-10-20")
    assert state(await office.entitlement(person)) == ("stopped", "moved")

    there = ("24997",)
    headers = office.headers("can_bo_moi", ["eligibility:read", "decisions:write"], there)
    seen = await office.client.get("/eligibility/v1/proposals?code=moved_in", headers=headers)
    (proposal,) = seen.json()["items"]
    assert (proposal["commune_code"], proposal["from_month"]) == ("24997", "2026-11")
    body = {
        "kind": "transfer",
        "commune_code": "24997",
        "number": "1/QĐ-UBND",
        "entitlement_ids": [old["entitlement_id"]],
    }
    drafted = await office.client.post("/eligibility/v1/decisions", json=body, headers=headers)
    assert drafted.status_code == 201, drafted.text
    decision = drafted.json()
    chair = office.headers("chu_tich_moi", ["eligibility:read", "decisions:sign"], there)
    chair["If-Match"] = f'"v{decision["version"]}"'
    path = f"/eligibility/v1/decisions/{decision['decision_id']}/sign"
    answer = await office.client.post(path, json={}, headers=chair)
    assert answer.status_code == 200, answer.text
    rows = await office.rows(
        "SELECT commune_code, status FROM entitlement WHERE person_id = $1 ORDER BY commune_code",
        person.person_id,
    )
    assert [tuple(row) for row in rows] == [("24997", "active"), ("25000", "stopped")]


async def test_a_later_list_that_differs_is_a_proposal(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    await registry.list_row(person, amount=750_000, coefficient="1.5")
    await office.drain()
    assert owed(await office.entitlement(person)) == [("2026-07", None, 500_000)]
    page = await office.get("/proposals", commune_code="25000", code="list_differs")
    (proposal,) = page["items"]
    assert proposal["reasons"] == ["listed_amount", "coefficient"]
    assert (proposal["listed_amount"], proposal["proposed_amount"]) == (750_000, 500_000)
    await registry.list_row(person)
    await office.drain()
    assert (await office.get("/proposals", code="list_differs"))["items"] == []
