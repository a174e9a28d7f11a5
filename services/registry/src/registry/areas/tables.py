"""Administrative units over time: difficult areas, villages, divided former units."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    array,
    bigint,
    check,
    exclude,
    index,
)
from registry.tables import Base


class Area(Base, table=True):
    """Version of what is told about a commune of this province."""

    __table_args__ = (
        CheckConstraint("unit_code ~ '^[0-9]{5}$'"),
        CheckConstraint("version > 0"),
    )

    unit_code: str = Field(primary_key=True)
    """Commune, five digits."""
    version: int = bigint()


class AreaDifficulty(Base, table=True):
    """Decision that a commune or one of its villages is specially difficult (đặc biệt khó khăn)."""

    __table_args__ = (
        check("area_difficulty_valid_to_valid_from_check", "valid_to > valid_from"),
        check(
            "area_difficulty_village_village_key_check", "(village IS NULL) = (village_key = '')"
        ),
        exclude(
            "area_difficulty_periods",
            "unit_code WITH =",
            "village_key WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
    )

    difficulty_id: UUID = Field(primary_key=True)
    unit_code: str
    village: str | None = None
    """Name as in the decision; NULL: the whole commune."""
    village_key: str = ""
    """`village` without accents and case, empty for the whole commune."""
    difficult: bool
    """False: the decision ends it."""
    decision_number: str
    decision_date: date
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


class VillageName(Base, table=True):
    """Name of a village (thôn, tổ dân phố) in a commune over time."""

    __table_args__ = (
        check(
            "village_name_valid_to_valid_from_check",
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to",
        ),
        exclude(
            "village_name_periods",
            "village_id WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
        exclude(
            "village_name_taken",
            "unit_code WITH =",
            "name_key WITH =",
            "former_unit_code WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
        index("village_name_former", "former_unit_code, name_key", where="superseded_at IS NULL"),
    )

    row_id: UUID = Field(primary_key=True)
    village_id: UUID
    """The village, whatever it is called."""
    unit_code: str
    name: str
    name_key: str
    """`name` without accents and case."""
    former_unit_code: str = ""
    """Commune before 1/7/2025 that it lay in, empty when it has none."""
    decision_number: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


class ResidenceTask(Base, Secured, table=True):
    """Person whose former commune was divided: an official says which commune it is."""

    __table_args__ = (
        check(
            "residence_task_closed_at_settled_code_check",
            "(closed_at IS NULL) = (settled_code IS NULL)",
        ),
        index("residence_task_open", "person_id", unique=True, where="closed_at IS NULL"),
        index("residence_task_commune", "commune_code, task_id", where="closed_at IS NULL"),
    )

    task_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    former_unit_codes: list[str] = array()
    """Communes before 1/7/2025 that the papers may mean."""
    candidates: list[str] = array()
    """Communes of today that come into question."""
    village: str | None = None
    village_key: str = ""
    """`village` without accents and case."""
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    settled_code: str | None = None
    """Commune that the official chose."""
