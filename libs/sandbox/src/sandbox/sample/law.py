"""What the law owes, month by month: the plan's own computation, in plain Python.

It shares no code and no data file with the services, so that agreement means something.
What each group gives in a month stands in `entitled`. Căn cứ: khoản 2 Điều 6, khoản 3 và 4 Điều 32
Nghị định 335/2026 (540.000 từ 7/2026); khoản 1 Điều 3 Nghị định 176/2025.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sandbox.sample import lookup, months
from sandbox.sample.people import Truth

Coefficient = Callable[[Truth, int], int]
"""Tenths of the standard amount that a person is entitled to in a month."""


@dataclass(slots=True)
class Money:
    """Đồng by month (as a number, see `months`). Arrears and recoveries are never netted."""

    first_month: int
    paid: dict[int, int]
    owed: dict[int, int]
    arrears: dict[int, int] = field(default_factory=dict)
    recovery: dict[int, int] = field(default_factory=dict)
    held: bool = False
    december: int = 0


def effective_month(birth: date, age: int) -> int:
    """The month from which completing an age changes the coefficient.

    Before 5/10/2026 the following month (law-corrections E21), since then the birthday's own
    (khoản 4 Điều 8 Nghị định 335/2026).
    """
    day = months.birthday(birth, age)
    return months.of(day) + (day < lookup.law().same_month_from)


def stop_month(birth: date, age: int) -> int:
    """The first month that is no longer paid when completing an age ends the benefit.

    In every period the month right after (khoản 4 Điều 8 Nghị định 335/2026).
    """
    return months.of(months.birthday(birth, age)) + 1


def first_month(decision: date) -> int:
    """The first month that the plan is about: 7/2026 or the month of the decision."""
    return max(months.parse(lookup.law().standard_from), months.of(decision))


def settle(
    person: Truth,
    *,
    decision: date,
    signed: int,
    amount: int,
    lawful: Coefficient,
    list_month: int,
) -> Money:
    """Compare what is owed with what was paid.

    Args:
        person: The person, with the day of death if dead.
        decision: Day of the decision.
        signed: Coefficient of the list, in tenths.
        amount: Amount of the list, paid in each month to `list_month`.
        lawful: The law's coefficient.
        list_month: Month of the list; the next one is the month to pay.
    """
    start = first_month(decision)
    follows_law = signed == lawful(person, start)
    last = list_month + 1 if person.death_date is None else months.of(person.death_date)
    owed = {}
    for month in range(start, list_month + 2):
        tenths = lawful(person, month) if follows_law else signed
        owed[month] = lookup.law().standard * tenths // 10 if month <= last else 0
    paid = dict.fromkeys(range(start, list_month + 1), amount)
    return conclude(Money(start, paid, owed, held=person.death_date is not None))


def conclude(money: Money) -> Money:
    """Fill in arrears, recoveries and the regular amount of the month to pay."""
    money.arrears = {m: money.owed[m] - p for m, p in money.paid.items() if money.owed[m] > p}
    money.recovery = {m: p - money.owed[m] for m, p in money.paid.items() if money.owed[m] < p}
    money.december = money.owed[max(money.owed)]
    return money


ONE_OF = frozenset({"social_pension", "disability_allowance", "social_allowance"})
"""Of these benefits one person is paid only the highest; others stand beside it."""


def keep_only_highest(moneys: list[Money]) -> None:
    """Owe only the highest of one person's benefits (those of `ONE_OF`) in each month."""
    for month in {m for money in moneys for m in money.owed}:
        held = [money for money in moneys if month in money.owed]
        best = max(held, key=lambda money: money.owed[month])
        for money in held:
            if money is not best:
                money.owed[month] = 0
    for money in moneys:
        conclude(money)
