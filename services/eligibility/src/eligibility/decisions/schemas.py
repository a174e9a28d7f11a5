"""Request and response bodies of `decisions`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.benefits import told_line
from common.contracts.fields import MonthField
from common.kernel.months import Month
from eligibility.decisions.domain import Decision
from eligibility.law.domain.disclosure import told_explanation
from eligibility.law.domain.parameters import coefficient_text

DecisionNumber = Annotated[
    str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$", examples=["77/QĐ-UBND"])
]


class ProposeDecisionRequest(BaseModel):
    """The number that the decision will have."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "81/QĐ-UBND"}]})

    number: DecisionNumber


class OutcomeTotalsView(BaseModel):
    """How many lines of an outcome, and their money: all months together, and the pay month."""

    lines: int
    owed: int
    pay_month_amount: int


class DecisionView(BaseModel):
    """A decision without its lines."""

    decision_id: UUID
    kind: str
    commune_code: str
    number: str
    status: str
    pay_month: MonthField | None
    dossier_code: str | None
    lines: int
    totals: dict[str, OutcomeTotalsView]
    drafted_by: str
    signed_by: str | None
    signed_on: date | None
    version: int

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Show a decision."""
        return cls(
            decision_id=decision.decision_id,
            kind=decision.kind,
            commune_code=decision.commune_code,
            number=decision.number,
            status=decision.status,
            pay_month=decision.pay_month,
            dossier_code=decision.dossier_code,
            lines=decision.line_count,
            totals={name: OutcomeTotalsView(**totals) for name, totals in decision.totals.items()},
            drafted_by=decision.drafted_by,
            signed_by=decision.signed_by,
            signed_on=decision.signed_on,
            version=decision.version,
        )


class DecisionLevelView(BaseModel):
    """An amount from a month to a month; `to_month` null: until further decision."""

    from_month: MonthField
    to_month: MonthField | None
    amount: int
    coefficient: str
    provision: str

    @classmethod
    def of(cls, level: Mapping[str, Any], benefit: str, *, sealed_scope: bool = False) -> Self:
        """Show a stored level, whose months are first days and whose coefficient is hundredths."""
        return cls(
            from_month=_month(level["from_month"]),
            to_month=None if level["to_month"] is None else _month(level["to_month"]),
            amount=level["amount"],
            coefficient=coefficient_text(level["coefficient"]),
            provision=told_line(
                benefit, provision=level["provision"], sealed_scope=sealed_scope
            ).provision,
        )


class LineView(BaseModel):
    """One person's line, with the explanation it was drafted with."""

    line_id: UUID
    person_id: UUID
    full_name: str | None
    entitlement_id: UUID
    benefit: str
    outcome: str
    from_month: MonthField
    listed_amount: int
    signed_coefficient: str | None
    lawful_coefficient: str | None
    law_amount: int
    owed: int = Field(description="Tổng các tháng theo mức mới (đồng)")
    old_levels: list[DecisionLevelView] = Field(
        description="Các mức trước quyết định (quyết định điều chỉnh)"
    )
    levels: list[DecisionLevelView]
    explanation: dict[str, Any] | None

    @classmethod
    def of(cls, row: Mapping[str, Any], *, sealed_scope: bool = False) -> Self:
        """Show a line; outside the sealed scope without group and provision."""
        level = partial(DecisionLevelView.of, benefit=row["benefit"], sealed_scope=sealed_scope)
        body = row["explanation"]
        return cls(
            line_id=row["line_id"],
            person_id=row["person_id"],
            full_name=row["full_name"],
            entitlement_id=row["entitlement_id"],
            benefit=row["benefit"],
            outcome=row["outcome"],
            from_month=_month(row["from_month"]),
            listed_amount=row["listed_amount"],
            signed_coefficient=shown_coefficient(row["listed_coefficient"]),
            lawful_coefficient=shown_coefficient(row["law_coefficient"]),
            law_amount=row["law_amount"],
            owed=row["owed"],
            old_levels=[level(item) for item in row["old_levels"]],
            levels=[level(item) for item in row["levels"]],
            explanation=None if body is None else told_explanation(body, sealed_scope=sealed_scope),
        )


def shown_coefficient(scaled: int) -> str | None:
    """Write a coefficient; none at all is null."""
    return coefficient_text(scaled) if scaled else None


def _month(day: date | str) -> Month:
    return Month.of(date.fromisoformat(day) if isinstance(day, str) else day)
