"""Who is paid may differ from who is entitled: the money goes where the payee is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.contracts.registry import (
    PersonMerged,
    RepresentationAppointed,
    RepresentationRevoked,
    RepresentationState,
)
from common.database.ids import new_id

CARE = {"benefit": "care_support"}


async def payees(house: Any) -> dict[str, tuple[Any, ...]]:
    """Give partner, payee and the payee's number of each line of December, by person."""
    built = (await house.build()).json()
    rows = await house.fetch(
        "SELECT person_id, partner, payee_person_id, payee_name, payee_number"
        " FROM payment_list_line WHERE list_id = $1",
        built["list_id"],
    )
    return {str(row["person_id"]): tuple(row)[1:] for row in rows}


async def codes(house: Any) -> set[tuple[str, str]]:
    built = (await house.build()).json()
    page = await house.get(f"/payment-lists/{built['list_id']}/exceptions")
    return {(item["code"], item["person_id"]) for item in page["items"]}


async def test_care_support_is_paid_to_the_account_of_the_carer(
    house: Any, new_person: Any
) -> None:
    carer, child = new_person("Trần Thị Chăm"), new_person("Nguyễn Văn Bé")
    await house.intake(carer, account="1500205000777", paid=("2026-12", "2026-11"))
    await house.intake(child, paid=("2026-12", "2026-11"), **CARE)
    await house.entitle(child, ("2026-12", None, 810_000), payee=carer, **CARE)
    await house.entitle(carer, ("2026-12", None, 540_000))
    assert await payees(house) == {
        str(child.person_id): ("agribank", carer.person_id, carer.name, carer.number),
        str(carer.person_id): ("agribank", None, None, None),
    }
    # One account for what is the carer's own and what the carer gets: nothing odd.
    assert await codes(house) == set()


async def test_nobody_is_paid_in_the_place_of_a_dead_or_unknown_payee(
    house: Any, new_person: Any
) -> None:
    carer, stranger = new_person("Trần Thị Chăm"), new_person("Người Lạ")
    first, second = new_person("Nguyễn Văn Bé"), new_person("Nguyễn Văn Hai")
    await house.intake(carer, paid=("2026-12", "2026-11"))
    for child, payee in ((first, carer), (second, stranger)):
        await house.intake(child, paid=("2026-12", "2026-11"), **CARE)
        await house.entitle(child, ("2026-12", None, 810_000), payee=payee, **CARE)
    await house.died(carer, date(2026, 11, 3))
    assert await payees(house) == {}
    assert await codes(house) == {
        ("payee_deceased", str(first.person_id)),
        ("payee_unknown", str(second.person_id)),
    }


async def test_cash_is_handed_to_who_holds_authority_in_the_month(
    house: Any, new_person: Any
) -> None:
    person, helper = new_person("Nguyễn Thị Già"), new_person("Lê Văn Giúp")
    await house.intake(helper, paid=("2026-12", "2026-11"))
    await house.intake(person, paid=("2026-12", "2026-11"))
    await house.entitle(person, ("2026-12", None, 540_000))
    appointed = RepresentationState(
        representation_id=new_id(),
        kind="authorised_recipient",
        representative_person_id=helper.person_id,
        representative_name=helper.name,
        may_receive_money=True,
        valid_from=date(2026, 11, 1),
    )
    await house.tell(
        (
            RepresentationAppointed(person=house.state(person), representation=appointed),
            person.person_id,
        )
    )
    assert (await payees(house))[str(person.person_id)] == ("vnpost", None, None, None)
    await house.confirm_changes()
    assert (await payees(house))[str(person.person_id)] == (
        "vnpost", helper.person_id, helper.name, helper.number,
    )  # fmt: skip
    revoked = RepresentationRevoked(
        person=house.state(person), representation=appointed, revoked_on=date(2026, 11, 20)
    )
    await house.tell((revoked, person.person_id))
    assert (await payees(house))[str(person.person_id)] == ("vnpost", None, None, None)


async def test_a_merged_record_is_paid_as_the_one_that_stays(house: Any, new_person: Any) -> None:
    old, stays = new_person("Nguyễn Thị Mẫu"), new_person("Nguyễn Thị Mẫu")
    await house.intake(stays, account="1500205000888", paid=("2026-12", "2026-11"))
    await house.intake(old, paid=("2026-12", "2026-11"))
    await house.entitle(old, ("2026-12", None, 540_000))
    merged = PersonMerged(
        person=house.state(old, merged_into=stays.person_id),
        into=house.state(stays),
        into_version=2,
        recorded_by="can_bo",
    )
    await house.tell((merged, old.person_id))
    assert (await payees(house))[str(old.person_id)] == ("vnpost", None, None, None)
    await house.confirm_changes()
    assert (await payees(house))[str(old.person_id)] == (
        "agribank", stays.person_id, stays.name, stays.number,
    )  # fmt: skip
