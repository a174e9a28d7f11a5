"""Registering a slice of a list as whole columns; its events are told by whoever asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import polars as pl

from registry.persons.domain import Person
from registry.persons.store import bulk as store
from registry.persons.store import records

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_DEFAULTS = {
    field.name: field.default
    for field in fields(Person)
    if field.default is not MISSING and field.default is not None
}


async def register_frame(
    session: AsyncSession, people: pl.DataFrame, *, now: datetime, recorded_by: str
) -> set[int]:
    """Register people with 12 digits; gives the row numbers of those who were not new.

    Nothing is done about those: the caller looks at them one by one. The caller tells
    `PersonRegistered` (version 1) about everybody else, in the same transaction.

    Args:
        session: the write transaction.
        people: a row for each person with `row_number`, `person_id` and `version_id` (made by the
            caller, as text), `version` after all that the caller tells, and the identity with
            `name_key` and `name_sort`. No number stands there twice.
        now: the business moment; becomes `recorded_at`.
        recorded_by: where the facts come from.
    """
    numbers = people["personal_id"].to_list()
    # A number that somebody had before leads to them, or is given to somebody elsewhere.
    held = {*await records.holders_of(session, numbers)}
    held |= await records.taken(session, numbers, present=False)
    absent = {name: value for name, value in _DEFAULTS.items() if name not in people.columns}
    people = people.with_columns(**{name: pl.lit(value) for name, value in absent.items()})
    known = people.filter(pl.col("personal_id").is_in(list(held)))
    fresh = people if known.is_empty() else people.filter(~pl.col("personal_id").is_in(list(held)))
    refused = await store.insert(session, fresh, now) if not fresh.is_empty() else set()
    if len(refused) < fresh.height:
        await store.insert_first_versions(session, now, recorded_by)
    return refused | set(known["row_number"].to_list())


async def rows_like_known(
    session: AsyncSession, rows: pl.DataFrame, commune_code: str
) -> list[int]:
    """Give rows that share name and birth with somebody of the commune under another number.

    Args:
        session: the transaction.
        rows: `row_number`, `personal_id`, `name_key`, `birth_date` (to the day).
        commune_code: where the people of the rows live.
    """
    return await store.like_known(session, rows, commune_code)


async def known_frame(
    session: AsyncSession, numbers: Sequence[str], commune_code: str
) -> pl.DataFrame:
    """Read and lock the people of a commune who have these 12-digit numbers, as columns.

    Ids are text; everything that an event says about a person is there.
    """
    return await store.known(session, numbers, commune_code)


async def count_up(session: AsyncSession, person_ids: Sequence[str], now: datetime) -> None:
    """Count the version of people up by one whom the caller tells something about."""
    if person_ids:
        await store.count_up(session, [UUID(one) for one in person_ids], now)
