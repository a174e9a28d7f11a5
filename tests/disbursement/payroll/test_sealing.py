"""Two people, one content: what is sealed is what was approved, once, and never changes."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import asyncpg
import pytest
from tests.disbursement.oracles import CanonicalLine, content_hash

from common.kernel.months import Month
from disbursement.payroll.domain import Item

BASE = "/disbursement/v1"


async def two_people(house: Any, new_person: Any) -> Any:
    people = [new_person(), new_person()]
    await house.intake(people[0], account="1500205000011")
    await house.intake(people[1])
    for person in people:
        await house.entitle(person, ("2026-07", None, 540_000))
    return people


async def test_building_twice_gives_the_same_list_and_the_same_rows(
    house: Any, new_person: Any
) -> None:
    await two_people(house, new_person)

    first, second = (await house.build()).json(), (await house.build()).json()
    obligations = await house.fetch("SELECT count(*) AS n FROM obligation")

    assert first == second
    assert obligations[0]["n"] == 2 * 6


async def test_twenty_parallel_builds_make_one_list(house: Any, new_person: Any) -> None:
    await two_people(house, new_person)

    answers = await asyncio.gather(*(house.build() for _ in range(20)))
    lists = await house.fetch("SELECT list_id FROM payment_list")

    assert {a.status_code for a in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"payment_list_busy"}
    assert len({a.json()["content_hash"] for a in answers if a.status_code == 201}) == 1
    assert len(lists) == 1


async def test_twenty_parallel_approvals_and_seals_have_one_effect(
    house: Any, new_person: Any
) -> None:
    await two_people(house, new_person)
    built = (await house.build()).json()

    approvals = await asyncio.gather(*(house.approve(built) for _ in range(20)))
    seals = await asyncio.gather(*(house.seal(built) for _ in range(20)))

    assert [a.status_code for a in approvals].count(200) == 1
    assert [a.status_code for a in seals].count(200) == 1
    assert {a.status_code for a in (*approvals, *seals)} == {200, 409}
    assert await house.broken() == {}


async def test_the_maker_cannot_approve_even_with_the_scope(house: Any, new_person: Any) -> None:
    await two_people(house, new_person)
    built = (await house.build()).json()
    both = house.headers("lists:approve", "lists:write", subject="ke_toan")

    answer = await house.client.post(
        f"{BASE}/payment-lists/{built['list_id']}/approve",
        json={"content_hash": built["content_hash"], "reason": "tự duyệt"},
        headers=both,
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "approver_is_maker")


async def test_the_database_itself_refuses_maker_as_checker(house: Any, new_person: Any) -> None:
    await two_people(house, new_person)
    built = (await house.build()).json()

    with pytest.raises(asyncpg.CheckViolationError):
        await house.fetch(
            "INSERT INTO approval (approval_id, list_id, commune_code, content_hash,"
            " accounts_hash, maker, checker, reason, approved_at)"
            " VALUES (uuidv7(), $1::text::uuid, '25000', '', '', 'a', 'a', 'x', now())",
            built["list_id"],
        )


async def test_only_the_content_that_was_seen_is_approved(house: Any, new_person: Any) -> None:
    people = await two_people(house, new_person)
    built = (await house.build()).json()
    await house.entitle(people[0], ("2026-07", None, 550_000))
    rebuilt = (await house.build()).json()

    stale = await house.approve(built)
    fresh = await house.approve(rebuilt)

    assert (stale.status_code, stale.json()["code"]) == (409, "payment_list_outdated")
    assert fresh.status_code == 200


async def test_a_change_of_facts_after_the_approval_stops_the_sealing(
    house: Any, new_person: Any
) -> None:
    people = await two_people(house, new_person)
    built = (await house.build()).json()
    await house.approve(built)
    await house.died(people[0], date(2026, 11, 18))

    refused = await house.seal(built)
    rebuilt = (await house.build()).json()
    still = await house.seal(rebuilt)

    assert (refused.status_code, refused.json()["code"]) == (409, "payment_list_outdated")
    assert rebuilt["state"] == "draft"
    assert (still.status_code, still.json()["code"]) == (409, "payment_list_not_approved")


async def test_another_account_after_the_approval_stops_the_sealing(
    house: Any, new_person: Any
) -> None:
    people = await two_people(house, new_person)
    built = (await house.build()).json()
    await house.approve(built)
    await house.intake(people[0], account="1500205009999")

    refused = await house.seal(built)

    assert (refused.status_code, refused.json()["code"]) == (409, "payment_list_outdated")


async def test_a_sealed_list_refuses_every_change_in_the_database(
    house: Any, new_person: Any
) -> None:
    await two_people(house, new_person)
    sealed = await house.sealed()

    for statement in (
        "UPDATE payment_list SET total = total + 1, regular = regular + 1",
        "DELETE FROM payment_list",
        "UPDATE payment_list_line SET total = total + 1, regular = regular + 1",
        "DELETE FROM payment_list_line",
        "DELETE FROM payment_list_item",
        "UPDATE obligation SET amount = amount + 1",
        "UPDATE payment_list SET state = 'draft', sealed_on = NULL",
        "UPDATE obligation SET state = 'held'",
    ):
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.ForeignKeyViolationError)):
            await house.fetch(statement)
    for statement in (
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "DELETE FROM state_history",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await house.fetch(statement)
    again = await house.build()

    assert (again.status_code, again.json()["code"]) == (409, "payment_list_sealed")
    assert (await house.get(f"/payment-lists/{sealed['list_id']}"))["total"] == sealed["total"]


async def test_the_hash_knows_no_id_no_order_and_is_the_domain_rule(
    house: Any, new_person: Any
) -> None:
    people = await two_people(house, new_person)
    built = (await house.build()).json()
    months = [Item(Month(2026, m), "arrears", "arrears", 40_000) for m in range(7, 12)]
    items = [Item(Month(2026, 12), "regular", "regular", 540_000), *months]

    def line(person: Any, method: Any, partner: Any, bank: Any, order: Any) -> Any:
        return CanonicalLine(
            person.number, person.name, "social_pension", "social_pension", method, partner, bank,
            540_000, 200_000, 5, 0, 740_000, items[::order],
        )  # fmt: skip

    lines = [
        line(people[0], "account", "agribank", "AGRIBANK •••0011", 1),
        line(people[1], "cash", "vnpost", "", -1),
    ]

    assert content_hash(lines, "25000", Month(2026, 12)) == built["content_hash"]
    assert content_hash(lines[::-1], "25000", Month(2026, 12)) == built["content_hash"]


async def test_a_list_is_invisible_to_another_commune(house: Any, new_person: Any) -> None:
    await two_people(house, new_person)
    built = (await house.build()).json()
    stranger = house.headers("disbursement:read", "lists:write", subject="x", communes=["24997"])

    seen = await house.client.get(f"{BASE}/payment-lists/{built['list_id']}", headers=stranger)
    tried = await house.client.post(
        f"{BASE}/payment-lists",
        json={"commune_code": "25000", "month": "2026-12"},
        headers=stranger,
    )

    assert seen.status_code == 404
    assert (tried.status_code, tried.json()["code"]) == (404, "commune_not_yours")


async def test_the_sealed_list_is_told_in_one_event_and_chunks(house: Any, new_person: Any) -> None:
    await two_people(house, new_person)
    sealed = await house.sealed()

    rows = await house.fetch(
        "SELECT subject, aggregate_version FROM outbox WHERE aggregate_type = 'payment_list'"
        " ORDER BY aggregate_version"
    )

    assert [(row["subject"], row["aggregate_version"]) for row in rows] == [
        ("ansinh.disbursement.payment_list.sealed.v1", 1),
        ("ansinh.disbursement.payment_list.lines.v1", 2),
    ]
    assert {share["partner"]: share["total"] for share in sealed["deliveries"]} == {
        "agribank": 740_000,
        "vnpost": 740_000,
    }


async def test_account_numbers_stand_nowhere_in_clear(house: Any, new_person: Any) -> None:
    await two_people(house, new_person)
    await house.sealed()

    tables = await house.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_type = 'BASE TABLE' ORDER BY table_name"
    )
    for row in tables:
        found = await house.fetch(
            f"SELECT count(*) AS n FROM {row['table_name']} AS t"
            " WHERE t::text LIKE '%1500205000011%'"
            " OR t::text LIKE '%' || encode('1500205000011', 'hex') || '%'"
        )
        assert found[0]["n"] == 0, row["table_name"]
