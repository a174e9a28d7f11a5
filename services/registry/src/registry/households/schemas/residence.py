"""Bodies of the routes of former residences."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.fields import CommuneCode
from registry.areas.domain.resolution import FormerPlace

ProvinceCode = Annotated[str, Field(pattern=r"^[0-9]{2}$", examples=["60"])]


class FormerResidenceRequest(BaseModel):
    """A person's address of before 1/7/2025."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"code": "25000", "village": "Thôn 3"}]},
    )

    code: CommuneCode | None = Field(default=None, description="Mã xã cũ")
    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    kind: Annotated[str, Field(max_length=20)] | None = None
    district: Annotated[str, Field(max_length=100)] | None = None
    former_province_code: ProvinceCode | None = None
    village: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.code is None and not (self.name and self.former_province_code):
            code = "former_unit_unclear"
            message = "Cần mã xã cũ, hoặc tên kèm mã tỉnh cũ; chỉ có tên thì chưa đủ."
            raise PydanticCustomError(code, message)
        return self

    def place(self) -> FormerPlace:
        """Give the place."""
        return FormerPlace(
            self.code, self.name, self.kind, self.district, self.former_province_code
        )


class FormerResidenceView(BaseModel):
    """What a former address says about a person."""

    person_id: UUID
    outcome: Literal["whole", "by_village", "open", "unknown"]
    commune_code: CommuneCode = Field(description="Xã đang ghi cho người này")
    candidates: list[CommuneCode]
    task_opened: bool = Field(description="Cần cán bộ xác định")


class SettleResidenceRequest(BaseModel):
    """The commune of today in which the person lives."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"commune_code": "25000"}]}
    )

    commune_code: CommuneCode


class SettledView(BaseModel):
    """Whose residence is settled now."""

    commune_code: CommuneCode
    person_ids: list[UUID]
