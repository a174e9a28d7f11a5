"""Table bases with their own metadata per service, and column types of the house."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from common.kernel.months import Month

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


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


def make_base(name: str) -> type[SQLModel]:
    """Make a table base with its own registry and metadata, one per service.

    Two services that are loaded into one process (as tests do) may then both own a table `person`.
    Use it as `class Person(Base, table=True)`.
    """
    mapped: Any = registry(metadata=MetaData(naming_convention=NAMING))

    class Base(SQLModel, registry=mapped):
        """Base of one service's tables."""

        model_config = {"arbitrary_types_allowed": True}

    Base.__name__ = Base.__qualname__ = f"{name.title()}Base"
    return Base
