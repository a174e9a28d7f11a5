"""Bodies of the routes of administrative units."""

from __future__ import annotations

from pydantic import BaseModel, Field

from common.contracts.fields import CommuneCode


class ProvinceView(BaseModel):
    """A province of today."""

    code: str = Field(pattern=r"^\d{2}$", examples=["68"])
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


class CommuneDetail(CommuneView):
    """A commune of today and the units that went into it."""

    former_units: list[FormerUnitView]
