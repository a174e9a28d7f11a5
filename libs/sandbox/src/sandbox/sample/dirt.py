"""Every kind of dirt of a real list, and how it gets into a row.

A kind has one or more variants that take turns; a variant says which rows it can dirty and changes
one. The codes are those that the registry's intake reports, where it is the one to notice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Literal

from sandbox.sample import encodings, entitled, lookup, months
from sandbox.sample.groups import DISABILITY, PENSION, changes_soon
from sandbox.sample.plan import SEX_TEXT, Cell, Dirt, Entry, PlannedPerson

_EXCEL_EPOCH = date(1899, 12, 30)
_UNREADABLE = ("không rõ", "chưa rõ", "??/??/????")
_DEATHS = ((5, 17), (9, 3), (7, 21), (8, 30), (10, 11), (3, 9), (6, 28), (11, 4), (4, 15), (7, 2))
"""Month and day of deaths in 2026, in turn: before, in and after 7/2026."""
_LAST_CARD_BIRTH = date(2004, 1, 1)
"""Who was born later never had a card of 9 digits."""
_LONG_ELDERLY_BORN = 1964
_LATEST_DEATH_DECISION = date(2026, 1, 31)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that may get dirty."""

    person: PlannedPerson
    entry: Entry
    commune: lookup.Commune


Fault = Callable[[Random, Row, int], Dirt]
Fits = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of dirt: how often (in a thousand people), who must notice, what comes of the row."""

    code: str
    per_mille: float
    seen_by: Literal["intake", "deaths", "law"]
    outcome: Literal["accepted", "refused"]
    variants: tuple[tuple[Fits, Fault], ...]
    minimum: int = 1

    def count(self, size: int) -> int:
        """How many rows of a list of `size` people."""
        return max(self.minimum, round(size * self.per_mille / 1000))


def _anyone(row: Row) -> bool:
    del row
    return True


def _zero_lost(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    number = row.person.truth.personal_id
    return _change("id_zero_lost", "personal_id", int(number), number)


def _had_a_card(row: Row) -> bool:
    return row.person.truth.birth_date < _LAST_CARD_BIRTH


def _cmnd(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    former = row.person.truth.cmnd
    if former is None:
        message = "no former number was given to this person"
        raise ValueError(message)
    return _change("id_cmnd", "personal_id", former, former)


def _birth_text(rng: Random, row: Row, turn: int) -> Dirt:
    del rng
    day = row.person.truth.birth_date
    patterns = ("{0:02d}/{1:02d}/{2}", "{0}/{1}/{2}", "{0:02d}-{1:02d}-{2}", "{0:02d}.{1:02d}.{2}")
    text = patterns[turn % len(patterns)].format(day.day, day.month, day.year)
    return _change("birth_text", "birth_date", text, day.isoformat())


def _birth_serial(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    day = row.person.truth.birth_date
    return _change("birth_serial", "birth_date", (day - _EXCEL_EPOCH).days, day.isoformat())


def _birth_year_only(rng: Random, row: Row, turn: int) -> Dirt:
    del rng
    year = row.person.truth.birth_date.year
    cell = year if turn % 2 else str(year)
    return _change("birth_year_only", "birth_date", cell, f"{year}-01-01")


def _year_decides_nothing(row: Row) -> bool:
    birth = row.person.truth.birth_date
    return not changes_soon(birth) and not changes_soon(date(birth.year, 1, 1))


def _decomposed(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    name = row.person.truth.full_name
    return _change("text_decomposed", "full_name", unicodedata.normalize("NFD", name), name)


def _has_marks(row: Row) -> bool:
    name = row.person.truth.full_name
    return unicodedata.normalize("NFD", name) != name


def _tcvn3(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    name = row.person.truth.full_name
    return _change("text_tcvn3", "full_name", encodings.to_tcvn3(name), name)


def _vni(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    name = row.person.truth.full_name
    return _change("text_vni", "full_name", encodings.to_vni(name), name)


def _old_commune(rng: Random, row: Row, turn: int) -> Dirt:
    former = row.commune.former[turn % len(row.commune.former)]
    village = f"Thôn {rng.randint(1, 9)}"
    if not former.startswith("xã"):
        village = f"Tổ dân phố {rng.randint(1, 9)}"
    dirt = _change("old_commune_name", "village", f"{village}, {former}", village)
    dirt.detail = {"former_commune": former, "commune": row.commune.code}
    return dirt


def _sex_wrong(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, turn
    other = "female" if row.person.truth.sex == "male" else "male"
    return _change("sex_contradicts_id", "sex", SEX_TEXT[other], other)


def _shifted(birth: date, years: int) -> date:
    return date(birth.year - years, birth.month, min(birth.day, 28))


def _birth_wrong(rng: Random, row: Row, turn: int) -> Dirt:
    del turn
    wrong = _shifted(row.person.truth.birth_date, rng.randint(1, 3))
    return _change("birth_year_contradicts_id", "birth_date", wrong, wrong.isoformat())


def _birth_can_be_wrong(row: Row) -> bool:
    """Whether three years more change neither class nor provision."""
    birth = row.person.truth.birth_date
    if row.entry.profile is PENSION:
        return row.entry.provision == "pension_75"
    if row.entry.profile is not DISABILITY:
        return False
    spans = [_shifted(birth, years) for years in range(4)]
    july = months.of(date(2026, 7, 1))
    classes = {entitled.age_class(replace(row.person.truth, birth_date=day), july) for day in spans}
    return len(classes) == 1 and not any(changes_soon(day) for day in spans)


def _died(rng: Random, row: Row, turn: int) -> Dirt:
    del rng
    month, day = _DEATHS[turn % len(_DEATHS)]
    death = date(2026, month, day)
    row.person.truth.death_date = death
    return Dirt("person_deceased", "accepted", detail={"death_date": death.isoformat()})


def _long_on_the_list(row: Row) -> bool:
    return row.entry.decision_date <= _LATEST_DEATH_DECISION


def _without_name(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, row, turn
    return Dirt("row_without_name", "refused", "full_name", {"full_name": None})


def _birth_unreadable(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, row
    changed: dict[str, Cell] = {
        "birth_date": _UNREADABLE[turn % len(_UNREADABLE)],
        "personal_id": None,
    }
    return Dirt("birth_unreadable", "refused", "birth_date", changed)


def _id_length(rng: Random, row: Row, turn: int) -> Dirt:
    number = row.person.truth.personal_id
    wrong = number[:8] if turn % 2 else number + rng.choice("0123456789")
    return Dirt("id_invalid_length", "refused", "personal_id", {"personal_id": wrong})


def _duplicate(rng: Random, row: Row, turn: int) -> Dirt:
    del rng, row, turn
    return Dirt("duplicate_in_file", "refused")


def _signed(tenths: int) -> Fault:
    """The decision's coefficient is not the law's."""

    def fault(rng: Random, row: Row, turn: int) -> Dirt:
        del rng, turn
        lawful = row.entry.tenths
        row.entry.tenths = tenths
        row.entry.amount = lookup.law().list_standard * tenths // 10
        cell = Decimal(tenths) / 10
        dirt = Dirt("amount_differs", "accepted", "coefficient", {"coefficient": cell}, str(cell))
        dirt.detail = _lawful_detail(lawful)
        return dirt

    return fault


def _listed(amount: int) -> Fault:
    """The coefficient is the law's, the amount is not."""

    def fault(rng: Random, row: Row, turn: int) -> Dirt:
        del rng, turn
        row.entry.amount = amount
        dirt = Dirt("amount_differs", "accepted", "amount", {"amount": amount}, str(amount))
        dirt.detail = _lawful_detail(row.entry.tenths)
        return dirt

    return fault


def _lawful_detail(tenths: int) -> dict[str, str | int]:
    numbers = lookup.law()
    return {
        "lawful_coefficient": f"{tenths // 10}.{tenths % 10}",
        "lawful_amount_old": numbers.list_standard * tenths // 10,
        "lawful_amount": numbers.standard * tenths // 10,
    }


def _of(provision: str) -> Fits:
    def fits(row: Row) -> bool:
        return row.entry.provision == provision and _year_decides_nothing(row)

    return fits


def _change(code: str, column: str, cell: str | int | date | None, read_as: str) -> Dirt:
    return Dirt(code, "accepted", column, {column: cell}, read_as)


def _encodable(encode: Callable[[str], str | None]) -> Fits:
    return lambda row: encode(row.person.truth.full_name) is not None


def _long_elderly(row: Row) -> bool:
    """Elderly for more than a year: the coefficient of before is no longer a decision that is late."""
    elderly = _of("5.6_severe_elderly")(row)
    return elderly and row.person.truth.birth_date.year <= _LONG_ELDERLY_BORN


_AMOUNTS: tuple[tuple[Fits, Fault], ...] = (
    (_long_elderly, _signed(15)),
    (_of("pension_75"), _listed(450_000)),
    (_of("5.6_severe_adult"), _signed(20)),
    (_of("pension_75"), _listed(600_000)),
    (_of("5.6_very_severe_elderly"), _signed(20)),
)
KINDS: tuple[Kind, ...] = (
    Kind("amount_differs", 7, "intake", "accepted", _AMOUNTS, minimum=2),
    Kind("text_tcvn3", 9, "intake", "accepted", ((_encodable(encodings.to_tcvn3), _tcvn3),)),
    Kind("text_vni", 9, "intake", "accepted", ((_encodable(encodings.to_vni), _vni),)),
    Kind(
        "birth_year_contradicts_id",
        4,
        "intake",
        "accepted",
        ((_birth_can_be_wrong, _birth_wrong),),
    ),
    Kind("person_deceased", 6, "deaths", "accepted", ((_long_on_the_list, _died),), minimum=2),
    Kind("birth_year_only", 17, "intake", "accepted", ((_year_decides_nothing, _birth_year_only),)),
    Kind("text_decomposed", 13, "intake", "accepted", ((_has_marks, _decomposed),)),
    Kind("id_zero_lost", 26, "intake", "accepted", ((_anyone, _zero_lost),)),
    Kind("id_cmnd", 15, "intake", "accepted", ((_had_a_card, _cmnd),)),
    Kind("birth_text", 22, "intake", "accepted", ((_anyone, _birth_text),)),
    Kind("birth_serial", 11, "intake", "accepted", ((_anyone, _birth_serial),)),
    Kind("old_commune_name", 20, "intake", "accepted", ((_anyone, _old_commune),)),
    Kind("sex_contradicts_id", 4, "intake", "accepted", ((_anyone, _sex_wrong),)),
    Kind("duplicate_in_file", 5, "intake", "refused", ((_anyone, _duplicate),)),
    Kind("row_without_name", 1, "intake", "refused", ((_anyone, _without_name),)),
    Kind("birth_unreadable", 1.3, "intake", "refused", ((_anyone, _birth_unreadable),)),
    Kind("id_invalid_length", 1.7, "intake", "refused", ((_anyone, _id_length),)),
)
"""Rows of a list. `title_rows` is the one kind that a whole file has."""
