"""Response bodies of `entitlements`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from common.contracts.benefits import told_line
from common.contracts.fields import MonthField
from common.kernel.months import Month
from eligibility.entitlements.domain import Entitlement
from eligibility.law.domain.parameters import coefficient_text


class EntitlementLevelView(BaseModel):
    """An amount from a month to a month; `to_month` null: until further decision."""

    from_month: MonthField
    to_month: MonthField | None
    amount: int
    coefficient: str
    provision: str


class EntitlementView(BaseModel):
    """One benefit of one person."""

    entitlement_id: UUID
    person_id: UUID
    commune_code: str
    benefit: str
    group: str
    status: str
    status_reason: str | None
    origin: str
    listed_amount: int
    signed_coefficient: str
    paid_from: MonthField
    paid_to: MonthField | None
    decision: dict[str, Any]
    old_decision_number: str | None
    old_decision_date: date | None
    levels: list[EntitlementLevelView]
    version: int
    payee_person_id: UUID | None = Field(
        default=None, description="Người nhận tiền khi khác người hưởng"
    )

    @classmethod
    def of(cls, item: Entitlement, *, sealed_scope: bool = False) -> Self:
        """Show an entitlement; outside the sealed scope as `told_line` tells it."""
        told = told_line(item.benefit, item.group_code, sealed_scope=sealed_scope)
        return cls(
            entitlement_id=item.entitlement_id,
            person_id=item.person_id,
            commune_code=item.commune_code,
            benefit=told.benefit,
            group=told.group,
            status=item.status,
            status_reason=item.status_reason,
            origin=item.origin,
            listed_amount=item.listed_amount,
            signed_coefficient=coefficient_text(item.listed_coefficient),
            paid_from=item.paid_from,
            paid_to=item.paid_to,
            decision=dict(item.decision),
            old_decision_number=item.old_decision_number,
            old_decision_date=item.old_decision_date,
            levels=[
                EntitlementLevelView(
                    from_month=level.from_month,
                    to_month=level.to_month,
                    amount=level.amount,
                    coefficient=coefficient_text(level.coefficient),
                    provision=told_line(
                        item.benefit, provision=level.provision, sealed_scope=sealed_scope
                    ).provision,
                )
                for level in item.levels
            ],
            version=item.version,
            payee_person_id=item.payee_person_id,
        )


class MonthDifferenceView(BaseModel):
    """One month: owed, recorded as paid, and what is left either way. Never netted."""

    month: MonthField
    owed: int
    paid: int
    arrears: int
    overpaid: int


class ArrearsView(BaseModel):
    """Owed by month against paid as recorded when the entitlement was taken over."""

    entitlement_id: UUID
    person_id: UUID
    benefit: str
    months: list[MonthDifferenceView]
    arrears: int
    overpaid: int

    @classmethod
    def of(cls, item: Entitlement, last: Month, *, sealed_scope: bool = False) -> Self:
        """Show an entitlement's months up to the last one for which payment was recorded."""
        owed, paid, gap = item.owed(last), item.paid(), item.difference(last)
        months = [
            MonthDifferenceView(
                month=month,
                owed=owed.get(month, 0),
                paid=paid.get(month, 0),
                arrears=_of(gap.arrears, month),
                overpaid=_of(gap.overpaid, month),
            )
            for month in sorted(owed.keys() | paid.keys())
        ]
        return cls(
            entitlement_id=item.entitlement_id,
            person_id=item.person_id,
            benefit=told_line(item.benefit, sealed_scope=sealed_scope).benefit,
            months=months,
            arrears=sum(gap.arrears.values()),
            overpaid=sum(gap.overpaid.values()),
        )


def _of(amounts: Mapping[Month, int], month: Month) -> int:
    return amounts.get(month, 0)
