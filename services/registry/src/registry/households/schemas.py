"""Bodies of the routes of households."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from registry.households.domain import ClassStatement


class SetClass(BaseModel):
    """The poverty class of a person's household for a year."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"poverty_class": "poor", "year": 2026, "decision": "01a/QĐ-UBND"}]
        },
    )

    poverty_class: Literal["poor", "near_poor", "none"] = Field(
        description="Hộ nghèo, hộ cận nghèo, không thuộc hai diện này"
    )
    year: Annotated[int, Field(ge=2000, le=2100, examples=[2026])]
    decision: Annotated[str, Field(max_length=100)] | None = Field(
        default=None,
        description="Quyết định công nhận kết quả rà soát",
        examples=["01a/QĐ-UBND"],
    )
    decision_date: date | None = Field(default=None, description="Ngày ký quyết định")
    since: date | None = Field(
        default=None, description="Ngày đầu tiên, nếu thay đổi trong năm; để trống: 1/1"
    )

    @model_validator(mode="after")
    def _within_the_year(self) -> Self:
        if self.since is not None and self.since.year != self.year:
            code, message = "since_outside_year", "Ngày đầu tiên phải thuộc năm đã ghi."
            raise PydanticCustomError(code, message)
        return self

    def statement(self, person_id: UUID | None = None) -> ClassStatement:
        """Give what is stated."""
        return ClassStatement(
            person_id=person_id or UUID(int=0),
            poverty_class=self.poverty_class,
            year=self.year,
            decision=self.decision,
            decision_date=self.decision_date,
            since=self.since,
        )
