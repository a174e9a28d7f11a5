"""Request and response bodies of `dossiers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong, CommuneCode, PersonalId, Visible
from eligibility.dossiers.domain import Channel, Dossier, DossierStatus, Letter, Owner, Submitter
from eligibility.dossiers.service import Filing, WorkItem

PersonName = Annotated[str, Field(min_length=2, max_length=200), Visible]
Text = Annotated[str, Field(max_length=300), Visible]
Reason = Annotated[str, Field(min_length=1, max_length=1000)]


class AcceptDossierRequest(BaseModel):
    """What the receiving officer found; what is left out is taken from the portal's message."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"papers": ["MAU_01"], "declared_pension_income": 0}]}
    )

    papers: list[str] | None = Field(default=None, description="Mã các giấy tờ đã nộp")
    declared_pension_income: AmountDong | None = Field(
        default=None, description="Lương hưu, trợ cấp BHXH hằng tháng theo tờ khai (đồng)"
    )


class AskPapersRequest(BaseModel):
    """Everything that is missing, at once, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"papers": ["MAU_01"], "reason": "Tờ khai chưa ký, thiếu trang 2"}]
        }
    )

    papers: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1)]
    reason: Reason


class DossierReasonRequest(BaseModel):
    """Why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Không thuộc thẩm quyền của xã"}]}
    )

    reason: Reason


class DossierClaimRequest(BaseModel):
    """What a one-off benefit is asked for; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"deceased_number": "003146000019", "cremated": False}]},
    )

    deceased_number: PersonalId | None = Field(default=None, description="Số định danh người chết")
    organisation: Annotated[str, Field(min_length=2, max_length=200)] | None = Field(
        default=None, description="Cơ quan, tổ chức đứng ra mai táng; trống: chủ hồ sơ"
    )
    single_parent_child: bool | None = None
    other_support: AmountDong | None = Field(
        default=None, description="Đã được hỗ trợ mai táng theo văn bản khác (đồng)"
    )
    level_choice: Literal["in_force_at_death", "counting_from_july"] | None = None
    cremated: bool | None = None
    permanent_residence: bool | None = None
    started_on: date | None = Field(default=None, description="Ngày bắt đầu bảo vệ khẩn cấp")
    ended_on: date | None = None
    needs_protection: bool | None = None
    taken_in: bool | None = None
    treatment_cost: AmountDong | None = None
    transport_cost: AmountDong | None = None


class ExtendDossierRequest(BaseModel):
    """The new date that the apology names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"new_due_on": "2026-12-08", "reason": "Chờ xác minh nơi cư trú"}]
        }
    )

    new_due_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]
    reason: Reason


class OwnerRequest(BaseModel):
    """Chủ hồ sơ: whose right it is. Somebody whom the registry does not know is taken in as well."""

    model_config = ConfigDict(extra="forbid")

    full_name: PersonName
    personal_id: PersonalId | None = None
    former_number: Annotated[str, Field(pattern=r"^[0-9]{9}$")] | None = Field(
        default=None, description="Số CMND, khi chưa có số định danh"
    )
    birth_date: date | None = None
    birth_precision: Literal["day", "month", "year"] = "day"
    sex: Literal["male", "female"] | None = None
    commune_code: CommuneCode | None = Field(
        default=None, description="Xã nơi cư trú; trống: xã nơi tiếp nhận"
    )
    village: Text | None = None
    address: Text | None = None


class SubmitterRequest(BaseModel):
    """Người nộp, when it is not the owner."""

    model_config = ConfigDict(extra="forbid")

    full_name: PersonName
    personal_id: PersonalId | None = None
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 .]{8,15}$")] | None = None
    relation: Text | None = None


class FileDossierRequest(BaseModel):
    """A dossier written down by an officer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "channel": "counter",
                    "received_in": "25000",
                    "procedure_code": "1.014027",
                    "owner": {
                        "full_name": "Nguyễn Thị Mẫu",
                        "personal_id": "003151000017",
                        "birth_date": "1951-03-02",
                    },
                    "submitter": {"full_name": "Nguyễn Văn Mẫu", "relation": "con"},
                    "papers": ["MAU_01"],
                    "declared_pension_income": 0,
                }
            ]
        },
    )

    channel: Literal["counter", "post", "mobile", "home"]
    received_in: CommuneCode = Field(description="Xã của nơi tiếp nhận, thuộc phạm vi tài khoản")
    procedure_code: Annotated[str, Field(max_length=40)]
    owner: OwnerRequest
    submitter: SubmitterRequest | None = None
    received_at: AwareDatetime | None = Field(
        default=None, description="Thời điểm tiếp nhận, mặc định bây giờ"
    )
    papers: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=50)
    groups: list[Annotated[str, Field(pattern=r"^(5\.[1-8][a-d]?|C1|C2[acd])$")]] = Field(
        default=[], max_length=20, description="Nhóm đối tượng đánh dấu trên tờ khai"
    )
    declared_pension_income: AmountDong | None = Field(
        default=None, description="Lương hưu, trợ cấp BHXH hằng tháng theo tờ khai (đồng)"
    )
    claim: DossierClaimRequest | None = Field(
        default=None, description="Nội dung đề nghị hỗ trợ một lần"
    )

    def filing(self, now: datetime) -> Filing:
        """Read what this service needs; the code is given later."""
        claim = (
            None if self.claim is None else self.claim.model_dump(mode="json", exclude_unset=True)
        )
        return Filing(
            dossier_code="",
            procedure_code=self.procedure_code,
            owner=Owner(**self.owner.model_dump()),
            submitter=None if self.submitter is None else Submitter(**self.submitter.model_dump()),
            received_at=self.received_at or now,
            papers=tuple(self.papers),
            groups=tuple(self.groups),
            declared_pension_income=self.declared_pension_income,
            channel=self.channel,
            claim=claim or {},
        )


class DossierView(BaseModel):
    """A dossier as it stands."""

    dossier_code: str
    commune_code: str
    procedure_code: str
    benefit: str
    person_id: UUID | None = Field(description="Trống: chủ hồ sơ chưa được đăng ký")
    owner_name: str
    channel: Channel
    asked: list[str] = Field(description="Chế độ được đề nghị theo tờ khai")
    status: int
    status_title: str
    received_at: datetime
    due_on: date
    papers: list[str]
    version: int
    counted_from: date
    """Receipt of the complete dossier."""
    intake_supplements: int
    extensions: int
    notice_on: date | None

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """Show a dossier."""
        return cls(
            dossier_code=dossier.dossier_code,
            commune_code=dossier.commune_code,
            procedure_code=dossier.procedure_code,
            benefit=dossier.benefit,
            person_id=dossier.person_id,
            owner_name=dossier.owner_name,
            channel=dossier.channel,
            asked=list(dossier.asked),
            status=int(dossier.status),
            status_title=dossier.status.title,
            received_at=dossier.received_at,
            due_on=dossier.due_on,
            papers=list(dossier.papers),
            version=dossier.version,
            counted_from=dossier.counted_from,
            intake_supplements=dossier.intake_supplements,
            extensions=dossier.extensions,
            notice_on=dossier.notice_on,
        )


class DossierStepView(BaseModel):
    """One step of a dossier."""

    status: int
    status_title: str
    taken_at: datetime
    note: str


class DossierLetterView(BaseModel):
    """A letter of the office about the dossier."""

    kind: str
    due_on: date
    new_due_on: date | None
    reason: str
    papers: list[str]
    written_at: datetime


class DossierDetailView(DossierView):
    """A dossier with its steps and letters, oldest first, and the days that come."""

    steps: list[DossierStepView] = []
    letters: list[DossierLetterView] = []
    return_by: date | None = None
    apologise_by: date | None = None
    closes_after: date | None = None

    @classmethod
    def with_steps(
        cls,
        dossier: Dossier,
        steps: Sequence[Any],
        letters: Sequence[Letter] = (),
        dates: Mapping[str, date | None] | None = None,
    ) -> Self:
        """Show a dossier, its steps and letters."""
        return cls(
            **DossierView.of(dossier).model_dump(),
            **(dates or {}),
            steps=[
                DossierStepView(
                    status=step.status,
                    status_title=DossierStatus(step.status).title,
                    taken_at=step.taken_at,
                    note=step.note,
                )
                for step in steps
            ],
            letters=[
                DossierLetterView.model_validate(item, from_attributes=True) for item in letters
            ],
        )


class WorkItemView(DossierView):
    """An open dossier and how it stands towards its deadline."""

    days_left: int = Field(description="Số ngày còn lại; âm: đã quá hạn")
    waits_for: Literal["office", "citizen"] = Field(description="Đang chờ cơ quan hay công dân")

    @classmethod
    def of_item(cls, item: WorkItem) -> Self:
        """Show an item of the work list."""
        return cls(
            **DossierView.of(item.dossier).model_dump(),
            days_left=item.days_left,
            waits_for=item.waits_for,
        )
