"""Bodies of the routes of administrative units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.fields import CommuneCode, Visible


class ProvinceView(BaseModel):
    """A province of today."""

    code: str = Field(pattern=r"^[0-9]{2}$", examples=["68"])
    name: str = Field(examples=["Lâm Đồng"])
    kind: str = Field(examples=["tỉnh"])


class CommuneView(BaseModel):
    """A commune of today."""

    code: CommuneCode
    name: str = Field(examples=["Di Linh"])
    kind: str = Field(examples=["xã"])
    province_code: str = Field(examples=["68"])


class FormerUnitView(BaseModel):
    """A commune until 30/6/2025 and one commune that took over from it."""

    code: str = Field(examples=["25036"])
    name: str = Field(examples=["Liên Đầm"])
    kind: str = Field(examples=["xã"])
    district: str = Field(examples=["huyện Di Linh"])
    former_province: str = Field(examples=["tỉnh Lâm Đồng"])
    new_commune: CommuneView
    split: bool = Field(description="Xã cũ được chia cho nhiều xã mới")
    default: bool = Field(description="Xã mới nhận phần chính; cần người xác nhận")


class CommuneDetailView(CommuneView):
    """A commune of today and the units that went into it."""

    former_units: list[FormerUnitView]


class UnitView(BaseModel):
    """A unit as it stood on a day, and what became of it or what it was made of."""

    code: CommuneCode
    name: str = Field(examples=["Di Linh"])
    kind: str = Field(examples=["thị trấn"])
    district: str | None = Field(default=None, description="Cấp huyện, đến 30/6/2025")
    province: str = Field(examples=["tỉnh Lâm Đồng"])
    valid_from: date | None = Field(description="Ngày đầu tiên; trống nếu từ trước 1/7/2025")
    valid_to: date | None = Field(description="Ngày đầu tiên không còn")
    became: list[FormerUnitView] = Field(description="Các xã hiện nay nhận đơn vị này")
    made_of: list[FormerUnitView] = Field(description="Các đơn vị cũ hợp thành")


class ResolutionView(BaseModel):
    """The commune of today of a former place."""

    outcome: Literal["whole", "by_village", "open", "unknown"] = Field(
        description="whole: cả đơn vị nhập vào một xã; by_village: thôn quyết định;"
        " open: cần người xác định; unknown: không tìm thấy"
    )
    commune_code: CommuneCode | None
    former_province_code: str | None = Field(examples=["68"])
    candidates: list[FormerUnitView]


class VillageView(BaseModel):
    """A village of a commune."""

    village_id: UUID
    commune_code: CommuneCode
    name: str = Field(examples=["Thôn 3"])
    former_unit_code: str | None
    decision_number: str | None
    valid_from: date | None
    valid_to: date | None


VillageText = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"\w", examples=["Thôn 3"]), Visible
]
Decision = Annotated[str, Field(min_length=1, max_length=100, examples=["861/QĐ-TTg"])]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]


class RenameVillageRequest(BaseModel):
    """Another name of a village from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "Thôn Tân Lập", "valid_from": "2026-03-01"}]},
    )

    name: VillageText
    decision_number: Decision | None = Field(default=None, description="Văn bản đặt, đổi tên")
    valid_from: Day | None = Field(
        default=None, description="Ngày có hiệu lực; trống nếu tên trước đây ghi sai"
    )


class DescribedView(BaseModel):
    """How many communes were told to the other services."""

    communes: int = Field(examples=[124])


class AddVillageRequest(RenameVillageRequest):
    """A village of a commune."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Thôn 3", "former_unit_code": "25000"}]}
    )

    former_unit_code: CommuneCode | None = Field(
        default=None, description="Xã cũ (đến 30/6/2025) mà thôn thuộc về"
    )


class ClassifyAreaRequest(BaseModel):
    """What a decision says about a commune or one of its villages."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "difficult": True,
                    "decision_number": "861/QĐ-TTg",
                    "decision_date": "2021-06-04",
                    "valid_from": "2021-06-04",
                }
            ]
        },
    )

    village: VillageText | None = Field(default=None, description="Để trống: cả xã")
    difficult: bool = Field(description="Đặc biệt khó khăn, hoặc không còn đặc biệt khó khăn")
    decision_number: Decision
    decision_date: Day
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="Ngày đầu tiên không còn hiệu lực")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            code, message = "period_reversed", "Ngày hết hiệu lực phải sau ngày có hiệu lực."
            raise PydanticCustomError(code, message)
        return self


class DifficultyView(BaseModel):
    """What a decision says about a commune or one of its villages."""

    commune_code: CommuneCode
    village: str | None
    difficult: bool
    decision_number: str
    decision_date: date
    valid_from: date
    valid_to: date | None


class ResidenceTaskView(BaseModel):
    """A person whose commune a former address leaves open."""

    task_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    former_unit_codes: list[str]
    candidates: list[CommuneCode]
    village: str | None
    opened_at: datetime
    settled_code: CommuneCode | None = None
