"""Households: members, codes, poverty class by year and decision, yearly lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    check,
    exclude,
    index,
    jsonb,
    one_of,
)
from registry.tables import Base


class Household(Base, Secured, table=True):
    """Household of a commune."""

    household_id: UUID = Field(primary_key=True)
    commune_code: str
    recorded_at: datetime
    village: str | None = None
    version: int = bigint(default=0)
    """Counts changes; 0 before the first."""


class HouseholdClass(Base, Secured, table=True):
    """Poverty class of a household in a year (Decree 07/2021/NĐ-CP), by both times."""

    __table_args__ = (
        CheckConstraint("year BETWEEN 2000 AND 2100"),
        one_of("poverty_class", "poor", "near_poor", "none"),
        check("household_class_valid_to_valid_from_check", "valid_to > valid_from"),
        exclude(
            "household_class_periods",
            "household_id WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
    )

    class_id: UUID = Field(primary_key=True)
    household_id: UUID = Field(foreign_key="household.household_id")
    commune_code: str
    year: int
    poverty_class: str
    decision: str | None = None
    """Number of the decision that recognises it."""
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    decision_date: date | None = None


class HouseholdCode(Base, Secured, table=True):
    """Code that lists use for a household in a commune."""

    __table_args__ = (index("household_code_household", "household_id"),)

    commune_code: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    household_id: UUID = Field(foreign_key="household.household_id")
    recorded_at: datetime


class HouseholdMember(Base, Secured, table=True):
    """Who belonged to which household when, and as what, by both times."""

    __table_args__ = (
        one_of("relation", "head", "spouse", "child", "parent", "grandchild", "sibling", "other"),
        one_of("cause", "death", "merge"),
        one_of("set_aside", "death", "merge"),
        check(
            "household_member_cause_cause_person_check", "(cause IS NULL) = (cause_person IS NULL)"
        ),
        check(
            "household_member_set_aside_superseded_at_check",
            "set_aside IS NULL OR superseded_at IS NOT NULL",
        ),
        check(
            "household_member_valid_to_valid_from_check",
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to",
        ),
        exclude(
            "household_member_one_household",
            "person_id WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
        exclude(
            "household_member_one_head",
            "household_id WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL AND relation = 'head'",
        ),
        index("household_member_household", "household_id, recorded_at"),
        index("household_member_person", "person_id, recorded_at"),
    )

    member_id: UUID = Field(primary_key=True)
    household_id: UUID = Field(foreign_key="household.household_id")
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    relation: str
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    cause: str | None = None
    """Event that ended or moved the membership."""
    cause_person: UUID | None = Field(default=None, foreign_key="person.person_id")
    """Whose death or merge it was."""
    set_aside: str | None = None
    """Superseded by that event; holds again when the event is taken back."""


class HouseholdFlag(Base, Secured, table=True):
    """Dated property of a household that the law asks for."""

    __table_args__ = (
        one_of("flag", "no_labour", "single"),
        check("household_flag_valid_to_valid_from_check", "valid_to > valid_from"),
        exclude(
            "household_flag_periods",
            "household_id WITH =",
            "flag WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
    )

    flag_id: UUID = Field(primary_key=True)
    household_id: UUID = Field(foreign_key="household.household_id")
    commune_code: str
    flag: str
    """`no_labour`: nobody able to work; `single`: lives alone."""
    holds: bool
    """False: the property is denied."""
    basis: str | None = None
    """Paper or reason."""
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


class PovertyList(Base, Secured, table=True):
    """Yearly list of poor and near-poor households of a commune, as filed."""

    __table_args__ = (
        CheckConstraint("year BETWEEN 2000 AND 2100"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'"),
        UniqueConstraint("commune_code", "year", "file_sha256"),
    )

    list_id: UUID = Field(primary_key=True)
    commune_code: str
    year: int
    decision_number: str
    decision_date: date
    complete: bool
    """Whether households that it does not name lost their class."""
    file_sha256: str
    file_size: int = bigint()
    """Bytes."""
    operation_id: UUID
    row_count: int | None = None
    applied_slices: int = 0
    """Slices of the file already applied."""
    created_at: datetime
    created_by: str


class PovertyListUpload(Base, Secured, table=True):
    """The file of a poverty list, encrypted, until it has been applied."""

    list_id: UUID = Field(primary_key=True, foreign_key="poverty_list.list_id")
    commune_code: str
    content: bytes


class PovertyListRow(Base, Secured, table=True):
    """What became of each row of a poverty list."""

    __table_args__ = (one_of("outcome", "placed", "unchanged", "unknown", "refused"),)

    list_id: UUID = Field(primary_key=True, foreign_key="poverty_list.list_id")
    row_number: int = Field(primary_key=True)
    commune_code: str
    household_code: str | None = None
    """Code in the list."""
    outcome: str
    person_id: UUID | None = Field(default=None, foreign_key="person.person_id")
    household_id: UUID | None = Field(default=None, foreign_key="household.household_id")
    findings: list[Any] = jsonb(default=[])
    """What was noticed at the row: code, severity, text."""


class PovertyListChange(Base, Secured, table=True):
    """Class of each household before and after a poverty list."""

    __table_args__ = (
        one_of("before", "poor", "near_poor", "none"),
        one_of("after", "poor", "near_poor", "none"),
        one_of("change", "left", "fell", "shifted", "stayed"),
    )

    list_id: UUID = Field(primary_key=True, foreign_key="poverty_list.list_id")
    household_id: UUID = Field(primary_key=True, foreign_key="household.household_id")
    commune_code: str
    before: str
    """Class before."""
    after: str
    """Class after."""
    change: str
    is_new: bool
    """Whether the household was made by this list."""
