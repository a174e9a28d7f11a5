"""What the table classes of all services are made of: bases, marks, column types, constraints.

A room's `tables.py` is the one description of its tables. tests/contract/test_schema.py compares
a database made by the migrations with one made from the classes, so neither can change alone.

- A plain Python default (`attempts: int = 0`) is the column's default in the database too.
- A class takes `Secured` and `AppendOnly` as bases; both are marks, not behaviour.
- The text below a column says what it means; names that mean the same everywhere are explained
  once, in tools/schema_pages.py.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    Identity,
    Index,
    MetaData,
    SmallInteger,
    Text,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import declared_attr, registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import AutoString

from common.kernel.months import Month


class Secured:
    """Row-level security, forced: only rows whose `commune_code` is in the caller's scope."""


class AppendOnly:
    """Rows never change: UPDATE, DELETE and TRUNCATE are refused by privilege and by trigger."""


class TableBase(SQLModel):
    """Base of every table class: `PersonVersion` is the table `person_version`."""

    model_config = {"arbitrary_types_allowed": True}

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  # SQLAlchemy passes the class
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def table_registry() -> Any:
    """Make the registry of one service: services in one process may share names of tables."""
    return registry(metadata=MetaData())


class MonthType(TypeDecorator[Month]):
    """A `Month` stored as the DATE of its first day."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: Month | date | None, dialect: Dialect) -> date | None:
        """Write the first day; a plain date must already be one."""
        del dialect
        if isinstance(value, date):
            if value.day != 1:
                msg = "a month is stored as its first day"
                raise ValueError(msg)
            return value
        return None if value is None else value.first_day

    def process_result_value(self, value: date | None, dialect: Dialect) -> Month | None:
        """Read the month that the stored day lies in."""
        del dialect
        return None if value is None else Month.of(value)


@compiles(AutoString, "postgresql")
def _text(*_: Any, **__: Any) -> str:
    return "TEXT"


def bigint(**options: Any) -> Any:
    """Column BIGINT: money in đồng, versions, counts of a province."""
    return Field(sa_type=BigInteger, **options)


def smallint(**options: Any) -> Any:
    """Column SMALLINT."""
    return Field(sa_type=SmallInteger, **options)


def jsonb(**options: Any) -> Any:
    """Column JSONB."""
    return Field(sa_type=JSONB, **options)


def array(kind: Any = Text, **options: Any) -> Any:
    """Column of a list, of text by default."""
    return Field(sa_type=ARRAY(kind), **options)


def month_column(**options: Any) -> Any:
    """Column DATE that holds a `Month`."""
    return Field(sa_type=MonthType, **options)


def identity() -> Any:
    """Primary key BIGINT that PostgreSQL counts up."""
    return Field(
        default=None,
        primary_key=True,
        nullable=False,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": Identity(always=True)},
    )


def computed(expression: str, **options: Any) -> Any:
    """Column whose default PostgreSQL computes, e.g. `clock_timestamp()`."""
    return Field(sa_column_kwargs={"server_default": text(expression)}, **options)


def check(name: str, condition: str) -> CheckConstraint:
    """CHECK over several columns; a check of one column may stay without a name."""
    return CheckConstraint(condition, name=name)


def one_of(column: str, *values: str) -> CheckConstraint:
    """CHECK that a text column holds one of the codes."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})")


def index(
    name: str, columns: str, *, unique: bool = False, where: str = "", include: str = ""
) -> Index:
    """Index as in SQL: `index("person_name", "commune_code, name_key text_pattern_ops")`."""
    return Index(
        name,
        text(columns),
        unique=unique,
        postgresql_where=text(where) if where else None,
        postgresql_include=include.split(", ") if include else None,
    )


def exclude(name: str, *parts: str, where: str | None = None) -> ExcludeConstraint:
    """EXCLUDE USING gist; a part is `<expression> WITH <operator>`."""
    elements = [part.rsplit(" WITH ", 1) for part in parts]
    return ExcludeConstraint(
        *[(literal_column(expression), operator) for expression, operator in elements],
        name=name,
        using="gist",
        where=text(where) if where else None,
    )
