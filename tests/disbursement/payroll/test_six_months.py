"""Six months of an office by API: whatever happens, there is a way on and nothing is paid twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.disbursement.months import post, reconcile, refused, work_month

from common.contracts.registry import PersonMoved

People = dict[str, Any]
LEVEL = 540_000
FAILED = ("failed", "AC04")
MISSED = ("uncollected", None)


async def line_of(house: Any, sealed: Any, person: Any) -> Any:
    lines = {line["person_id"]: line for line in await house.lines(sealed["list_id"])}
    found = lines.get(str(person.person_id))
    return found and (found["regular"], found["arrears"], found["carried"], found["method"])


def said(people: People, **words: tuple[str, str | None]) -> dict[str, tuple[str, str | None]]:
    """What a partner says of some people's payments."""
    return {str(people[name].person_id): word for name, word in words.items()}


async def first_lists(house: Any, new_person: Any) -> People:
    """The commune's first list, paid to November by others."""
    names = ("steady", "absent", "bounced", "late", "dying", "moving", "corrected", "stopped")
    people = {name: new_person(name) for name in names}
    by_bank = {"steady", "bounced", "corrected"}
    for name, person in people.items():
        if name != "late":
            account = f"15002050{len(name):05d}" if name in by_bank else None
            await house.intake(person, paid=("2026-11", "2026-11"), amount=LEVEL, account=account)
            await house.entitle(person, ("2026-11", None, LEVEL))
    return people


async def december(house: Any, people: People) -> None:
    """One account is closed, one does not collect."""
    sealed = await work_month(house, "2026-12", said(people, bounced=FAILED, absent=MISSED))
    assert (sealed["lines"], sealed["total"]) == (7, 7 * LEVEL)


async def january(house: Any, people: People) -> None:
    """The bounced one is paid in cash, a newcomer gets arrears, a wrong account is refused."""
    # January: the bounced one is paid in cash; a newcomer has two months of arrears; another account
    # for the bounced one is proposed and refused, then a good one confirmed.
    late = people["late"]
    await house.intake(late, paid=("2026-12", "2026-11"), amount=LEVEL, account=None)
    await house.entitle(late, ("2026-11", None, LEVEL))
    await house.choose(people["bounced"], "9990000000001")
    (wrong,) = await house.waiting()
    assert (await house.decide_change(wrong["change_id"], "refuse")).status_code == 200
    sealed = await work_month(house, "2027-01", said(people, absent=MISSED))
    assert await line_of(house, sealed, people["bounced"]) == (LEVEL, 0, LEVEL, "cash")
    assert await line_of(house, sealed, late) == (LEVEL, 2 * LEVEL, 0, "cash")
    assert await line_of(house, sealed, people["absent"]) == (LEVEL, 0, LEVEL, "cash")
    await house.choose(people["bounced"], "1500205077777")
    await house.confirm_changes()


async def february(house: Any, people: People) -> None:
    """A new account is paid; the third month in vain is told; a level rises from December."""
    # February: paid to the new account; the third month in vain is told; the level of one rises from
    # December on.
    await house.entitle(
        people["corrected"], ("2026-11", "2026-11", LEVEL), ("2026-12", None, 750_000)
    )
    sealed = await work_month(house, "2027-02", said(people, absent=MISSED))
    assert await line_of(house, sealed, people["bounced"]) == (LEVEL, 0, 0, "account")
    assert await line_of(house, sealed, people["corrected"]) == (750_000, 420_000, 0, "account")
    told = await house.fetch("SELECT months FROM uncollected_report")
    assert [len(row["months"]) for row in told] == [3]


async def march(house: Any, people: People) -> None:
    """The absent one comes; a death of January is heard late; one moves away."""
    # March: the absent one comes after all. A death of January is heard only now; the money of March
    # was on its way.
    sealed = await work_month(house, "2027-03")
    assert await line_of(house, sealed, people["absent"]) == (LEVEL, 0, 3 * LEVEL, "cash")
    await house.died(people["dying"], date(2027, 1, 15))
    await house.tell(
        (
            PersonMoved(
                person=house.state(people["moving"], commune_code="25001"),
                from_commune="25000",
                to_commune="25001",
                moved_on=date(2027, 3, 10),
                recorded_by="can_bo",
            ),
            people["moving"].person_id,
        )
    )
    await house.entitle(people["moving"], ("2026-11", None, LEVEL), commune="25001")


async def april(house: Any, people: People) -> None:
    """Nothing for the dead, a claim that is paid back; the mover is the other commune's."""
    # April: nothing for the dead, a claim for February and March; the mover is the other commune's.
    sealed = await work_month(house, "2027-04", said(people, steady=FAILED))
    assert await line_of(house, sealed, people["dying"]) is None
    assert await line_of(house, sealed, people["moving"]) is None
    (claim,) = (await house.get("/recoveries"))["items"]
    assert (claim["person_id"], claim["total"]) == (str(people["dying"].person_id), 2 * LEVEL)
    receipt = {"amount": 2 * LEVEL, "received_on": "2027-04-05", "paper": "PT 7"}
    await post(house, f"/recoveries/{claim['recovery_id']}/receipts", receipt, house.maker)
    slip = {
        "amount": 2 * LEVEL, "paid_on": "2027-04-05", "number": "C2-05a/7", "budget_year": 2027,
        "year_settled": False,
    }  # fmt: skip
    done = await post(
        house, f"/recoveries/{claim['recovery_id']}/treasury-slips", slip, house.maker
    )
    assert (done["state"], done["remaining"]) == ("closed", 0)


async def may(house: Any, people: People) -> None:
    """One is stopped from April on; the month is closed."""
    # May: one is stopped from April on (April was paid: a claim); the month is closed; a late word
    # opens it again and two people decide.
    await house.entitle(people["stopped"], ("2026-11", "2027-03", LEVEL), status="stopped",
                        reason="moved")  # fmt: skip
    sealed = await work_month(house, "2027-05")
    assert await line_of(house, sealed, people["stopped"]) is None
    assert await line_of(house, sealed, people["steady"]) == (LEVEL, 0, LEVEL, "cash")
    claims = (await house.get("/recoveries"))["items"]
    assert sorted(c["total"] for c in claims if c["state"] == "open") == [LEVEL]
    month = {"commune_code": "25000", "month": "2027-05"}
    assert await refused(house, "/ledger/periods", month, house.maker) == "ledger_month_closed"


async def a_late_word(house: Any, people: People) -> None:
    """A statement contradicts April: two people decide, and the double month is claimed."""
    april = await house.fetch(
        "SELECT end_to_end_id, amount FROM payment WHERE reason = 'account_closed'"
        " AND month = '2027-04-01'"
    )
    late_word = {
        "message_id": "late", "kind": "statement", "list_reference": "AS-25000-2027-04-agribank",
        "entries": [
            {"end_to_end_id": april[0]["end_to_end_id"], "outcome": "paid",
             "amount": april[0]["amount"], "settled_on": "2027-04-06"},
        ],
    }  # fmt: skip
    await house.say("agribank", late_word)
    opened = await reconcile(house, "2027-04")
    (case,) = (await house.get("/payment-cases"))["items"]
    path = f"/payment-cases/{case['case_id']}"
    await post(house, f"{path}/propose", {"decision": "paid", "reason": "Sao kê"}, house.maker)
    await post(house, f"{path}/decide", {"reason": "Đã xem"}, house.checker)
    closed = await reconcile(house, "2027-04")
    assert (opened["state"], closed["state"]) == ("open", "closed")
    # April reached him twice: in the bank and in May's cash. The next list claims it.
    await work_month(house, "2027-06")
    claims = {c["person_id"]: c["total"] for c in (await house.get("/recoveries"))["items"]}
    assert claims[str(people["steady"].person_id)] == LEVEL


async def the_books(house: Any, people: People) -> None:
    """Every month's books balance and the settlement sheet agrees."""
    for text in ("2026-12", "2027-03", "2027-06"):
        totals = (await house.get("/ledger/trial-balance", month=text))["totals"]
        assert totals["opening_debit"] == totals["opening_credit"]
        assert totals["debits"] == totals["credits"] > 0
        assert totals["closing_debit"] == totals["closing_credit"]
    sheet = await house.get("/settlements", month="2026-12", partner="vnpost")
    (row,) = sheet["rows"]
    assert (row["lines"], row["paid_lines"], row["uncollected"]) == (4, 3, LEVEL)
    days = (await house.get("/ledger/days", first="2027-01-01", last="2027-01-31"))["days"]
    assert {day["code"] for day in days} >= {"cash", "payable", "expense"}
    overpaid = await house.fetch(
        "SELECT person_id, benefit, month FROM obligation WHERE state = 'settled'"
        " GROUP BY 1, 2, 3 HAVING sum(amount) > 750000"
    )
    assert overpaid == []


async def test_six_months_of_an_office(house: Any, new_person: Any) -> None:
    people = await first_lists(house, new_person)
    for month in (december, january, february, march, april, may, a_late_word, the_books):
        await month(house, people)
        assert await house.broken() == {}, month.__name__
