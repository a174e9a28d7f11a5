from __future__ import annotations

import threading
import time
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlmodel import Field

from common.database.ids import new_id, new_id_texts
from common.database.tables import MonthType, TableBase, month_column, table_registry
from common.kernel.months import Month

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives no types here


def test_ids_are_version_7_and_grow_with_every_call() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert abs((made[-1].int >> 80) - time.time() * 1000) < 5_000


def test_many_ids_at_once_stand_between_those_before_and_after() -> None:
    before, many, after = new_id(), [UUID(one) for one in new_id_texts(5_000)], new_id()
    assert [before, *many, after] == sorted({before, *many, after})
    assert {(one.version, one.variant) for one in many} == {(7, "specified in RFC 4122")}


def test_ids_of_several_threads_never_meet() -> None:
    made: list[UUID] = []
    threads = [
        threading.Thread(target=lambda: made.extend(new_id() for _ in range(5_000)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 20_000


@given(st.dates(min_value=date(1, 1, 1), max_value=date(9998, 12, 31)))
def test_a_month_survives_its_way_through_the_column(day: date) -> None:
    kind = MonthType()
    stored = kind.process_bind_param(Month.of(day), DIALECT)
    assert stored is not None
    assert stored.day == 1
    assert kind.process_result_value(stored, DIALECT) == Month.of(day)


def test_a_month_column_refuses_a_day_within_a_month() -> None:
    with pytest.raises(ValueError, match="first day"):
        MonthType().process_bind_param(date(2026, 12, 2), DIALECT)


def test_two_services_may_own_a_table_of_the_same_name() -> None:
    class First(TableBase, registry=table_registry()):
        """Base of a service."""

    class Second(TableBase, registry=table_registry()):
        """Base of another one."""

    class Person(First, table=True):
        id: int = Field(primary_key=True)
        month: Month = month_column()

    one: Any = Person

    class Person(Second, table=True):  # type: ignore[no-redef]  # the same name on purpose
        id: int = Field(primary_key=True)

    assert one.metadata is not Person.metadata
    assert set(one.metadata.tables) == {"person"} == set(Person.metadata.tables)
    assert "month" in one.metadata.tables["person"].columns
    assert "month" not in Person.metadata.tables["person"].columns
