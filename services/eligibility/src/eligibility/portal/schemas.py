"""Bodies that come from the portal, and what it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from eligibility.dossiers.domain import Dossier
from eligibility.dossiers.service import Filing
from eligibility.law.domain.deadlines import TimeLimit
from eligibility.law.domain.procedures import Procedure
from eligibility.portal.domain import TIME_FORMAT
from eligibility.portal.domain.reading import (
    claim_of,
    groups_of,
    owner_of,
    pension_of,
    submitter_of,
    vietnamese_time,
)


def _readable(value: str) -> str:
    datetime.strptime(value, TIME_FORMAT)  # noqa: DTZ007 - only its shape is checked here
    return value


PortalTime = Annotated[
    str, Field(pattern=r"^[0-9]{14}$", examples=["20261112083000"]), AfterValidator(_readable)
]


class FiledPaperContent(BaseModel):
    """One attached paper (TaiLieuNop)."""

    model_config = ConfigDict(extra="allow")

    MaThanhPhanHoSo: str = Field(max_length=100)
    IsDeleted: str = "False"

    @property
    def deleted(self) -> bool:
        """The portal says that the citizen took this paper back."""
        return self.IsDeleted.lower() == "true"


class PortalDossierContent(BaseModel):
    """The fields of a dossier that this service uses; all others are stored as they came."""

    model_config = ConfigDict(extra="allow")

    MaHoSo: str = Field(
        pattern=r"^[A-Z0-9.]{2,40}-[0-9]{6}-[0-9]{1,7}$", examples=["H36.25000-261112-0001"]
    )
    MaTTHC: str = Field(max_length=40, examples=["1.014027"])
    ChuHoSo: str = Field(min_length=1, max_length=200)
    MaDoiTuong: str = Field(
        pattern=r"^([0-9]{12}|[0-9]{9})$",
        examples=["003151000017"],
        description="Số định danh của chủ hồ sơ, hoặc CMND 9 số",
    )
    NgayTiepNhan: PortalTime
    TrangThaiHoSo: str | int | None = Field(default=None, description="7: công dân rút hồ sơ")
    TaiLieuNop: list[FiledPaperContent] = []
    ThongTinKhac: dict[str, Any] | str | None = None
    DanhSachHoSoBoSung: list[dict[str, Any]] | None = None

    def filing(self, *, update: bool = False) -> Filing:
        """Read what this service needs."""
        other = self.ThongTinKhac if isinstance(self.ThongTinKhac, dict) else {}
        return Filing(
            dossier_code=self.MaHoSo,
            procedure_code=self.MaTTHC,
            owner=owner_of(self.ChuHoSo, self.MaDoiTuong, other),
            submitter=submitter_of(other),
            received_at=vietnamese_time(self.NgayTiepNhan),
            papers=tuple(p.MaThanhPhanHoSo for p in self.TaiLieuNop if not p.deleted),
            removed_papers=tuple(p.MaThanhPhanHoSo for p in self.TaiLieuNop if p.deleted),
            groups=groups_of(other),
            declared_pension_income=pension_of(other),
            claim=claim_of(other),
            update=update,
            withdrawn=str(self.TrangThaiHoSo or "") == "7",
        )


class PortalEnvelopeRequest(BaseModel):
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
    data: Annotated[list[PortalDossierContent], Field(min_length=1, max_length=1)]


class ReceiptView(BaseModel):
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""

    dossier_code: str
    status: int
    due_on: date
    missing_papers: list[str] = Field(
        default=[], description="Trạng thái 5: giấy tờ phải bổ sung, yêu cầu một lần"
    )
    registered: bool = Field(
        default=True, description="false: chủ hồ sơ chưa có trong hệ thống, đang chờ đăng ký"
    )

    @classmethod
    def of(cls, dossier: Dossier, missing: Sequence[str] = ()) -> Self:
        """Show a dossier's receipt."""
        return cls(
            dossier_code=dossier.dossier_code,
            status=int(dossier.status),
            due_on=dossier.due_on,
            missing_papers=list(missing),
            registered=dossier.person_id is not None,
        )


class PortalMessageView(BaseModel):
    """A status on its way to the portal."""

    model_config = ConfigDict(from_attributes=True)

    message_id: UUID
    dossier_code: str
    status: int
    state: str
    attempts: int
    sent_at: datetime | None
    last_error: str | None


class PublicPaperView(BaseModel):
    """A paper of a procedure: handed in, or only shown or looked up."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    filed: bool = Field(description="true: phải nộp; false: chỉ xuất trình hoặc tra cứu")
    choice: str | None = Field(description="Các giấy tờ cùng nhóm thay thế nhau, nộp một loại")


class ProcedureView(BaseModel):
    """A procedure as it stands on a day."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(examples=["1.014027"])
    title: str
    authority: str
    result: str
    papers: list[PublicPaperView]
    basis: str
    confidence: str
    note: str | None
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, procedure: Procedure) -> Self:
        """Show a procedure."""
        return cls.model_validate(procedure)


class ProceduresView(BaseModel):
    """Procedures in force on a day."""

    on: date
    items: list[ProcedureView]


class ProcedureStepView(BaseModel):
    """One step of a procedure and its time limit."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    starts_on: date
    due_on: date
    count: int
    unit: str
    inside: str | None


class ProcedureDetailView(ProcedureView):
    """A procedure with its steps for a dossier received on a day."""

    received_on: date
    due_on: date | None
    steps: list[ProcedureStepView]

    @classmethod
    def with_steps(cls, procedure: Procedure, limit: TimeLimit) -> Self:
        """Show a procedure and the steps of a dossier."""
        return cls(
            **ProcedureView.of(procedure).model_dump(),
            received_on=limit.received_on,
            due_on=limit.due_on,
            steps=[ProcedureStepView.model_validate(step) for step in limit.steps],
        )


class DossierStatusRequest(BaseModel):
    """The code on the receipt, and the last five digits of the owner's number."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"dossier_code": "H36.25000-261112-0001", "last_digits": "00017"}]
        },
    )

    dossier_code: str = Field(min_length=8, max_length=60, pattern=r"^[A-Z0-9.-]+$")
    last_digits: str = Field(pattern=r"^[0-9]{5}$")


class DossierStatusView(BaseModel):
    """Where a dossier stands: nothing of the person."""

    dossier_code: str
    procedure: str
    status: int
    status_title: str
    received_on: date
    due_on: date

    @classmethod
    def of(cls, dossier: Dossier, procedure: str) -> Self:
        """Show status and dates."""
        return cls(
            dossier_code=dossier.dossier_code,
            procedure=procedure,
            status=int(dossier.status),
            status_title=dossier.status.title,
            received_on=dossier.received_on,
            due_on=dossier.due_on,
        )
