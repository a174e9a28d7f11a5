"""Bodies of the payment list's routes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import AmountDong, CommuneCode, MonthField
from disbursement.payroll import service
from disbursement.payroll.domain import EXCEPTION_TEXTS, ListKind

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]


class BuildRequest(BaseModel):
    """Which commune's list of which month to build."""

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
        json_schema_extra={"examples": [{"commune_code": "25000", "month": "2026-12"}]},
    )

    commune_code: CommuneCode
    month: MonthField
    kind: ListKind = Field(
        default="monthly", description="one_off: danh sách các khoản trợ giúp một lần"
    )


class ApproveRequest(BaseModel):
    """The content that the approver saw, and why it is right."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"content_hash": "0" * 64, "reason": "Đã so với tháng trước"}]
        },
    )

    content_hash: Hash
    accounts_hash: Hash | None = Field(
        default=None, description="Khi gửi kèm, phải đúng là nơi nhận tiền mà người duyệt đã xem"
    )
    reason: Reason = Field(examples=["Đã so với tháng trước"])


class OverrideCheckRequest(BaseModel):
    """Which check a second person answers for, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"code": "earlier_month_not_reconciled", "reason": "Bưu điện nộp chứng từ muộn"}
            ]
        },
    )

    code: Literal["earlier_month_not_reconciled", "total_jumped"]
    reason: Reason


class VoidApprovalRequest(BaseModel):
    """Why an approval is taken back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Tháng sau đã niêm phong"}]}
    )

    reason: Reason


class ApprovalView(BaseModel):
    """Who approved what, when."""

    model_config = ConfigDict(from_attributes=True)

    content_hash: str
    maker: str
    checker: str
    reason: str
    approved_at: datetime


class ListView(BaseModel):
    """A payment list as it stands."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    state: Literal["draft", "approved", "sealed", "reconciled"]
    content_hash: str = Field(examples=["0" * 64])
    accounts_hash: str = Field(
        default="",
        examples=["0" * 64],
        description="Băm nơi nhận tiền: tài khoản, chủ tài khoản, đơn vị chi trả, cách nhận",
    )
    lines: int = Field(examples=[2200])
    total: AmountDong = Field(examples=[1_900_000_000])
    regular: AmountDong
    arrears: AmountDong
    carried: AmountDong
    maker: str = Field(examples=["ke_toan"])
    built_at: datetime
    sealed_by: str | None
    sealed_on: date | None
    version: int
    kind: ListKind = "monthly"
    number: int = Field(default=0, description="Số thứ tự của danh sách một lần trong tháng")


class ShareView(BaseModel):
    """What one partner gets of a list."""

    model_config = ConfigDict(from_attributes=True)

    partner: str = Field(examples=["agribank"])
    reference: str = Field(examples=["AS-25000-2026-12-agribank"])
    lines: int
    total: AmountDong
    state: str = "ready"


class SealedView(ListView):
    """A list that was just sealed, with the files that go out."""

    deliveries: list[ShareView]


class ExceptionView(BaseModel):
    """Something about the list that an officer should know."""

    exception_id: UUID
    person_id: UUID
    personal_id: str | None
    full_name: str | None
    benefit: ToldBenefit | None
    code: str = Field(examples=["deceased"])
    severity: Literal["info", "warning", "error"]
    reason: str = Field(examples=["deceased"])
    message: str
    amount: AmountDong
    months: int
    before: str | None = Field(default=None, description="Nơi nhận trước đây, đã che số")
    after: str | None = Field(default=None, description="Nơi nhận mới, đã che số")

    @classmethod
    def of(cls, row: service.ExceptionRow) -> ExceptionView:
        """Show an exception with its meaning in words."""
        return cls(
            exception_id=row.exception_id,
            person_id=row.person_id,
            personal_id=row.personal_id,
            full_name=row.full_name,
            benefit=row.benefit,
            code=row.code,
            severity=row.severity,
            reason=row.reason or row.code,
            message=EXCEPTION_TEXTS[row.code],
            amount=row.amount,
            months=row.months,
            before=row.before,
            after=row.after,
        )


class ComparedLineView(BaseModel):
    """A line beside last month's regular amount."""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    personal_id: str | None
    full_name: str | None
    benefit: ToldBenefit
    change: Literal["new", "gone", "changed", "same"]
    previous: AmountDong | None = Field(description="Mức tháng trước")
    current: AmountDong | None = Field(description="Mức tháng này, chưa gồm truy lĩnh")
    arrears: AmountDong
    carried: AmountDong
    total: AmountDong
    reason: str | None = Field(
        description="Vì sao khác: nguồn quyết định, hoặc lý do không còn trong danh sách"
    )
    decision_number: str | None


class ChangeSummaryView(BaseModel):
    """Lines and money of one class of change."""

    lines: int
    previous: AmountDong
    current: AmountDong


class ComparisonView(BaseModel):
    """The list beside last month's, line by line."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    list_id: UUID
    previous_month: MonthField
    previous_source: Literal["payment_list", "recorded_payments"]
    counts: dict[str, int] = Field(examples=[{"changed": 2150, "gone": 12, "new": 1, "same": 0}])
    summary: dict[str, ChangeSummaryView]
    items: list[ComparedLineView]
    next_cursor: str | None
