"""Sums of simulations: added up slice by slice, never a person."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import text

from common.database.rows import whole_province
from common.database.session import AsyncSession, raw

_COUNTS = (
    "people_receiving", "amount_receiving", "people_receiving_changed", "amount_receiving_changed",
    "people_eligible", "amount_eligible", "people_eligible_changed", "amount_eligible_changed",
)  # fmt: skip
_KEYS = ("month", "commune_code", "benefit", "group_code")


async def add(session: AsyncSession, simulation_id: UUID, sums: pl.DataFrame) -> None:
    """Add sums to those that are kept."""
    month = pl.col("month")
    rows = sums.with_columns(pl.date(month // 12, month % 12 + 1, 1).alias("month"))
    source = io.BytesIO()
    rows.select(*_KEYS, *_COUNTS).write_csv(source, include_header=False)
    source.seek(0)
    counts = ", ".join(f"{name} bigint" for name in _COUNTS)
    added = ", ".join(f"{name} = simulation_result.{name} + excluded.{name}" for name in _COUNTS)
    names = ", ".join((*_KEYS, *_COUNTS))
    connection = await raw(session)
    async with whole_province(session):
        await connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS sum_in (month date, commune_code text, benefit text,"
            f" group_code text, {counts}) ON COMMIT DROP"
        )
        await connection.execute("TRUNCATE sum_in")
        await connection.copy_to_table(
            "sum_in", source=source, columns=[*_KEYS, *_COUNTS], format="csv"
        )
        await connection.execute(
            f"""
            INSERT INTO simulation_result (simulation_id, {names}) SELECT $1, {names} FROM sum_in
            ON CONFLICT (simulation_id, month, commune_code, benefit, group_code)
            DO UPDATE SET {added}
            """,
            simulation_id,
        )


async def sums(
    session: AsyncSession, simulation_id: UUID, columns: Sequence[str]
) -> list[dict[str, Any]]:
    """Add up by some of the keys."""
    listed = ", ".join(columns)
    figures = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in _COUNTS)
    statement = text(f"""
        SELECT {listed + "," if listed else ""} {figures} FROM simulation_result
        WHERE simulation_id = :id {f"GROUP BY {listed} ORDER BY {listed}" if listed else ""}
    """)
    found = await session.execute(statement, {"id": simulation_id})
    return [dict(row) for row in found.mappings()]


async def page(
    session: AsyncSession, simulation_id: UUID, after: Sequence[Any] | None, limit: int
) -> list[dict[str, Any]]:
    """Read a page of sums in the order of month, commune, benefit and group."""
    values: dict[str, Any] = {"id": simulation_id, "limit": limit}
    behind = ""
    if after is not None:
        behind = "AND (month, commune_code, benefit, group_code) > (:m, :c, :b, :g)"
        month, commune, benefit, group = after
        values |= {"m": date.fromisoformat(str(month)), "c": commune, "b": benefit, "g": group}
    statement = text(f"""
        SELECT {", ".join((*_KEYS, *_COUNTS))} FROM simulation_result
        WHERE simulation_id = :id {behind}
        ORDER BY month, commune_code, benefit, group_code LIMIT :limit
    """)
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]
