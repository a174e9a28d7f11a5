"""Makes communes with known duplicates and known look-alikes; knows nothing of how they are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from common.kernel.names import search_key

SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "K'", "Đỗ", "Hồ"]
MIDDLE = ["Thị", "Văn", "Hữu", "Đức", "Minh", "Ngọc", "Thanh", "Kim", "Xuân", "Thu", "Quang"]
GIVEN = ["An", "Bình", "Cúc", "Dung", "Hà", "Hoa", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Quyên"]
GIVEN += ["Sơn", "Tâm", "Thảo", "Tuấn", "Út", "Vân", "Xuyến", "Yến", "Khánh", "Lộc", "Nhung"]

Row = dict[str, Any]
Change = Callable[[Random, Row], Row]


@dataclass
class Commune:
    """People, and which pairs of them are one human (ids, the smaller first)."""

    people: list[Row] = field(default_factory=list)
    true_pairs: set[tuple[str, str]] = field(default_factory=set)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)


def commune(seed: int, *, size: int = 2000, per_kind: int = 30) -> Commune:
    """Make a commune with so many pairs of each kind of duplicate and of look-alike."""
    rng = Random(seed)
    made = Commune()
    for _ in range(size):
        _add(made, rng, _person(rng))
    for kind, change in {**DUPLICATES, **LOOK_ALIKES}.items():
        for _ in range(per_kind):
            one = _add(made, rng, _person(rng))
            two = _add(made, rng, change(rng, one))
            pair = (
                min(one["person_id"], two["person_id"]),
                max(one["person_id"], two["person_id"]),
            )
            made.kinds[pair] = kind
            if kind in DUPLICATES:
                made.true_pairs.add(pair)
    rng.shuffle(made.people)
    return made


def _add(made: Commune, rng: Random, row: Row) -> Row:
    ident = f"{rng.getrandbits(64):016x}{len(made.people):016x}"
    row["person_id"] = f"{ident[:8]}-{ident[8:12]}-7{ident[13:16]}-8{ident[17:20]}-{ident[20:]}"
    made.people.append(row)
    return row


def _person(rng: Random) -> Row:
    words = [rng.choice(SURNAMES), rng.choice(MIDDLE), rng.choice(MIDDLE), rng.choice(GIVEN)]
    sex = rng.choice(["male", "female"])
    born = date(1935, 1, 2) + timedelta(days=rng.randrange(80 * 365))
    while born.day == 1 and born.month == 1:
        born += timedelta(days=1)
    return _named(
        {
            "personal_id": _number(rng, born, sex),
            "former_number": None,
            "birth_date": born,
            "birth_precision": "day",
            "sex": sex,
            "commune_code": "25000",
            "village": f"Thôn {rng.randint(1, 12)}",
            "verification": "unverified",
        },
        " ".join(words),
    )


def _named(row: Row, name: str) -> Row:
    return row | {"full_name": name, "name_key": search_key(name)}


def _number(rng: Random, born: date, sex: str) -> str:
    century = {19: 0, 20: 2}[born.year // 100] + (sex == "female")
    return f"003{century}{born.year % 100:02d}{rng.randrange(10**6):06d}"


def _unnumbered(rng: Random, row: Row) -> Row:
    return row | {"personal_id": None, "former_number": f"99{rng.randrange(10**7):07d}"}


def _swap_day_and_month(rng: Random, row: Row) -> Row:
    born = row["birth_date"]
    day = born.day if born.day <= 12 and born.day != born.month else (born.month % 12) + 1
    row["birth_date"] = date(born.year, born.month, day)
    return _unnumbered(rng, row) | {"birth_date": date(born.year, day, born.month)}


def _shift(**shift: int) -> Change:
    def change(rng: Random, row: Row) -> Row:
        born = row["birth_date"]
        if "years" in shift:
            day = min(born.day, 28)
            row["birth_date"] = date(born.year, born.month, day)
            moved = date(born.year + rng.choice([-1, 1]), born.month, day)
        else:
            moved = born + timedelta(days=rng.choice([-1, 1]))
        return _unnumbered(rng, row) | {"birth_date": moved}

    return change


def _first_of_january(rng: Random, row: Row) -> Row:
    return _unnumbered(rng, row) | {"birth_date": date(row["birth_date"].year, 1, 1)}


def _without_middle(rng: Random, row: Row) -> Row:
    words = row["full_name"].split()
    return _named(_unnumbered(rng, row), " ".join([*words[:1], *words[2:]]))


def _typing_error_in_number(rng: Random, row: Row) -> Row:
    at = rng.randrange(6, 12)
    digit = str((int(row["personal_id"][at]) + rng.randint(1, 9)) % 10)
    return row | {"personal_id": row["personal_id"][:at] + digit + row["personal_id"][at + 1 :]}


def _typing_error_in_name(rng: Random, row: Row) -> Row:
    words = row["full_name"].split()
    words[2] = words[2] + rng.choice("nhg")
    return _named(_unnumbered(rng, row), " ".join(words))


def _twin(rng: Random, row: Row) -> Row:
    words = row["full_name"].split()
    other = rng.choice([name for name in GIVEN if name != words[-1]])
    number = f"{(int(row['personal_id'][6:]) + 1) % 10**6:06d}"
    return _named(
        row | {"personal_id": row["personal_id"][:6] + number}, " ".join([*words[:-1], other])
    )


def _namesake(rng: Random, row: Row) -> Row:
    return row | {"personal_id": _number(rng, row["birth_date"], row["sex"])}


DUPLICATES: dict[str, Change] = {
    "same": _unnumbered,
    "day_month": _swap_day_and_month,
    "year": _shift(years=1),
    "day": _shift(days=1),
    "first_january": _first_of_january,
    "middle": _without_middle,
    "number": _typing_error_in_number,
    "name": _typing_error_in_name,
}
LOOK_ALIKES: dict[str, Change] = {"twin": _twin, "namesake": _namesake}
