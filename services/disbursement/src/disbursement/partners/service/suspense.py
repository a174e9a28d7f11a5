"""Every line of a statement is in the ledger: by its payment, or in suspense until explained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import explained, suspended
from disbursement.partners.store import bank_lines as store
from disbursement.sql import Record


async def post_suspense(
    session: AsyncSession, partner: str, references: Sequence[str], now: datetime
) -> None:
    """Post what the statement says beyond our payments; take it back once a payment says it."""
    rows = sorted(await store.suspend(session, partner, references), key=_place)
    for (commune_code, month), lines in groupby(rows, key=_place):
        await ledger.post(
            session,
            [
                (suspended if line["suspended"] else explained)(
                    line["key"], line["outcome"], line["amount"]
                )
                for line in lines
            ],
            commune_code=commune_code,
            month=Month.of(month),
            posted_on=now.date(),
        )


def _place(row: Record) -> tuple[str, date]:
    return (row["commune_code"], row["month"])
