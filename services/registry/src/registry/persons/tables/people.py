"""People: identity, residence, life, numbers, merged records."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    check,
    computed,
    exclude,
    index,
    one_of,
)
from registry.tables import Base


class Person(Base, Secured, table=True):
    """Person as known now; the row that every other room names by `person_id`."""

    __table_args__ = (
        CheckConstraint("personal_id ~ '^[0-9]{12}$'"),
        CheckConstraint("former_number ~ '^[0-9]{9}$'"),
        one_of("birth_precision", "day", "month", "year"),
        one_of("sex", "male", "female"),
        CheckConstraint("commune_code ~ '^[0-9]{5}$'"),
        one_of("poverty_class", "poor", "near_poor", "none"),
        one_of("verification", "unverified", "verified", "mismatch", "not_found"),
        CheckConstraint("version > 0"),
        check(
            "person_personal_id_former_number_check",
            "personal_id IS NOT NULL OR former_number IS NOT NULL",
        ),
        UniqueConstraint("personal_id"),
        check("person_merged_elsewhere", "merged_into <> person_id"),
        index(
            "person_without_id",
            "former_number, name_key, birth_date",
            unique=True,
            where="personal_id IS NULL",
        ),
        index("person_name", "commune_code, name_key text_pattern_ops"),
        index("person_sorted", "commune_code, name_sort, person_id"),
        index("person_household", "household_id", where="household_id IS NOT NULL"),
        index("person_birth", "commune_code, birth_date", include="name_key, person_id"),
        index("person_former_number", "former_number", where="former_number IS NOT NULL"),
        index("person_merged_into", "merged_into", where="merged_into IS NOT NULL"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    person_id: UUID = Field(primary_key=True)
    personal_id: str | None = None
    """Number of the Population Database (số định danh cá nhân), 12 digits."""
    former_number: str | None = None
    """Identity card of before (CMND), 9 digits, while there is no `personal_id`."""
    full_name: str
    name_key: str
    """`full_name` without accents and case, for comparison."""
    name_sort: str
    """Key of the Vietnamese alphabetical order, given name first."""
    birth_date: date
    birth_precision: str
    """Which part of `birth_date` is known; a missing part counts as 1."""
    sex: str
    commune_code: str
    village: str | None = None
    former_commune: str | None = None
    """Unit before 1/7/2025 as the papers name it."""
    phone: str | None = None
    household_id: UUID | None = None
    """Household now; the timeline stands in `household_member`."""
    poverty_class: str = "none"
    """Class of that household now."""
    death_date: date | None = None
    verification: str = "unverified"
    """Last result of the check against the population database."""
    version: int = bigint()
    recorded_at: datetime
    changed_at: datetime
    """When the row was last changed."""
    email: str | None = None
    address: str | None = None
    e_identity: bool | None = None
    """Whether they have an electronic identity (VNeID); NULL: not known."""
    missing_since: date | None = None
    """Day from which a court declared them missing."""
    left_on: date | None = None
    """Day on which they left the province."""
    merged_into: UUID | None = Field(default=None, foreign_key="person.person_id")
    """Record that stands for this person; commands on this one are refused."""


class PersonVersion(Base, Secured, table=True):
    """What a person's identity and residence were, by both times; superseded, never edited."""

    __table_args__ = (
        check(
            "person_version_valid_to_valid_from_check",
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to",
        ),
        exclude(
            "person_version_periods",
            "person_id WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
        index("person_version_person", "person_id, recorded_at"),
    )

    version_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    personal_id: str | None = None
    former_number: str | None = None
    full_name: str
    birth_date: date
    birth_precision: str
    sex: str
    village: str | None = None
    former_commune: str | None = None
    phone: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    email: str | None = None
    address: str | None = None
    e_identity: bool | None = None


class PersonNumber(Base, Secured, table=True):
    """Numbers by which a person was known before."""

    __table_args__ = (
        one_of("kind", "personal_id", "cmnd"),
        one_of("reason", "wrong", "reissued", "former"),
        check(
            "person_number_number_kind_check",
            "number ~ CASE kind WHEN 'cmnd' THEN '^[0-9]{9}$' ELSE '^[0-9]{12}$' END",
        ),
        check("person_number_kind_reason_check", "kind = 'personal_id' OR reason <> 'reissued'"),
        check(
            "person_number_valid_to_valid_from_check",
            "valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to",
        ),
        index("person_number_number", "number", where="superseded_at IS NULL"),
        index("person_number_person", "person_id"),
        index(
            "person_number_once",
            "person_id, kind, number",
            unique=True,
            where="superseded_at IS NULL",
        ),
        index(
            "person_number_reissued",
            "number",
            unique=True,
            where="superseded_at IS NULL AND kind = 'personal_id' AND reason = 'reissued'",
        ),
    )

    number_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    kind: str
    number: str
    reason: str
    """`wrong`: never theirs; `reissued`: theirs once, nobody else can have it; `former`: CMND."""
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


class PersonVital(Base, Secured, table=True):
    """Death or court declaration of a person; taken back by `superseded_at`."""

    __table_args__ = (
        one_of("kind", "death", "missing"),
        one_of("source", "civil_status", "family", "official", "court"),
        index("person_vital_person", "person_id, recorded_at"),
        index(
            "person_vital_standing", "person_id, kind", unique=True, where="superseded_at IS NULL"
        ),
    )

    vital_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    kind: str
    happened_on: date
    """Day of death, or from which the court declares."""
    source: str
    """Who said so."""
    notice_number: str | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    superseded_by: str | None = None
    superseded_reason: str | None = None
    household_id: UUID | None = None
    """Household that the person left with it, for taking it back."""


class PersonMerge(Base, Secured, table=True):
    """Two records of one human, joined so that it can be undone."""

    __table_args__ = (
        check("person_merge_person_id_into_id_check", "person_id <> into_id"),
        index("person_merge_standing", "person_id", unique=True, where="undone_at IS NULL"),
        index("person_merge_into", "into_id"),
    )

    merge_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    """Record that was merged."""
    into_id: UUID = Field(foreign_key="person.person_id")
    """Record that stands."""
    commune_code: str
    reason: str
    recorded_at: datetime
    recorded_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_reason: str | None = None
    household_id: UUID | None = None
    """Household of the merged record at that time."""
    household_carried: bool = False
    """Whether its place in the household went over to the record that stands."""
    into_poverty_class: str | None = None
    """Poverty class of the record that stands, before the merge."""


class PersonMove(Base, table=True):
    """Move that a receiving commune stated, and the former commune's word about it."""

    __table_args__ = (
        one_of("state", "open", "confirmed", "objected", "refused"),
        index("person_move_person", "person_id"),
        index("person_move_waiting", "state, stated_at, move_id"),
        index(
            "person_move_refused",
            "person_id, to_commune",
            unique=True,
            where="state = 'refused'",
        ),
    )

    move_id: UUID = Field(primary_key=True)
    person_id: UUID
    from_commune: str
    to_commune: str
    moved_on: date
    village: str | None = None
    """Village in the former commune."""
    address: str | None = None
    """Address in the former commune."""
    state: str = "open"
    """`refused`: the particulars were wrong, and nothing was changed."""
    attempts: int = 1
    """How often it was stated wrongly."""
    stated_by: str
    stated_at: datetime = computed("clock_timestamp()")
    settled_by: str | None = None
    settled_at: datetime | None = None
    reason: str | None = None
    """Why the former commune objected."""


_MOVES = """
    CREATE POLICY communes ON person_move USING (
        current_setting('app.communes', true) = '*'
        OR from_commune = ANY (string_to_array(current_setting('app.communes', true), ','))
        OR (to_commune = ANY (string_to_array(current_setting('app.communes', true), ','))
            AND state <> 'refused')
    )
"""
"""Both communes see a move; a refused one only the commune where the person lives."""

_MINE = (
    "(SELECT current_setting('app.communes', true)) = '*' OR commune_code = ANY ("
    "(SELECT string_to_array(current_setting('app.communes', true), ','))::text[])"
)
"""The policy `communes` of every table, with the setting read once for a statement, not per row."""

OBJECTS = (
    f"ALTER POLICY communes ON person USING ({_MINE})",
    # What was written down elsewhere belongs to whom the person belongs to now.
    f"""
    ALTER POLICY communes ON person_version USING (
        {_MINE} OR EXISTS (SELECT FROM person p WHERE p.person_id = person_version.person_id)
    )
    """,
    _MOVES,
    "ALTER TABLE person_move ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE person_move FORCE ROW LEVEL SECURITY",
)
