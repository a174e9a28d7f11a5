"""Bodies of the routes of households."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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
