"""What may be a second record of one human is not paid beside the first until somebody decides."""

from __future__ import annotations

from typing import Any

from common.contracts.registry import DuplicateOutcome, DuplicateSettled, DuplicateSuspected
from common.database.ids import new_id


async def december(house: Any) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """Build the list of December: person -> đồng, and the exceptions."""
    built = (await house.build()).json()
    page = await house.get(f"/payment-lists/{built['list_id']}/exceptions")
    lines = await house.lines(built["list_id"])
    return (
        {line["person_id"]: line["total"] for line in lines},
        {(item["code"], item["person_id"]) for item in page["items"]},
    )


async def test_the_later_record_is_held_until_the_pair_is_settled(
    house: Any, new_person: Any
) -> None:
    first, second = new_person("Nguyễn Thị Mẫu"), new_person("Nguyễn Thị Mẫu")
    pair = {
        "pair_id": new_id(),
        "earlier_person_id": first.person_id,
        "later_person_id": second.person_id,
    }
    one, two = str(first.person_id), str(second.person_id)

    async def settle(outcome: DuplicateOutcome) -> None:
        await house.tell((DuplicateSettled(**pair, outcome=outcome), pair["pair_id"]))

    for person in (first, second):
        await house.intake(person, paid=("2026-12", "2026-11"))
    await house.entitle(second, ("2026-12", None, 540_000))
    suspected = DuplicateSuspected(**pair, commune_code="25000", reasons=("same_name_birth",))
    await house.tell((suspected, pair["pair_id"]))
    # Nobody is paid by the first record: there is no second payment, and nobody goes without.
    assert await december(house) == ({two: 540_000}, set())
    await house.entitle(first, ("2026-12", None, 540_000))
    assert await december(house) == ({one: 540_000}, {("possible_duplicate", two)})
    await settle("two_people")
    assert await december(house) == ({one: 540_000, two: 540_000}, set())
    # Found again for other reasons, an approved list is out of date before it is sealed.
    built = (await house.build()).json()
    assert (await house.approve(built)).status_code == 200
    await house.tell((suspected, pair["pair_id"]))
    refused = await house.seal(built)
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_list_outdated")
    assert await december(house) == ({one: 540_000}, {("possible_duplicate", two)})
    await settle("not_found")
    assert await december(house) == ({one: 540_000, two: 540_000}, set())
    assert await house.broken() == {}
