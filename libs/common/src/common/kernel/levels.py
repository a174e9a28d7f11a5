"""Standard amounts, coefficients and ages of the law by day, as far as lists are checked by them.

Thuật ngữ: mức chuẩn, hệ số, độ tuổi. `levels.json` is generated from eligibility's parameters
(`make generate`); no number stands here. A province's own level counts beside the national one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final

from common.kernel.months import Month

ALL: Final = "all"
TRANSITION_MONTHS: Final = 12
"""How long after a new level is in force a list may still pay the level before it: each person is
moved by a signed decision (khoản 4 Điều 32 Nghị định 335/2026/NĐ-CP)."""


@dataclass(frozen=True, slots=True)
class StandardAmount:
    """A standard amount in đồng a month; `valid_to` is the last day on which it counts."""

    amount: int
    benefit: str
    province: str | None
    document: str
    valid_from: date
    valid_to: date | None
    in_force: date

    def counts(self, month: Month) -> bool:
        """Say whether the amount counts for a month."""
        return self.valid_from <= month.last_day and (
            self.valid_to is None or self.valid_to >= month.first_day
        )


@dataclass(frozen=True, slots=True)
class DatedNumber:
    """A coefficient or an age with its period."""

    value: Decimal
    valid_from: date
    valid_to: date | None


@cache
def standard_amounts(benefit: str, province: str, month: Month) -> tuple[StandardAmount, ...]:
    """Give the amounts by which a list of the month may pay, the one that counts now first.

    The level before the present one follows while people are being moved to the new one.
    """
    own = [one for one in _amounts() if one.province == province and _is_for(one, benefit)]
    national = [one for one in _amounts() if one.province is None and _is_for(one, benefit)]
    specific = [one for one in national if one.benefit != ALL]
    found = [*_payable(own, month), *_payable(specific or national, month)]
    return tuple(sorted(found, key=lambda one: (not one.counts(month), -one.amount)))


def coefficients(names: Sequence[str], month: Month) -> tuple[Decimal, ...]:
    """Give the coefficients of named groups that count in a month or counted just before it."""
    return tuple(sorted({number.value for name in names for number in _of(name, month)}))


@cache
def every_coefficient(month: Month) -> tuple[Decimal, ...]:
    """Give every coefficient that the law knows for some group in a month."""
    return coefficients(tuple(_document()["coefficients"]), month)


@cache
def age(name: str, month: Month) -> int | None:
    """Give an age limit in years; None where the law has none in that month."""
    numbers = _numbers("ages", name)
    found = [one.value for one in numbers if _overlaps(one, month)]
    return int(found[-1]) if found else None


def _payable(amounts: Sequence[StandardAmount], month: Month) -> Iterator[StandardAmount]:
    counting = [one for one in amounts if one.counts(month)]
    yield from counting
    for now in counting:
        if now.in_force <= month.last_day and month - Month.of(now.in_force) > TRANSITION_MONTHS:
            continue
        before = [one for one in amounts if one.valid_from < now.valid_from]
        if before:
            yield max(before, key=lambda one: one.valid_from)


def _is_for(one: StandardAmount, benefit: str) -> bool:
    return one.benefit in {ALL, benefit}


def _of(name: str, month: Month) -> list[DatedNumber]:
    return [one for one in _numbers("coefficients", name) if one.valid_from <= month.last_day]


def _overlaps(one: DatedNumber, month: Month) -> bool:
    ended = one.valid_to is not None and one.valid_to < month.first_day
    return one.valid_from <= month.last_day and not ended


@cache
def _amounts() -> tuple[StandardAmount, ...]:
    return tuple(
        StandardAmount(
            amount=row["amount"],
            benefit=row["benefit"],
            province=row["province"],
            document=row["document"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            in_force=date.fromisoformat(row["in_force"]),
        )
        for row in _document()["amounts"]
    )


@cache
def _numbers(kind: str, name: str) -> tuple[DatedNumber, ...]:
    return tuple(
        DatedNumber(
            Decimal(row["value"]), date.fromisoformat(row["valid_from"]), _day(row["valid_to"])
        )
        for row in _document()[kind].get(name, ())
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _document() -> Mapping[str, Any]:
    text = resources.files("common.kernel").joinpath("levels.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document
