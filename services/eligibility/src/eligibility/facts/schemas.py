"""Response bodies of `facts`: awards from what is stored, and what later knowledge changes."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import MonthField
from eligibility.facts.service import Awards, Differences
from eligibility.law.schemas import EvaluationView


class AwardsView(BaseModel):
    """What the law gives a person, from the facts that were stored by a day."""

    person_id: UUID
    as_of: date = Field(description="Pháp luật có hiệu lực đến ngày này")
    known_on: date = Field(description="Dữ kiện đã biết đến hết ngày này")
    evaluation: EvaluationView

    @classmethod
    def of(cls, awards: Awards) -> Self:
        """Show awards with their reasons."""
        return cls(
            person_id=awards.person_id,
            as_of=awards.as_of,
            known_on=awards.known_on,
            evaluation=EvaluationView.of(awards.explained),
        )


class MonthChangeView(BaseModel):
    """One benefit in one month: as it was known, as it is known, and what is left either way."""

    month: MonthField
    benefit: ToldBenefit
    before: int
    now: int
    arrears: int
    overpaid: int


class DifferencesView(BaseModel):
    """What later knowledge changes: arrears and overpaid months, never netted."""

    person_id: UUID
    known_before: date
    known_now: date
    months: list[MonthChangeView]
    arrears: int = Field(description="Tổng các tháng còn phải chi thêm (đồng)")
    overpaid: int = Field(description="Tổng các tháng đã chi thừa (đồng), không bù trừ")
    unknown_months: list[MonthField] = Field(
        description="Các tháng chưa kết luận được vì còn thiếu dữ kiện"
    )

    @classmethod
    def of(cls, found: Differences) -> Self:
        """Show the months that differ."""
        months = [
            MonthChangeView(
                month=item.month,
                benefit=item.benefit,
                before=item.before,
                now=item.now,
                arrears=max(item.now - item.before, 0),
                overpaid=max(item.before - item.now, 0),
            )
            for item in found.months
        ]
        return cls(
            person_id=found.person_id,
            known_before=found.known_before,
            known_now=found.known_now,
            months=months,
            arrears=sum(item.arrears for item in months),
            overpaid=sum(item.overpaid for item in months),
            unknown_months=list(found.unknown),
        )
