"""A later list about somebody who is being paid already: compare, and propose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from common.contracts.registry import IntakeRowAccepted
from common.database.session import AsyncSession
from eligibility.entitlements import service as entitlements
from eligibility.entitlements.domain import Entitlement
from eligibility.law.domain.parameters import hundredths
from eligibility.reviews import store
from eligibility.reviews.domain import LIST_DIFFERS


async def compare_listed(
    session: AsyncSession, rows: Sequence[IntakeRowAccepted], now: datetime
) -> None:
    """Note where a list differs from what an existing entitlement pays in the list's month.

    The entitlement stands until somebody signs otherwise; a row that agrees by now withdraws what
    an earlier list had said.
    """
    listed: dict[tuple[UUID, str], IntakeRowAccepted] = {
        (row.person.person_id, row.benefit.benefit): row for row in rows
    }
    people = [person for person, _ in listed]
    pairs: list[tuple[Entitlement, IntakeRowAccepted]] = []
    for item in await entitlements.of_people(session, people):
        row = listed.get((item.person_id, item.benefit))
        if row is not None and _is_later(item, row):
            pairs.append((item, row))
    found = [proposal for item, row in pairs if (proposal := _differs(item, row)) is not None]
    ids: list[UUID] = [item.entitlement_id for item, _ in pairs]
    await store.replace_proposals(session, found, ids, code=LIST_DIFFERS, now=now)


def _is_later(item: Entitlement, row: IntakeRowAccepted) -> bool:
    """Say whether the entitlement was there before this row."""
    return item.import_id != row.import_id or item.row_number != row.row_number


def _differs(item: Entitlement, row: IntakeRowAccepted) -> dict[str, Any] | None:
    month = row.list_month
    owed = item.owed(month).get(month, 0) if item.status == "active" else 0
    coefficient = hundredths(Decimal(row.benefit.coefficient))
    reasons = []
    if owed != row.benefit.amount:
        reasons.append("listed_amount" if owed else f"not_paid_here:{item.status}")
    if coefficient != item.listed_coefficient:
        reasons.append("coefficient")
    if row.benefit.payee_person_id not in {None, item.payee_person_id}:
        reasons.append("payee")
    if not reasons:
        return None
    return {
        "entitlement_id": item.entitlement_id,
        "code": LIST_DIFFERS,
        "commune_code": item.commune_code,
        "person_id": item.person_id,
        "benefit": item.benefit,
        "from_month": month.first_day,
        "listed_amount": row.benefit.amount,
        "listed_coefficient": coefficient,
        "proposed_amount": owed,
        "law_coefficient": item.listed_coefficient,
        "law_amount": owed,
        "law_provision": item.stated_category,
        "reasons": reasons,
    }
