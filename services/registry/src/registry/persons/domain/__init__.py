"""A person as the registry knows them: identity, vital status, residence; two times.

Thuật ngữ: số định danh cá nhân, nơi cư trú. A fact holds from a day (`valid_from`) to before a day
(`valid_to`), and was known from a moment (`recorded_at`) until it was superseded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar
from uuid import UUID

from common.kernel import names, personal_id
from registry.persons.domain.refusals import (
    BirthInFuture,
    ChangeInFuture,
    CommuneNotYours,
    DeathImpossible,
    MergeImpossible,
    MoveNotFound,
    MoveSettled,
    NumberUnchanged,
    PersonDeceased,
    PersonExists,
    PersonMergedAway,
    PersonNotFound,
    PersonNumberMissing,
    SearchTooWide,
    VitalStatusAbsent,
)

__all__ = [
    "BirthInFuture",
    "ChangeInFuture",
    "CommuneNotYours",
    "Dated",
    "DeathImpossible",
    "DeathSource",
    "FormerNumber",
    "Identity",
    "MergeImpossible",
    "MoveNotFound",
    "MoveSettled",
    "NumberKind",
    "NumberReason",
    "NumberUnchanged",
    "Person",
    "PersonDeceased",
    "PersonExists",
    "PersonKey",
    "PersonMergedAway",
    "PersonNotFound",
    "PersonNumberMissing",
    "PovertyClass",
    "Precision",
    "Replacement",
    "SearchTooWide",
    "Sex",
    "Verification",
    "VitalKind",
    "VitalRow",
    "VitalSource",
    "VitalStatusAbsent",
    "may_be_same",
    "natural_key",
    "number_warnings",
    "replace_period",
]

Sex = Literal["male", "female"]
Precision = Literal["day", "month", "year"]
PovertyClass = Literal["poor", "near_poor", "none"]
Verification = Literal["unverified", "verified", "mismatch", "not_found"]


DeathSource = Literal["civil_status", "family", "official"]
VitalSource = Literal["civil_status", "family", "official", "court"]
VitalKind = Literal["death", "missing"]
NumberKind = Literal["personal_id", "cmnd"]
NumberReason = Literal["wrong", "reissued", "former"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What is written down about a person and may be corrected."""

    full_name: str
    birth_date: date
    birth_precision: Precision
    sex: Sex
    commune_code: str
    personal_id: str | None = None
    former_number: str | None = None
    village: str | None = None
    former_commune: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    e_identity: bool | None = None
    """Whether the electronic identity (VNeID) is active; None when nobody has asked."""

    @property
    def name_key(self) -> str:
        """The name as it is searched."""
        return names.search_key(self.full_name)

    @property
    def name_sort(self) -> str:
        """The name as it is sorted."""
        return names.sort_key(self.full_name)

    def differences(self, other: Identity) -> tuple[str, ...]:
        """Name the fields in which two identities differ."""
        return tuple(
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        )

    def merged(self, stated: Mapping[str, Any]) -> Identity:
        """Give the identity with what a source states; what it leaves empty stays."""
        return replace(self, **{name: value for name, value in stated.items() if value is not None})


@dataclass(slots=True)
class Person:
    """A person in the present, with the version that events count."""

    person_id: UUID
    identity: Identity
    household_id: UUID | None = None
    poverty_class: PovertyClass = "none"
    death_date: date | None = None
    verification: Verification = "unverified"
    version: int = 0
    missing_since: date | None = None
    """Declared missing by a court (tuyên bố mất tích)."""
    left_on: date | None = None
    """Lives outside the province since that day."""
    merged_into: UUID | None = None
    """The record that stands for this human now."""

    @property
    def key(self) -> tuple[str, ...]:
        """The natural key: 12 digits, else former number, name and birth date."""
        return natural_key(self.identity)


@dataclass(frozen=True, slots=True)
class PersonKey:
    """How a caller names a person: by the 12 digits, or by id (who has none)."""

    personal_id: str | None = None
    person_id: UUID | None = None

    @classmethod
    def parse(cls, text: str) -> PersonKey:
        """Read a key of an address: 12 digits are a number, anything else is an id.

        Raises:
            ValueError: it is neither.
        """
        if len(text) == personal_id.LENGTH:
            return cls(personal_id=text)
        return cls(person_id=UUID(text))


@dataclass(frozen=True, slots=True)
class FormerNumber:
    """A number that a person no longer has: a wrong or re-issued one, or an old identity card."""

    kind: NumberKind
    number: str
    reason: NumberReason
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class VitalRow:
    """What became known about a person's life, and whether it was taken back."""

    kind: VitalKind
    happened_on: date
    source: VitalSource
    notice_number: str | None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    superseded_reason: str | None = None


def natural_key(identity: Identity) -> tuple[str, ...]:
    """Give the key by which a person is found again."""
    if identity.personal_id is not None:
        return (identity.personal_id,)
    return (str(identity.former_number), identity.name_key, str(identity.birth_date))


def number_warnings(identity: Identity) -> list[personal_id.Warning]:
    """Say what about the number should be looked at, beside what else is written down."""
    if identity.personal_id is None:
        return []
    return personal_id.warnings_of(
        identity.personal_id, sex=identity.sex, birth_year=identity.birth_date.year
    )


class Dated(Protocol):
    """Anything that holds from a day to before a day; None is open."""

    @property
    def valid_from(self) -> date | None:
        """First day, None since before anyone wrote it down."""
        ...

    @property
    def valid_to(self) -> date | None:
        """First day on which it no longer holds, None when it still does."""
        ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Replacement(Generic[D]):
    """What becomes of current rows when a new period takes their place."""

    superseded: Sequence[D]
    kept: Sequence[tuple[D, date | None, date | None]]
    """Parts of superseded rows that still hold: the row, its new first day and its new end."""


def replace_period(
    rows: Sequence[D], valid_from: date | None, valid_to: date | None
) -> Replacement[D]:
    """Make room for a new period: rows that overlap it are superseded, their rest is kept."""
    superseded: list[D] = []
    kept: list[tuple[D, date | None, date | None]] = []
    for row in rows:
        starts_after = valid_to is not None and (
            row.valid_from is not None and row.valid_from >= valid_to
        )
        ends_before = valid_from is not None and (
            row.valid_to is not None and row.valid_to <= valid_from
        )
        if starts_after or ends_before:
            continue
        superseded.append(row)
        if valid_from is not None and (row.valid_from is None or row.valid_from < valid_from):
            kept.append((row, row.valid_from, valid_from))
        if valid_to is not None and (row.valid_to is None or row.valid_to > valid_to):
            kept.append((row, valid_to, row.valid_to))
    return Replacement(superseded, kept)


def may_be_same(one: Identity, other: Identity) -> bool:
    """Say whether two records of one number can be one person: a number alone never decides.

    The name agrees (without accents), or the birth agrees to the day and the name but for typing
    errors or a middle name. Of a birth known by year the year, which the number tells already,
    proves nothing: only a left-out middle name is forgiven.
    """
    if one.name_key == other.name_key:
        return True
    if one.birth_precision == "day" and other.birth_precision == "day":
        return one.birth_date == other.birth_date and names.alike(one.name_key, other.name_key)
    same_year = one.birth_date.year == other.birth_date.year
    return same_year and names.same_but_for_a_word(one.name_key, other.name_key)
