"""Synthetic people: names, numbers, villages, households. Nobody here exists.

Personal IDs use province codes that no province has (design.md section 11), former numbers (CMND)
a two-digit head that was never given out, phones the unused head 06, accounts the head 99.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Literal

from sandbox.sample import lookup

Sex = Literal["male", "female"]
ID_PROVINCES = ("003", "005", "009", "099")
_CENTURY = 100
_FIRST_YEAR = 1900
_OLD_COHORT = 1970
_KOHO_SHARE = 0.08


Study = Literal["general", "vocational", "college", "university"]
Single = Literal["single", "widowed", "spouse_missing"]
Support = Literal["none", "on_allowance"]
ParentStatus = Literal["able", "dead", "missing", "facility", "detained", "unidentified"]


@dataclass(frozen=True, slots=True)
class Child:
    """A child whom somebody raises."""

    full_name: str
    birth_date: date
    studying: bool = False


@dataclass(slots=True)
class Life:
    """What the groups of the law ask about a person, besides age, poverty and disability."""

    father: ParentStatus = "able"
    mother: ParentStatus = "able"
    abandoned: bool = False
    study: Study | None = None
    single: Single | None = None
    children: tuple[Child, ...] = ()
    pregnant: bool = False
    support: Support | None = None
    taken_in_elder: bool = False
    sealed: bool = False
    care: Literal["own_family", "taken_in"] | None = None
    in_facility: bool = False
    pension_income: int = 0


@dataclass(slots=True)
class Truth:
    """A person as he or she really is, whatever the file says."""

    full_name: str
    birth_date: date
    sex: Sex
    personal_id: str
    village: str
    household: str
    poverty_class: Literal["poor", "near_poor", "none"] = "none"
    disability_degree: Literal["severe", "very_severe"] | None = None
    cmnd: str | None = None
    death_date: date | None = None
    phone: str | None = None
    method: Literal["account", "cash"] = "cash"
    bank: lookup.Bank | None = None
    account: str | None = None
    life: Life = field(default_factory=Life)


@dataclass(slots=True)
class Numbers:
    """Gives out numbers, each only once in a commune."""

    rng: Random
    given: set[str] = field(default_factory=set)

    def _fresh(self, head: str, digits: int) -> str:
        while True:
            number = head + "".join(self.rng.choices("0123456789", k=digits))
            if number not in self.given:
                self.given.add(number)
                return number

    def personal_id(self, birth: date, sex: Sex) -> str:
        """A number of 12 digits that agrees with sex and birth year."""
        century = 2 * ((birth.year - _FIRST_YEAR) // _CENTURY) + (sex == "female")
        head = f"{self.rng.choice(ID_PROVINCES)}{century}{birth.year % _CENTURY:02d}"
        return self._fresh(head, 6)

    def former_number(self) -> str:
        """A number of 9 digits in the form of the former identity card."""
        return self._fresh("9" + self.rng.choice("012345678"), 7)

    def phone(self) -> str:
        """A number of 10 digits that no network uses."""
        return self._fresh("06", 8)

    def account(self, bank: lookup.Bank) -> str:
        """An account number as long as that bank's usually are."""
        return self._fresh("99", bank.account_length - 2)


def weighted(rng: Random, table: dict[str, float]) -> str:
    """Draw one key by weight."""
    return rng.choices(list(table), weights=list(table.values()))[0]


def full_name(rng: Random, sex: Sex, birth: date, family: str | None, *, koho: bool) -> str:
    """A name by published frequency; `koho`: some people have K' or Ka and one name."""
    table: dict[str, Any] = lookup.names()
    if koho and family is None and rng.random() < _KOHO_SHARE:
        given = rng.choice(table["koho"][sex])
        return f"K'{given}" if sex == "male" else f"Ka {given}"
    cohort = "old" if birth.year < _OLD_COHORT else "young"
    first = family or weighted(rng, table["family"])
    middle = weighted(rng, table["middle"][sex])
    return f"{first} {middle} {weighted(rng, table['given'][sex][cohort])}"


def villages(rng: Random, commune: lookup.Commune) -> list[str]:
    """The villages or residential groups of a commune, in the order of its lists."""
    if commune.kind != "xã":
        return [f"Tổ dân phố {number}" for number in range(1, rng.randint(9, 16))]
    named = rng.sample(lookup.names()["villages"], 3)
    return [f"Thôn {number}" for number in range(1, rng.randint(10, 20))] + [
        f"Thôn {name}" for name in named
    ]


def random_day(rng: Random, first: date, last: date) -> date:
    """Any day from `first` to `last`, both included."""
    return date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))
