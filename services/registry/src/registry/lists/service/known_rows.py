"""Taking in the plain rows of a list whose people are known, as whole columns.

That is next month's list of the same commune: people, their names and degrees are as they were, and
of each row only the month is news. A row that changes anything about a person is left to the way
that looks at it alone (`registry.lists.service.beneficiaries`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import polars as pl

from common.database.ids import new_id_texts
from registry.circumstances import service as circumstances
from registry.circumstances.domain import Fact
from registry.lists.service.plain_rows import SAFE
from registry.lists.service.sealing import with_seals
from registry.lists.store import results as store
from registry.persons.service.bulk import count_up, known_frame

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.lists.service.beneficiaries import Intake

_SAME = ("full_name", "birth_date", "sex")
"""What a row always states."""
_MAY_BE_SAME = ("village", "phone")
"""What a row may leave open."""


async def renew(
    session: AsyncSession, intake: Intake, rows: pl.DataFrame
) -> tuple[pl.DataFrame, Sequence[int]]:
    """Find whose rows say nothing new about the person; gives them, and the rows that are left.

    The rows come with the person as stored, `outcome` (unchanged, or updated where the benefit is
    news) and, of the latter, with the person's next version, an id for the event and the account
    sealed. The caller tells the benefits that are news and writes the results.
    """
    left = rows["row_number"].to_list()
    if rows.is_empty():
        return rows, left
    stored = await known_frame(session, rows["personal_id"].to_list(), intake.made.commune_code)
    both = rows.drop("person_id", "account_sealed", "version").join(
        stored, on="personal_id", how="inner", suffix="_stored", maintain_order="left"
    )
    alike = both.filter(_alike(intake)).with_columns(village=pl.col("village_stored"))
    alike = await _same_degrees(session, alike)
    if alike.is_empty():
        return alike, left
    alike = await _news(session, alike)
    updated = alike.filter(pl.col("outcome") == "updated")
    await count_up(session, updated["person_id"].to_list(), intake.now)
    sealed = await asyncio.to_thread(with_seals, intake.disbursement_key, alike, "updated")
    taken = set(alike["row_number"])
    return sealed, [number for number in left if number not in taken]


def _alike(intake: Intake) -> pl.Expr:
    """Say that a row agrees with what is stored, and that nothing else is to be looked at."""
    agrees = [pl.col(name) == pl.col(f"{name}_stored") for name in _SAME]
    agrees += [
        pl.col(name).is_null() | pl.col(name).eq_missing(pl.col(f"{name}_stored"))
        for name in _MAY_BE_SAME
    ]
    alive = [
        pl.col(name).is_null()
        for name in ("death_date", "merged_into", "left_on", "former_commune")
    ]
    waiting = list(intake.waiting)
    usual = [
        pl.col("birth_precision_stored") == "day",
        pl.col("village_stored").str.contains(SAFE).fill_null(value=True),
        pl.col("former_number").is_null() | ~pl.col("former_number").is_in(waiting),
    ]
    return pl.all_horizontal(*agrees, *alive, *usual).fill_null(value=False)


async def _same_degrees(session: AsyncSession, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out whose stated degree of disability is not known yet, or is another one."""
    stated = rows.filter(pl.col("degree").is_not_null())
    if stated.is_empty():
        return rows
    ids = [UUID(one) for one in stated["person_id"]]
    known = await circumstances.current(session, ids)
    news = [
        str(person_id)
        for person_id, degree in zip(ids, stated["degree"], strict=True)
        if not any(
            one.valid_to is None
            and Fact(person_id, "disability", degree=degree).same_content(one.fact)
            for one in known.get(person_id, ())
        )
    ]
    return rows.filter(~pl.col("person_id").is_in(news)) if news else rows


async def _news(session: AsyncSession, rows: pl.DataFrame) -> pl.DataFrame:
    """Compare with what was taken in last of the same person and benefit."""
    last = await store.last_digests(session, [UUID(one) for one in rows["person_id"]])
    before = pl.DataFrame(
        {
            "person_id": pl.Series([str(person) for person, _ in last], dtype=pl.String),
            "benefit": pl.Series([benefit for _, benefit in last], dtype=pl.String),
            "before": pl.Series([rf"\x{one.hex()}" for one in last.values()], dtype=pl.String),
        }
    )
    return (
        rows.join(before, on=["person_id", "benefit"], how="left", maintain_order="left")
        .with_columns(
            outcome=pl.when(pl.col("before") == pl.col("digest"))
            .then(pl.lit("unchanged"))
            .otherwise(pl.lit("updated")),
            version=pl.col("version") + 1,
            accepted_id=pl.Series(new_id_texts(rows.height), dtype=pl.String),
        )
        .drop("before")
    )
