"""The check values of the story: what December's list owes, month by month, never set off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


async def line_of(house: Any, sealed: Any, person: Any) -> Any:
    return next(
        line
        for line in await house.lines(sealed["list_id"])
        if line["person_id"] == str(person.person_id)
    )


async def test_a_pensioner_paid_500000_for_five_months_gets_740000_in_december(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(person, amount=500_000)
    await house.entitle(person, ("2026-07", None, 540_000))

    built = (await house.build()).json()
    line = await line_of(house, built, person)

    assert (line["regular"], line["arrears"], line["total"]) == (540_000, 200_000, 740_000)
    assert line["arrears_months"] == 5
    assert [m["month"] for m in line["months"] if m["role"] == "arrears"] == [
        "2026-07", "2026-08", "2026-09", "2026-10", "2026-11",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "arrears"),
    [
        (750_000, 810_000, 300_000),
        (1_000_000, 1_080_000, 400_000),
        (1_250_000, 1_350_000, 500_000),
    ],
)
async def test_coefficients_pay_their_share_of_the_difference(
    house: Any, new_person: Any, old: Any, new: Any, arrears: Any
) -> None:
    person = new_person()
    await house.intake(person, amount=old, benefit="disability_allowance")
    await house.entitle(person, ("2026-07", None, new), benefit="disability_allowance")

    line = await line_of(house, (await house.build()).json(), person)

    assert (line["regular"], line["arrears"]) == (new, arrears)


async def test_who_was_decided_in_september_is_owed_fewer_months(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(person, paid=("2026-09", "2026-11"))
    await house.entitle(person, ("2026-09", None, 540_000))

    line = await line_of(house, (await house.build()).json(), person)

    assert (line["arrears"], line["arrears_months"]) == (120_000, 3)


async def test_who_was_granted_in_november_and_never_paid_gets_the_whole_month_as_arrears(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(new_person())  # somebody else, so that the person is known otherwise
    await house.intake(person, paid=("2026-12", "2026-11"))
    await house.entitle(person, ("2026-11", None, 540_000))

    line = await line_of(house, (await house.build()).json(), person)

    assert (line["regular"], line["arrears"], line["arrears_months"]) == (540_000, 540_000, 1)


async def test_the_child_who_turned_16_has_arrears_and_a_recovery_and_nothing_is_set_off(
    house: Any, new_person: Any
) -> None:
    child = new_person()
    await house.intake(child, amount=1_250_000, benefit="disability_allowance")
    await house.entitle(
        child,
        ("2026-07", "2026-09", 1_350_000),
        ("2026-10", None, 1_080_000),
        benefit="disability_allowance",
    )

    sealed = await house.sealed()
    line = await line_of(house, sealed, child)
    cases = (await house.get("/recoveries", commune_code="25000"))["items"]

    assert (line["regular"], line["arrears"], line["total"]) == (1_080_000, 300_000, 1_380_000)
    assert [(case["total"], case["reason"]) for case in cases] == [(340_000, "level_lowered")]
    assert [(m["month"], m["amount"]) for m in cases[0]["months"]] == [
        ("2026-10", 170_000),
        ("2026-11", 170_000),
    ]
    assert await house.broken() == {}


async def test_a_second_rise_of_the_same_months_is_a_new_obligation(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(person)
    await house.entitle(person, ("2026-07", None, 540_000))
    await house.sealed("2026-12")
    await house.entitle(person, ("2026-07", None, 560_000))
    house.clock.set("2026-12-20T08:00")

    second = await line_of(house, (await house.build("2027-01")).json(), person)
    rows = await house.fetch(
        "SELECT month, kind, seq, amount FROM obligation WHERE person_id = $1"
        " AND month = '2026-07-01' ORDER BY kind, seq",
        person.person_id,
    )

    assert second["arrears"] == 6 * 20_000
    assert [(r["kind"], r["seq"], r["amount"]) for r in rows] == [
        ("arrears", 0, 40_000),
        ("arrears", 1, 20_000),
    ]


async def test_the_dead_are_not_on_the_list_their_arrears_are_held_and_the_rest_is_recovered(
    house: Any, new_person: Any
) -> None:
    person, other = new_person(), new_person()
    for one in (person, other):
        await house.intake(one)
        await house.entitle(one, ("2026-07", None, 540_000))
    await house.died(person, date(2026, 9, 28))

    sealed = await house.sealed()
    lines = await house.lines(sealed["list_id"])
    exceptions = (await house.get(f"/payment-lists/{sealed['list_id']}/exceptions"))["items"]
    cases = (await house.get("/recoveries"))["items"]
    held = await house.fetch(
        "SELECT month, amount, reason FROM obligation WHERE state = 'held' ORDER BY month"
    )

    assert [line["person_id"] for line in lines] == [str(other.person_id)]
    assert [(r["month"], r["amount"], r["reason"]) for r in held] == [
        (date(2026, month, 1), 40_000, "deceased") for month in (7, 8, 9)
    ]
    assert [(x["code"], x["amount"], x["months"]) for x in exceptions] == [
        ("deceased", 120_000, 3),
        ("overpaid", 1_000_000, 2),
    ]
    assert [(c["reason"], c["total"]) for c in cases] == [("deceased", 1_000_000)]


async def test_a_held_benefit_has_no_line_and_is_an_exception(house: Any, new_person: Any) -> None:
    person, other = new_person(), new_person()
    await house.intake(other)
    await house.entitle(other, ("2026-07", None, 540_000))
    await house.intake(person)
    await house.entitle(person, ("2026-07", None, 540_000), status="held", reason="highest_only")

    built = (await house.build()).json()
    exceptions = (await house.get(f"/payment-lists/{built['list_id']}/exceptions"))["items"]

    assert built["lines"] == 1
    assert [(x["code"], x["reason"], x["amount"]) for x in exceptions] == [
        ("held", "highest_only", 200_000)
    ]


async def test_channels_follow_the_account_and_odd_ones_are_told(
    house: Any, new_person: Any
) -> None:
    banked, cash, numberless, family_a, family_b = (
        new_person(), new_person(), new_person(number=False), new_person(), new_person(),
    )  # fmt: skip
    await house.intake(banked, account="1500 2050 00011")
    await house.intake(cash)
    await house.intake(numberless, account="1500205000022")
    await house.intake(family_a, account="1500205000099")
    await house.intake(family_b, account="1500205000099")
    for person in (banked, cash, numberless, family_a, family_b):
        await house.entitle(person, ("2026-07", None, 540_000))

    built = (await house.build()).json()
    lines = {line["person_id"]: line for line in await house.lines(built["list_id"])}
    exceptions = (await house.get(f"/payment-lists/{built['list_id']}/exceptions"))["items"]

    assert lines[str(banked.person_id)]["partner"] == "agribank"
    assert lines[str(cash.person_id)]["partner"] == "vnpost"
    assert lines[str(numberless.person_id)]["partner"] == "vnpost"
    assert {(x["code"], x["person_id"]) for x in exceptions} == {
        ("no_personal_id", str(numberless.person_id)),
        ("account_shared", str(family_a.person_id)),
        ("account_shared", str(family_b.person_id)),
    }


async def test_what_was_paid_in_another_commune_before_a_move_counts(
    house: Any, new_person: Any
) -> None:
    person = new_person()
    await house.intake(person, commune_code="24997")
    await house.intake(person, paid=("2026-12", "2026-11"))  # now of commune 25000
    await house.entitle(person, ("2026-07", None, 540_000))

    line = await line_of(house, (await house.build()).json(), person)

    assert line["arrears"] == 200_000


async def test_the_comparison_names_every_change_with_its_reason(
    house: Any, new_person: Any
) -> None:
    raised, dead, new = new_person(), new_person(), new_person()
    for one in (raised, dead):
        await house.intake(one)
        await house.entitle(one, ("2026-07", None, 500_000))
    await house.entitle(raised, ("2026-07", None, 540_000))
    await house.died(dead, date(2026, 11, 3))
    await house.intake(new, paid=("2026-12", "2026-11"))
    await house.entitle(new, ("2026-12", None, 540_000))

    built = (await house.build()).json()
    compared = await house.get(f"/payment-lists/{built['list_id']}/compare")
    changes = {row["person_id"]: row for row in compared["items"]}

    assert compared["counts"] == {"changed": 1, "gone": 1, "new": 1}
    assert compared["previous_source"] == "recorded_payments"
    assert changes[str(raised.person_id)]["previous"] == 500_000
    assert changes[str(raised.person_id)]["current"] == 540_000
    assert changes[str(raised.person_id)]["reason"] == "level_review"
    assert changes[str(dead.person_id)]["reason"] == "deceased"
    assert changes[str(new.person_id)]["change"] == "new"
