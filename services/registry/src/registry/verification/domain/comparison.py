"""Comparing a person with what the population database answers, field by field.

Call 037 `TraCuuThongTinCongDan` (law-corrections §6): there is no field for a death, and a missing
`CongDan` node means not found. Names are compared without accents, `Đ` as `D`, letters and digits
only, in capitals. An answer may hold several `CongDan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from common.kernel.names import search_key

Status = Literal["unverified", "verified", "mismatch", "not_found"]
Sex = Literal["male", "female"]
Precision = Literal["day", "month", "year"]
FieldResult = Literal["agrees", "differs", "unknown"]

COMPARED: Final = ("full_name", "birth_date", "sex", "personal_id")
"""The fields by whose difference a person does not match; others are only written down."""
_SEXES: Mapping[str, Sex] = {"1": "male", "2": "female"}
_FULL_DATE = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What we have written down about a person."""

    full_name: str
    birth_date: date
    birth_precision: Precision
    sex: Sex
    personal_id: str | None = None
    former_number: str | None = None


@dataclass(frozen=True, slots=True)
class Citizen:
    """What the population database knows; a field that it leaves empty is None."""

    full_name: str | None
    birth: str | None
    """`yyyyMMdd`, or `yyyy` where only the year is known."""
    sex: Sex | None
    personal_id: str | None = None
    former_number: str | None = None
    residence: str | None = None
    """Code of the commune where they live (`NoiOHienTai`), as the population database has it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check; `mismatches` names our fields that differ."""

    status: Status
    mismatches: tuple[str, ...] = ()
    fields: Mapping[str, FieldResult] = field(default_factory=dict)
    citizen: Citizen | None = None
    several: bool = False
    """Several people were found, and none of them alone has the number that was asked about."""

    @property
    def tells_number(self) -> bool:
        """Whether somebody who has no 12 digits here was found with them."""
        known = self.citizen is not None and self.citizen.personal_id is not None
        return self.status == "unverified" and known


UNVERIFIED = Verdict("unverified")
"""Nobody answered: known to be unknown, and no obstacle to anything."""


def comparable(name: str) -> str:
    """Give a name as it is compared."""
    return search_key(name).replace(" ", "").upper()


def read_citizens(answer: Mapping[str, Any]) -> list[Citizen]:
    """Read everybody in an answer of call 037; whoever is in it twice counts once."""
    collection = answer.get("CongdanCollection") or {}
    found = collection.get("CongDan") if isinstance(collection, Mapping) else None
    nodes = found if isinstance(found, list) else [found]
    citizens = [_citizen(node) for node in nodes if isinstance(node, Mapping)]
    return list(dict.fromkeys(citizens))


def read_citizen(answer: Mapping[str, Any]) -> Citizen | None:
    """Read the first one in an answer; None when nobody was found."""
    return next(iter(read_citizens(answer)), None)


def judge(subject: Subject, answer: Mapping[str, Any]) -> Verdict:
    """Compare a person with an answer, which may hold nobody, or several people."""
    citizens = read_citizens(answer)
    if len(citizens) > 1:
        citizens = [one for one in citizens if _is_asked(subject, one)]
        if len(citizens) != 1:
            return Verdict("unverified", several=True)
    return compare(subject, citizens[0] if citizens else None)


def compare(subject: Subject, citizen: Citizen | None) -> Verdict:
    """Compare field by field; what the answer leaves empty is no difference."""
    if citizen is None:
        return Verdict("not_found")
    fields: dict[str, FieldResult] = {
        "full_name": _told(
            citizen.full_name,
            comparable(citizen.full_name or "") == comparable(subject.full_name),
        ),
        "birth_date": _told(citizen.birth, _same_birth(subject, citizen.birth or "")),
        "sex": _told(citizen.sex, citizen.sex == subject.sex),
        "personal_id": _told(
            subject.personal_id and citizen.personal_id, citizen.personal_id == subject.personal_id
        ),
        "former_number": _told(
            subject.former_number and citizen.former_number,
            citizen.former_number == subject.former_number,
        ),
    }
    differ = tuple(name for name in COMPARED if fields[name] == "differs")
    if differ:
        return Verdict("mismatch", differ, fields, citizen)
    # Without the 12 digits nobody is verified yet: the number that was told is for a person to take.
    nameless = subject.personal_id is None and subject.former_number is not None
    return Verdict("unverified" if nameless else "verified", (), fields, citizen)


def birth_of(subject: Subject) -> dict[str, str]:
    """Give the birth as call 037 asks for it: the whole date, or the year alone."""
    if subject.birth_precision == "day":
        return {"NgayThangNam": f"{subject.birth_date:%Y%m%d}"}
    return {"Nam": f"{subject.birth_date:%Y}"}


def birth_known(citizen: Citizen) -> tuple[date, Precision] | None:
    """Give the birth that the population database knows, and how exactly; None: not readable."""
    told = citizen.birth or ""
    try:
        if len(told) == _FULL_DATE:
            return date(int(told[:4]), int(told[4:6]), int(told[6:])), "day"
        return date(int(told), 1, 1), "year"
    except ValueError:
        return None


def _citizen(node: Mapping[str, Any]) -> Citizen:
    name = node.get("HoVaTen") or {}
    if isinstance(name, Mapping):
        parts = (str(name.get(part) or "").strip() for part in ("Ho", "ChuDem", "Ten"))
        written = " ".join(part for part in parts if part)
    else:
        written = str(name)
    born = node.get("NgayThangNamSinh") or {}
    birth = (born.get("NgayThangNam") or born.get("Nam")) if isinstance(born, Mapping) else None
    home = node.get("NoiOHienTai") or {}
    return Citizen(
        full_name=written or None,
        birth=str(birth) if birth else None,
        sex=_SEXES.get(str(node.get("GioiTinh") or "")),
        personal_id=_number(node.get("SoDinhDanh"), 12),
        former_number=_number(node.get("SoCMND"), 9),
        residence=_number(home.get("MaPhuongXa"), 5) if isinstance(home, Mapping) else None,
    )


def _number(value: Any, length: int) -> str | None:
    text = str(value or "").strip()
    return text if len(text) == length and text.isascii() and text.isdigit() else None


def _is_asked(subject: Subject, citizen: Citizen) -> bool:
    if subject.personal_id is not None:
        return citizen.personal_id == subject.personal_id
    return subject.former_number is not None and citizen.former_number == subject.former_number


def _told(value: str | None, same: bool) -> FieldResult:  # noqa: FBT001 - private, two words
    if not value:
        return "unknown"
    return "agrees" if same else "differs"


def _same_birth(subject: Subject, known: str) -> bool:
    exact = len(known) == _FULL_DATE
    digits = {"day": 8, "month": 6, "year": 4}[subject.birth_precision] if exact else 4
    return f"{subject.birth_date:%Y%m%d}"[:digits] == known[:digits]
