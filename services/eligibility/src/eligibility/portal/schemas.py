"""Bodies that come from the portal, and what it is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from common.runtime.clock import VN_TZ
from eligibility.dossiers.domain import Dossier
from eligibility.dossiers.service import Filing
from eligibility.portal.domain import TIME_FORMAT


def _readable(value: str) -> str:
    datetime.strptime(value, TIME_FORMAT)  # noqa: DTZ007 - only its shape is checked here
    return value


PortalTime = Annotated[
    str, Field(pattern=r"^\d{14}$", examples=["20261112083000"]), AfterValidator(_readable)
]
PENSION_MAX = 10**12


class FiledPaper(BaseModel):
    """One attached paper (TaiLieuNop)."""

    model_config = ConfigDict(extra="allow")

    MaThanhPhanHoSo: str = Field(max_length=100)
    IsDeleted: str = "False"


class PortalDossier(BaseModel):
    """The fields of a dossier that this service uses; all others are stored as they came."""

    model_config = ConfigDict(extra="allow")

    MaHoSo: str = Field(
        pattern=r"^[A-Z0-9.]{2,40}-\d{6}-\d{1,7}$", examples=["H36.25000-261112-0001"]
    )
    MaTTHC: str = Field(max_length=40, examples=["1.014027"])
    ChuHoSo: str = Field(min_length=1, max_length=200)
    MaDoiTuong: str = Field(pattern=r"^\d{12}$", examples=["003151000017"])
    NgayTiepNhan: PortalTime
    TaiLieuNop: list[FiledPaper] = []
    ThongTinKhac: dict[str, Any] | str | None = None

    def filing(self) -> Filing:
        """Read what this service needs."""
        received = datetime.strptime(self.NgayTiepNhan, TIME_FORMAT).replace(tzinfo=VN_TZ)
        other = self.ThongTinKhac if isinstance(self.ThongTinKhac, dict) else {}
        pension = other.get("MucLuongHuu")
        known = isinstance(pension, int) and 0 <= pension <= PENSION_MAX
        return Filing(
            dossier_code=self.MaHoSo,
            procedure_code=self.MaTTHC,
            personal_id=self.MaDoiTuong,
            received_at=received,
            papers=tuple(
                paper.MaThanhPhanHoSo
                for paper in self.TaiLieuNop
                if paper.IsDeleted.lower() != "true"
            ),
            declared_pension_income=pension if known else None,
        )


class PortalEnvelope(BaseModel):
    """`DongBoHoSoMC`, one dossier at a time."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "service": "DongBoHoSoMC",
                    "isUpdating": "False",
                    "data": [
                        {
                            "MaHoSo": "H36.25000-261112-0001",
                            "MaTTHC": "1.014027",
                            "ChuHoSo": "Nguyễn Thị Mẫu",
                            "MaDoiTuong": "003151000017",
                            "NgayTiepNhan": "20261112083000",
                            "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01"}],
                            "ThongTinKhac": {"MucLuongHuu": 0},
                        }
                    ],
                }
            ]
        },
    )

    service: Literal["DongBoHoSoMC"]
    is_updating: Literal["True", "False"] = Field(default="False", alias="isUpdating")
    data: Annotated[list[PortalDossier], Field(min_length=1, max_length=1)]


class ReceiptOut(BaseModel):
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""

    dossier_code: str
    status: int
    due_on: date

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """Show a dossier's receipt."""
        return cls(
            dossier_code=dossier.dossier_code, status=int(dossier.status), due_on=dossier.due_on
        )


class MessageOut(BaseModel):
    """A status on its way to the portal."""

    model_config = ConfigDict(from_attributes=True)

    message_id: UUID
    dossier_code: str
    status: int
    state: str
    attempts: int
    sent_at: datetime | None
    last_error: str | None
