"""Bodies of the routes of circumstances."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong
from registry.circumstances.domain import Circumstance, Fact

_NOBODY = UUID(int=0)


class _Dated(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    valid_from: date | None = Field(default=None, description="Đúng từ ngày này; trống: từ trước")
    valid_to: date | None = Field(default=None, description="Đúng đến trước ngày này")


class StateDisability(_Dated):
    """A certified degree of disability."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "disability",
                    "degree": "severe",
                    "certificate_number": "17/2019/KT",
                    "certificate_date": "2019-05-06",
                }
            ]
        }
    )

    kind: Literal["disability"]
    degree: Literal["severe", "very_severe", "mild"] = Field(description="Nặng, đặc biệt nặng, nhẹ")
    certificate_number: Annotated[str, Field(max_length=100)] | None = None
    certificate_date: date | None = None

    def fact(self) -> Fact:
        """Give the fact, of nobody yet."""
        return Fact(
            person_id=_NOBODY,
            kind="disability",
            degree=self.degree,
            certificate_number=self.certificate_number,
            certificate_date=self.certificate_date,
            valid_from=self.valid_from or self.certificate_date,
            valid_to=self.valid_to,
        )


class StatePensionIncome(_Dated):
    """A monthly pension or social-insurance allowance."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "pension_income", "monthly_amount": 540000, "valid_from": "2026-01-01"}
            ]
        }
    )

    kind: Literal["pension_income"]
    monthly_amount: AmountDong = Field(description="Đồng mỗi tháng; 0 nếu thôi hưởng")

    def fact(self) -> Fact:
        """Give the fact, of nobody yet."""
        return Fact(
            person_id=_NOBODY,
            kind="pension_income",
            monthly_amount=self.monthly_amount,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


StateCircumstance = Annotated[StateDisability | StatePensionIncome, Field(discriminator="kind")]


class CircumstanceView(BaseModel):
    """A fact as recorded."""

    circumstance_id: UUID
    kind: Literal["disability", "pension_income"]
    degree: Literal["severe", "very_severe", "mild"] | None
    certificate_number: str | None
    certificate_date: date | None
    monthly_amount: int | None
    valid_from: date | None
    valid_to: date | None
    supersedes: UUID | None

    @classmethod
    def of(cls, row: Circumstance) -> CircumstanceView:
        """Show a fact."""
        fact = row.fact
        return cls(
            circumstance_id=row.circumstance_id,
            kind=fact.kind,
            degree=fact.degree,
            certificate_number=fact.certificate_number,
            certificate_date=fact.certificate_date,
            monthly_amount=fact.monthly_amount,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            supersedes=row.supersedes,
        )
