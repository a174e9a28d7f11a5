"""Comparing a person with what the population database answers.

Call 037 `TraCuuThongTinCongDan` (law-corrections §6): there is no field for a death, and a missing
`CongDan` node means not found. Names are compared without accents, `Đ` as `D`, letters and digits
only, in capitals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from common.kernel.names import search_key

Status = Literal["unverified", "verified", "mismatch", "not_found"]
Sex = Literal["male", "female"]

_SEXES: Mapping[str, Sex] = {"1": "male", "2": "female"}
_FULL_DATE = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What we have written down about a person."""

    full_name: str
    birth_date: date
    birth_precision: Literal["day", "month", "year"]
    sex: Sex


@dataclass(frozen=True, slots=True)
class Citizen:
    """What the population database knows; a field that it leaves empty is None."""

    full_name: str | None
    birth: str | None
    """`yyyyMMdd`, or `yyyy` where only the year is known."""
    sex: Sex | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check; `mismatches` names our fields that differ."""

    status: Status
    mismatches: tuple[str, ...] = ()


UNVERIFIED = Verdict("unverified")
"""Nobody answered: known to be unknown, and no obstacle to anything."""


def comparable(name: str) -> str:
    """Give a name as it is compared."""
    return search_key(name).replace(" ", "").upper()


def read_citizen(answer: Mapping[str, Any]) -> Citizen | None:
    """Read an answer of call 037; None when nobody was found."""
    collection = answer.get("CongdanCollection") or {}
    found = collection.get("CongDan") if isinstance(collection, Mapping) else None
    if isinstance(found, list):
        found = found[0] if found else None
    if not isinstance(found, Mapping):
        return None
    name = found.get("HoVaTen") or {}
    if isinstance(name, Mapping):
        parts = (str(name.get(part) or "").strip() for part in ("Ho", "ChuDem", "Ten"))
        written = " ".join(part for part in parts if part)
    else:
        written = str(name)
    born = found.get("NgayThangNamSinh") or {}
    birth = (born.get("NgayThangNam") or born.get("Nam")) if isinstance(born, Mapping) else None
    return Citizen(
        full_name=written or None,
        birth=str(birth) if birth else None,
        sex=_SEXES.get(str(found.get("GioiTinh") or "")),
    )


def compare(subject: Subject, citizen: Citizen | None) -> Verdict:
    """Compare field by field; what the answer leaves empty is no difference."""
    if citizen is None:
        return Verdict("not_found")
    mismatches = []
    if citizen.full_name and comparable(citizen.full_name) != comparable(subject.full_name):
        mismatches.append("full_name")
    if citizen.birth and not _same_birth(subject, citizen.birth):
        mismatches.append("birth_date")
    if citizen.sex is not None and citizen.sex != subject.sex:
        mismatches.append("sex")
    return Verdict("mismatch" if mismatches else "verified", tuple(mismatches))


def birth_of(subject: Subject) -> dict[str, str]:
    """Give the birth as call 037 asks for it: the whole date, or the year alone."""
    if subject.birth_precision == "day":
        return {"NgayThangNam": f"{subject.birth_date:%Y%m%d}"}
    return {"Nam": f"{subject.birth_date:%Y}"}


def _same_birth(subject: Subject, known: str) -> bool:
    exact = len(known) == _FULL_DATE
    digits = {"day": 8, "month": 6, "year": 4}[subject.birth_precision] if exact else 4
    return f"{subject.birth_date:%Y%m%d}"[:digits] == known[:digits]
