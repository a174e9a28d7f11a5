"""Lists that offices send: file, columns, and one outcome per row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    array,
    bigint,
    check,
    index,
    jsonb,
    month_column,
    one_of,
)
from common.kernel.months import Month
from registry.tables import Base


class IntakeImport(Base, Secured, table=True):
    """One list that was sent in."""

    __table_args__ = (
        one_of(
            "kind",
            "beneficiary_list",
            "death_notices",
            "residents",
            "elders",
            "disabled_people",
            "monthly_names",
        ),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'"),
        check(
            "intake_import_kind_list_month_check",
            "(kind = 'death_notices') = (list_month IS NULL)",
        ),
        UniqueConstraint("commune_code", "kind", "file_sha256"),
        index("intake_import_newest", "commune_code, import_id DESC"),
    )

    import_id: UUID = Field(primary_key=True)
    kind: str
    commune_code: str
    file_sha256: str
    file_size: int = bigint()
    """Bytes."""
    list_month: Month | None = month_column(default=None)
    """Month that the list pays; beneficiary lists only."""
    paid_since: date | None = None
    """First month for which the list is proof of payment."""
    operation_id: UUID | None = None
    """NULL while a person must say which column is which."""
    header_row: int | None = None
    """Row of the headings, from 1."""
    header_columns: dict[str, Any] = jsonb(default={})
    """Field -> place of its column."""
    row_count: int | None = None
    created_at: datetime
    created_by: str
    sheets: list[str] = array(default=[])
    slice_rows: int | None = None
    """Rows that are applied in one transaction."""
    fingerprint: str | None = None
    """SHA-256 of the headings: a confirmed mapping is used again."""
    mapping: dict[str, Any] | None = jsonb(default=None)
    """Columns as a person confirmed them."""
    proposal: bytes | None = None
    """What the file seems to say, and the questions about it; sealed: a group's column can show HIV."""
    choices: bytes | None = None
    """Answers, stated values and sections as a person confirmed them; sealed like the file."""


class IntakeUpload(Base, Secured, table=True):
    """The file, encrypted, until all its rows have an outcome."""

    import_id: UUID = Field(primary_key=True, foreign_key="intake_import.import_id")
    commune_code: str
    content: bytes


class IntakeUploadPart(Base, Secured, table=True):
    """Part of a large file while it is being sent, encrypted."""

    __table_args__ = (CheckConstraint("part > 0"),)

    import_id: UUID = Field(primary_key=True, foreign_key="intake_import.import_id")
    part: int = Field(primary_key=True)
    commune_code: str
    content: bytes


class IntakeMapping(Base, Secured, table=True):
    """Columns of a kind of heading, as a person of the commune confirmed them."""

    __table_args__ = (
        one_of(
            "kind",
            "beneficiary_list",
            "death_notices",
            "residents",
            "elders",
            "disabled_people",
            "monthly_names",
        ),
        CheckConstraint("fingerprint ~ '^[0-9a-f]{64}$'"),
    )

    commune_code: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True)
    columns: dict[str, Any] = jsonb()
    """Field -> column, from 0."""
    answers: dict[str, Any] = jsonb(default={})
    """Question -> answer, where it holds for every list with these headings."""
    confirmed_at: datetime
    confirmed_by: str


class IntakeSlice(Base, Secured, table=True):
    """Slice of rows already applied, so that a restart goes on after it."""

    import_id: UUID = Field(primary_key=True, foreign_key="intake_import.import_id")
    number: int = Field(primary_key=True)
    commune_code: str
    row_count: int
    applied_at: datetime


class IntakeRow(Base, Secured, table=True):
    """What became of each row."""

    __table_args__ = (
        one_of("outcome", "created", "updated", "unchanged", "refused"),
        index("intake_row_person", "person_id, benefit", where="person_id IS NOT NULL"),
    )

    import_id: UUID = Field(primary_key=True, foreign_key="intake_import.import_id")
    row_number: int = Field(primary_key=True)
    commune_code: str
    outcome: str
    person_id: UUID | None = Field(default=None, foreign_key="person.person_id")
    benefit: str | None = None
    digest: bytes | None = None
    """Keyed hash of the row: an unchanged row is not applied again."""


class IntakeFinding(Base, Secured, table=True):
    """What was noticed at a row, in Vietnamese, without the value itself."""

    __table_args__ = (one_of("severity", "info", "warning", "error"),)

    import_id: UUID = Field(primary_key=True, foreign_key="intake_import.import_id")
    row_number: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    commune_code: str
    severity: str
    column_name: str | None = None
    """Heading of the column."""
    value_masked: str | None = None
    """The value with its middle hidden."""
    message: str
