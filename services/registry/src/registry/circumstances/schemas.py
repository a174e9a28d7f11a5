"""Bodies of the routes of circumstances: one shape for each kind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong
from registry.circumstances.domain import Circumstance, Fact, Kind, Paper
from registry.circumstances.service.facts import content_of

_NOBODY = UUID(int=0)
Text = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[
    str,
    Field(
        min_length=3,
        max_length=500,
        description="Lý do, ghi vào hồ sơ",
        examples=["Nhập nhầm người"],
    ),
]
ParentStatus = Literal["able", "dead", "missing", "facility", "detained", "unidentified"]
PARENT = (
    "Còn khả năng nuôi, đã chết, mất tích, ở cơ sở trợ giúp xã hội, bị giam giữ hoặc cai nghiện,"
    " không xác định được"
)


class PaperContent(BaseModel):
    """What proves the fact."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: Text = Field(description="Loại giấy tờ", examples=["Giấy xác nhận của nhà trường"])
    number: Text | None = Field(default=None, examples=["12/GXN"])
    issued_on: date | None = None
    issuer: Text | None = Field(default=None, description="Cơ quan cấp")
    place: Text | None = Field(default=None, description="Nơi cấp")

    def paper(self) -> Paper:
        """Give the paper."""
        return Paper(**self.model_dump())


class _Dated(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    valid_from: date | None = Field(default=None, description="Đúng từ ngày này; trống: từ trước")
    valid_to: date | None = Field(default=None, description="Đúng đến trước ngày này")
    paper: PaperContent | None = Field(default=None, description="Giấy tờ chứng minh")

    def fact(self) -> Fact:
        """Build the fact; person_id is set later."""
        values = self.model_dump(
            mode="json", exclude={"valid_from", "valid_to", "paper", "certificate_number"}
        )
        certified: date | None = getattr(self, "certificate_date", None)
        return Fact(
            person_id=_NOBODY,
            kind=values["kind"],
            degree=values.get("degree"),
            certificate_number=getattr(self, "certificate_number", None),
            certificate_date=certified,
            monthly_amount=values.get("monthly_amount"),
            valid_from=self.valid_from or certified,
            valid_to=self.valid_to,
            content=content_of(values),
            child_key=values.get("child_key", ""),
            paper=None if self.paper is None else self.paper.paper(),
        )


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class StateDisabilityRequest(_Dated):
    """A certified degree of disability."""

    model_config = _example(
        kind="disability",
        degree="severe",
        certificate_number="17/2019/KT",
        certificate_date="2019-05-06",
    )

    kind: Literal["disability"]
    degree: Literal["severe", "very_severe", "mild"] = Field(description="Nặng, đặc biệt nặng, nhẹ")
    certificate_number: Annotated[str, Field(max_length=100)] | None = None
    certificate_date: date | None = None
    disability_kinds: Annotated[
        list[Literal["movement", "hearing_speech", "sight", "mental", "intellectual", "other"]],
        Field(max_length=6),
    ] = Field(
        default_factory=list,
        description="Vận động; nghe, nói; nhìn; thần kinh, tâm thần; trí tuệ; khác",
    )
    reassess_on: date | None = Field(default=None, description="Hạn xác định lại mức độ")


class StatePensionIncomeRequest(_Dated):
    """A monthly pension or social-insurance allowance."""

    model_config = _example(kind="pension_income", monthly_amount=540000, valid_from="2026-01-01")

    kind: Literal["pension_income"]
    monthly_amount: AmountDong = Field(description="Đồng mỗi tháng; 0 nếu thôi hưởng")
    income_kind: Literal["pension", "social_insurance", "survivor", "other_allowance"] = Field(
        default="pension",
        description="Lương hưu, trợ cấp bảo hiểm xã hội, tuất hằng tháng, trợ cấp khác",
    )


class StateWageIncomeRequest(_Dated):
    """A stable wage or salary."""

    model_config = _example(kind="wage_income", monthly_amount=0, valid_from="2026-01-01")

    kind: Literal["wage_income"]
    monthly_amount: AmountDong = Field(description="Đồng mỗi tháng; 0 nếu không có")


class StateCareSourceRequest(_Dated):
    """What became of a child's parents: the eleven cases of no source of care."""

    model_config = _example(
        kind="care_source", father="dead", mother="missing", valid_from="2025-04-02"
    )

    kind: Literal["care_source"]
    abandoned: bool = Field(default=False, description="Bị bỏ rơi")
    adopted: bool = Field(default=False, description="Đã được nhận làm con nuôi")
    father: ParentStatus = Field(default="able", description=PARENT)
    mother: ParentStatus = Field(default="able", description=PARENT)


class StateStudyRequest(_Dated):
    """Schooling."""

    model_config = _example(kind="study", level="general", valid_from="2026-09-05")

    kind: Literal["study"]
    level: Literal["preschool", "general", "vocational", "college", "university", "none"] = Field(
        description="Mầm non, phổ thông, nghề, cao đẳng, đại học, không đi học"
    )
    continuous: bool = Field(default=True, description="Học liên tục (kể cả bảo lưu theo quy định)")


class StateMaritalRequest(_Dated):
    """Marital status."""

    model_config = _example(kind="marital", status="widowed", valid_from="2024-02-11")

    kind: Literal["marital"]
    status: Literal["single", "married", "widowed", "divorced", "spouse_missing"]


class StateChildRequest(_Dated):
    """The person raises this child; one fact for each child."""

    model_config = _example(kind="child", child_key="1", birth_date="2015-06-01", studying=True)

    kind: Literal["child"]
    child_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = Field(
        description="Mã người của con, hoặc số thứ tự trong tờ khai"
    )
    child_person_id: UUID | None = None
    birth_date: date
    studying: bool = False


class StateSupportRequest(_Dated):
    """Whether somebody obliged to support the person can."""

    model_config = _example(kind="support", support="none")

    kind: Literal["support"]
    support: Literal["none", "on_allowance", "able"] = Field(
        description="Không có ai; người đó đang hưởng trợ cấp xã hội hằng tháng; có khả năng"
    )


class StateCareNeedRequest(_Dated):
    """An elder who cannot live in the community."""

    model_config = _example(kind="care_need", cannot_live_in_community=True, taken_in=True)

    kind: Literal["care_need"]
    cannot_live_in_community: bool
    taken_in: bool = Field(default=False, description="Có người nhận chăm sóc tại cộng đồng")


class StateCareRequest(_Dated):
    """Who cares for the person."""

    model_config = _example(kind="care", care="own_family", valid_from="2026-03-01")

    kind: Literal["care"]
    care: Literal["own_family", "taken_in", "none"]
    carer_person_id: UUID | None = Field(default=None, description="Người được chi trả hỗ trợ")
    carer_qualifies: bool | None = Field(
        default=None, description="Đủ điều kiện nhận chăm sóc; trống: chưa thẩm tra"
    )


class StatePregnancyRequest(_Dated):
    """The person is pregnant."""

    model_config = _example(kind="pregnancy", valid_from="2026-08-01", valid_to="2027-05-01")

    kind: Literal["pregnancy"]
    pregnant: bool = True


class StateCoupleRequest(_Dated):
    """The spouse already gets the support for disabled parents."""

    model_config = _example(kind="couple", spouse_supported=True, valid_from="2026-07-01")

    kind: Literal["couple"]
    spouse_supported: bool


class StateDetentionRequest(_Dated):
    """Held, or serving a sentence."""

    model_config = _example(kind="detention", detention="imprisoned", valid_from="2026-06-15")

    kind: Literal["detention"]
    detention: Literal["detained", "imprisoned", "released"] = Field(
        description="Bị tạm giam; chấp hành án phạt tù; đã được thả"
    )


class StateFacilityRequest(_Dated):
    """Lives in a social-assistance facility."""

    model_config = _example(kind="facility", facility_code="TTBTXH-01", valid_from="2026-02-01")

    kind: Literal["facility"]
    resident: bool = True
    facility_code: Annotated[str, Field(max_length=40)] | None = None


class StateMissingRequest(_Dated):
    """Declared missing by a court."""

    model_config = _example(kind="missing", valid_from="2026-05-20")

    kind: Literal["missing"]
    missing: bool = True


class StateLocalGroupRequest(_Dated):
    """Belongs to a group that the province added."""

    model_config = _example(kind="local_group", code="nhom_1", valid_from="2026-01-01")

    kind: Literal["local_group"]
    code: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$")]


StateCircumstance = Annotated[
    StateDisabilityRequest
    | StatePensionIncomeRequest
    | StateWageIncomeRequest
    | StateCareSourceRequest
    | StateStudyRequest
    | StateMaritalRequest
    | StateChildRequest
    | StateSupportRequest
    | StateCareNeedRequest
    | StateCareRequest
    | StatePregnancyRequest
    | StateCoupleRequest
    | StateDetentionRequest
    | StateFacilityRequest
    | StateMissingRequest
    | StateLocalGroupRequest,
    Field(discriminator="kind"),
]


class CorrectCircumstanceRequest(BaseModel):
    """What should have been written, and why it was not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "fact": {"kind": "study", "level": "college", "valid_from": "2026-09-05"},
                    "reason": "Ghi nhầm bậc học",
                }
            ]
        },
    )

    fact: StateCircumstance
    reason: Reason


class EndCircumstanceRequest(BaseModel):
    """From when a fact no longer holds, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"ended_on": "2026-11-01", "reason": "Đã thôi học"}]},
    )

    ended_on: date = Field(description="Ngày đầu tiên không còn đúng")
    reason: Reason


class WithdrawCircumstanceRequest(BaseModel):
    """Why a row was wrong from the beginning."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Nhập nhầm người"}]}
    )

    reason: Reason


class CircumstanceView(BaseModel):
    """A fact as recorded."""

    circumstance_id: UUID
    kind: Kind
    degree: Literal["severe", "very_severe", "mild"] | None
    certificate_number: str | None
    certificate_date: date | None
    monthly_amount: int | None
    valid_from: date | None
    valid_to: date | None
    supersedes: UUID | None
    child_key: str | None = Field(default=None, description="Con nào, với loại child")
    content: dict[str, Any] = Field(
        default_factory=dict, description="Các trường riêng của loại hoàn cảnh"
    )
    paper: PaperContent | None = None
    reason: str | None = Field(default=None, description="Lý do sửa hoặc kết thúc")
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    superseded_at: datetime | None = None

    @classmethod
    def of(cls, row: Circumstance) -> CircumstanceView:
        """Show a fact."""
        fact = row.fact
        paper = fact.paper
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
            child_key=fact.child_key or None,
            content=dict(fact.content),
            paper=None
            if paper is None
            else PaperContent(
                kind=paper.kind,
                number=paper.number,
                issued_on=paper.issued_on,
                issuer=paper.issuer,
                place=paper.place,
            ),
            reason=row.reason,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            superseded_at=row.superseded_at,
        )
