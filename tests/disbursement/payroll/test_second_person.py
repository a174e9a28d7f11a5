"""Nobody alone changes where money goes: account, method, payee, recipient, heir, merge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.registry import (
    PersonMerged,
    PersonMoved,
    RepresentationAppointed,
    RepresentationState,
)
from common.database.ids import new_id

BASE = "/disbursement/v1"
OLD, NEW = "1500205000011", "2210000099999"


async def december(house: Any) -> dict[str, Any]:
    """Build December; gives the list, its lines and exceptions by code."""
    built = (await house.build()).json()
    page = await house.get(f"/payment-lists/{built['list_id']}/exceptions")
    return {
        "built": built,
        "lines": {line["person_id"]: line for line in await house.lines(built["list_id"])},
        "exceptions": {item["code"]: item for item in page["items"]},
    }


async def with_account(house: Any, person: Any, account: str = OLD) -> None:
    await house.intake(person, account=account)
    await house.entitle(person, ("2026-07", None, 540_000))


@pytest.mark.parametrize("way", ["api", "list"])
async def test_an_account_changed_by_one_person_has_no_effect_until_another_confirms_it(
    house: Any, new_person: Any, way: str
) -> None:
    person = new_person()
    await with_account(house, person)
    if way == "api":
        await house.choose(person, NEW, bank="BIDV")
    else:
        await house.intake(person, account=NEW, confirm=False)

    before = await december(house)
    (change,) = await house.waiting()
    confirmed = await house.decide_change(change["change_id"])
    after = await december(house)

    line = before["lines"][str(person.person_id)]
    assert (line["bank_code"], line["account_masked"]) == ("AGRIBANK", "•••0011")
    pending = before["exceptions"]["change_pending"]
    assert pending["before"] == "AGRIBANK •••0011"
    assert pending["after"].endswith("•••9999")
    assert confirmed.status_code == 200, confirmed.text
    assert after["lines"][str(person.person_id)]["account_masked"] == "•••9999"
    assert "change_pending" not in after["exceptions"]
    notices = await house.fetch("SELECT kind, text FROM citizen_notice ORDER BY recorded_at, kind")
    assert [row["kind"] for row in notices] == ["change_confirmed", "change_proposed"]
    assert all("•••9999" in row["text"] and NEW not in row["text"] for row in notices)
    told = await house.fetch("SELECT 1 FROM outbox WHERE aggregate_type = 'citizen_notice'")
    assert len(told) == 2


async def test_the_next_list_shows_the_account_that_changed_since_the_last_one(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    await house.sealed()
    await house.choose(person, NEW, bank="BIDV")
    await house.confirm_changes()
    house.clock.set("2026-12-20T08:00")

    built = (await house.build("2027-01")).json()
    page = await house.get(f"/payment-lists/{built['list_id']}/exceptions", code="account_changed")

    (shown,) = page["items"]
    assert (shown["before"], shown["after"]) == ("AGRIBANK •••0011", "BIDV •••9999")


async def test_the_proposer_never_confirms_and_a_stranger_does_not_see(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    await house.choose(person, NEW, by="ke_toan")
    (change,) = await house.waiting()

    own = await house.decide_change(change["change_id"], subject="ke_toan")
    stranger = await house.client.post(
        f"{BASE}/payment-changes/{change['change_id']}/confirm",
        json={"reason": "x"},
        headers=house.headers("lists:approve", subject="la", communes=["24997"]),
    )
    officer = await house.client.post(
        f"{BASE}/payment-changes/{change['change_id']}/confirm",
        json={"reason": "x"},
        headers=house.headers("lists:write", "disbursement:read", subject="can_bo_2"),
    )

    assert (own.status_code, own.json()["code"]) == (403, "proposer_is_confirmer")
    assert stranger.status_code == 404
    assert officer.status_code == 403
    assert len(await house.waiting()) == 1


async def test_a_refused_change_leaves_the_account_and_is_decided_once(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    await house.choose(person, NEW)
    (change,) = await house.waiting()

    refused = await house.decide_change(change["change_id"], "refuse")
    again = await house.decide_change(change["change_id"])
    shown = await december(house)

    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    assert (again.status_code, again.json()["code"]) == (409, "payment_change_decided")
    assert shown["lines"][str(person.person_id)]["account_masked"] == "•••0011"


async def test_cash_instead_of_an_account_is_a_change_too(house: Any, new_person: Any) -> None:
    person = new_person()
    await with_account(house, person)
    await house.choose(person, None)

    shown = await december(house)

    assert shown["lines"][str(person.person_id)]["method"] == "account"
    assert shown["exceptions"]["change_pending"]["after"] == "Tiền mặt"


async def test_who_goes_back_to_what_is_confirmed_withdraws_the_change(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    await house.choose(person, NEW)
    await house.choose(person, OLD)

    assert await house.waiting() == []


async def first_choices(house: Any, *, subject: str = "kiem") -> Any:
    answer = await house.client.get(
        f"{BASE}/payment-changes/first-choices",
        params={"commune_code": "25000"},
        headers=house.headers("lists:approve", subject=subject),
    )
    return answer.json()


async def confirm_first(house: Any, content_hash: str, *, subject: str = "kiem") -> Any:
    return await house.client.post(
        f"{BASE}/payment-changes/first-choices/confirm",
        json={"commune_code": "25000", "content_hash": content_hash, "reason": "Đã đối chiếu"},
        headers=house.headers("lists:approve", subject=subject),
    )


async def test_first_accounts_of_a_list_are_confirmed_at_once_and_cash_until_then(
    house: Any, new_person: Any
) -> None:
    people = [new_person() for _ in range(3)]
    for number, person in enumerate(people):
        await house.intake(person, account=f"150020500001{number}", confirm=False)
        await house.entitle(person, ("2026-07", None, 540_000))
    cash = await december(house)
    seen = await first_choices(house)
    own = await first_choices(house, subject="can_bo")
    done = await confirm_first(house, seen["content_hash"])
    stale = await confirm_first(house, seen["content_hash"])
    paid = await december(house)

    assert {line["method"] for line in cash["lines"].values()} == {"cash"}
    assert cash["exceptions"]["account_unconfirmed"]["after"].startswith("AGRIBANK •••")
    assert (seen["changes"], seen["accounts"], own["changes"]) == (3, 3, 0)
    assert done.status_code == 200, done.text
    assert (stale.status_code, stale.json()["code"]) == (409, "payment_changes_outdated")
    assert {line["method"] for line in paid["lines"].values()} == {"account"}
    await house.sealed()
    assert await house.broken() == {}


async def test_what_was_in_use_is_never_confirmed_in_bulk(house: Any, new_person: Any) -> None:
    known, replaced, cash = new_person(), new_person(), new_person()
    await with_account(house, known)
    await house.intake(cash)
    await house.intake(replaced, account="1500205000021", confirm=False)
    await house.choose(replaced, "1500205000022")
    await house.choose(known, NEW)
    await house.choose(cash, "1500205000031")

    seen = await first_choices(house)

    assert seen["changes"] == 0
    assert len(await house.waiting()) == 3


async def test_only_the_accounts_that_the_confirmer_saw_are_confirmed(
    house: Any, new_person: Any
) -> None:
    one, other = new_person(), new_person()
    await house.intake(one, account="1500205000021", confirm=False)
    seen = await first_choices(house)
    await house.intake(other, account="1500205000022", confirm=False)

    answer = await confirm_first(house, seen["content_hash"])

    assert (answer.status_code, answer.json()["code"]) == (409, "payment_changes_outdated")


async def test_an_approval_binds_the_accounts_that_were_seen(house: Any, new_person: Any) -> None:
    person = new_person()
    await with_account(house, person)
    built = (await house.build()).json()
    await house.choose(person, "9900205000011")
    await house.confirm_changes()
    path = f"{BASE}/payment-lists/{built['list_id']}"
    rebuilt = (await house.build()).json()
    body = {"content_hash": rebuilt["content_hash"], "reason": "Đã kiểm tra"}

    stale = await house.client.post(
        f"{path}/approve",
        json={**body, "accounts_hash": built["accounts_hash"]},
        headers=house.checker,
    )
    approved = await house.client.post(
        f"{path}/approve",
        json={**body, "accounts_hash": rebuilt["accounts_hash"]},
        headers=house.checker,
    )
    await house.choose(person, "8800205000011")
    await house.confirm_changes()
    sealed = await house.seal(rebuilt)

    # Both numbers end alike: what people see is the same, where the money goes is not.
    assert rebuilt["content_hash"] == built["content_hash"]
    assert rebuilt["accounts_hash"] != built["accounts_hash"]
    assert (stale.status_code, stale.json()["code"]) == (409, "payment_list_outdated")
    assert approved.status_code == 200, approved.text
    assert (sealed.status_code, sealed.json()["code"]) == (409, "payment_list_outdated")


async def test_a_carer_named_by_a_list_is_paid_after_a_second_person_confirmed(
    house: Any, new_person: Any
) -> None:
    carer, child = new_person("Trần Thị Chăm"), new_person("Nguyễn Văn Bé")
    care = {"benefit": "care_support"}
    await house.intake(carer, paid=("2026-12", "2026-11"))
    await house.intake(child, paid=("2026-12", "2026-11"), **care)
    await house.entitle(child, ("2026-12", None, 810_000), payee=carer, confirm=False, **care)

    before = await december(house)
    await house.confirm_changes()
    after = await december(house)

    assert before["lines"] == {}
    assert before["exceptions"]["payee_unconfirmed"]["amount"] == 810_000
    assert set(after["lines"]) == {str(child.person_id)}


async def test_recipients_and_merges_wait_too(house: Any, new_person: Any) -> None:
    person, helper, old = new_person(), new_person("Lê Văn Giúp"), new_person()
    for one in (person, helper, old):
        await house.intake(one, paid=("2026-12", "2026-11"))
        await house.entitle(one, ("2026-12", None, 540_000))
    appointed = RepresentationState(
        representation_id=new_id(),
        kind="authorised_recipient",
        representative_person_id=helper.person_id,
        representative_name=helper.name,
        may_receive_money=True,
        valid_from=date(2026, 11, 1),
    )
    merged = PersonMerged(
        person=house.state(old, merged_into=person.person_id),
        into=house.state(person),
        into_version=2,
        recorded_by="can_bo",
    )
    state = house.state(person)
    await house.tell(
        (
            RepresentationAppointed(person=state, representation=appointed, recorded_by="can_bo"),
            person.person_id,
        ),
        (merged, old.person_id),
    )

    waiting = {change["kind"]: change for change in await house.waiting()}

    assert set(waiting) == {"recipient", "payee"}
    assert waiting["recipient"]["after"] == f"Tiền mặt: {helper.name}"
    assert {change["proposed_by"] for change in waiting.values()} == {"can_bo"}


async def test_what_is_owed_to_the_dead_is_paid_to_the_heir_that_two_people_named(
    house: Any, new_person: Any
) -> None:
    dead, heir = new_person(), new_person("Nguyễn Văn Con")
    await house.intake(heir, paid=("2026-12", "2026-11"))
    await house.intake(dead)
    await house.entitle(dead, ("2026-07", None, 540_000))
    body = {"heir_person_id": str(heir.person_id), "basis": "Thỏa thuận của các đồng thừa kế"}

    def ask() -> Any:
        return house.client.post(
            f"{BASE}/persons/{dead.person_id}/heir",
            json=body,
            headers=house.headers("lists:write", subject="ke_toan"),
        )

    alive = await ask()
    await house.died(dead, date(2026, 11, 3))
    held = await december(house)
    proposed = await ask()
    await house.confirm_changes()
    paid = await december(house)

    assert (alive.status_code, alive.json()["code"]) == (409, "payee_is_alive")
    assert held["lines"] == {}
    assert proposed.status_code == 201, proposed.text
    line = paid["lines"][str(dead.person_id)]
    assert (line["regular"], line["arrears"]) == (0, 200_000)


async def test_who_moved_keeps_the_account_on_the_list_of_the_old_commune(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await with_account(house, person)
    moved = PersonMoved(
        person=house.state(person, commune_code="24997"),
        from_commune="25000",
        to_commune="24997",
        moved_on=date(2026, 11, 18),
    )
    await house.tell((moved, person.person_id))

    sealed = await house.sealed()
    file = await house.client.get(
        f"{BASE}/payment-lists/{sealed['list_id']}/file",
        params={"partner": "agribank"},
        headers=house.maker,
    )

    assert OLD in file.text
    assert await house.broken() == {}
