"""Bodies of lists with their deliveries, of partner messages, and of a person's payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SkipValidation, StringConstraints

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import AmountDong, CommuneCode, MonthField
from disbursement.partners import service
from disbursement.partners.messages.lines import LINE_PROBLEMS
from disbursement.payroll.schemas import ApprovalView, ListView

_MESSAGE: dict[str, Any] = {
    "message_id": "agribank-AS-25000-2026-12-agribank-results-2026-12-02",
    "kind": "results",
    "list_reference": "AS-25000-2026-12-agribank",
    "entries": [
        {
            "end_to_end_id": "A019A00000000700080000000000000300" + "1",
            "outcome": "failed",
            "amount": 740000,
            "reason_code": "AC04",
            "settled_on": "2026-12-02",
        }
    ],
    "totals": {"count": 1, "sum": 740000},
}


class DeliveryView(BaseModel):
    """A file for one partner: what it holds and where it stands."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    partner: str = Field(examples=["agribank"])
    reference: str = Field(examples=["AS-25000-2026-12-agribank"])
    format: str = Field(examples=["pain.001.001.09"])
    file_sha256: str
    lines: int
    total: AmountDong
    state: Literal["ready", "sending", "unknown", "sent", "refused"]
    attempts: int
    last_error: str | None


class ListDetailView(ListView):
    """A list with its approval, its exceptions by code, and its deliveries."""

    approval: ApprovalView | None
    exceptions: dict[str, int]
    deliveries: list[DeliveryView]


class ItemView(BaseModel):
    """One month that a line pays."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    month: MonthField
    kind: str
    role: Literal["regular", "arrears", "carried"]
    amount: AmountDong


class LineView(BaseModel):
    """One payment to one person for one benefit."""

    line_id: UUID
    position: int
    person_id: UUID
    personal_id: str | None
    full_name: str
    village: str | None
    benefit: ToldBenefit
    group: str
    method: Literal["account", "cash"]
    partner: str
    bank_code: str | None
    account_masked: str | None = Field(default=None, examples=["•••0011"])
    regular: AmountDong
    arrears: AmountDong
    arrears_months: int
    carried: AmountDong
    total: AmountDong
    months: list[ItemView]
    state: str = Field(
        description="draft, rồi sealed, sent, accepted, paid, failed, uncollected, returned"
    )
    failure_reason: str | None
    settled_on: date | None
    end_to_end_id: str = Field(
        description="Mã đối chiếu của khoản chi, đi cùng khoản chi từ danh sách đến sao kê",
        examples=["A019A00000000700080000000000000300" + "1"],
    )


class EntryRequest(BaseModel):
    """One line of a partner's message. A wrong line is an exception; the others still count."""

    model_config = ConfigDict(extra="ignore")

    end_to_end_id: Annotated[str, StringConstraints(min_length=1, max_length=35)]
    outcome: Literal["accepted", "paid", "failed", "uncollected", "returned"]
    amount: AmountDong
    reason_code: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        default=None, description="Bắt buộc khi failed"
    )
    settled_on: date | None = Field(
        default=None, description="Bắt buộc khi paid, và ở mọi dòng của sao kê"
    )
    currency: str = Field(default="VND", description="Chỉ nhận VND")
    bank_reference: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        default=None, description="Số tham chiếu của chính ngân hàng cho dòng sao kê (AcctSvcrRef)"
    )


class TotalsRequest(BaseModel):
    """Control totals of a message."""

    model_config = ConfigDict(extra="ignore")

    count: int = Field(ge=0)
    sum: AmountDong


class MessageBody(BaseModel):
    """Results, or a statement, of one list. The message id is the partner's own and never reused."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [_MESSAGE]})

    message_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    kind: Literal["results", "statement"]
    list_reference: Annotated[str, StringConstraints(max_length=100)] = Field(
        default="", validation_alias=AliasChoices("list_reference", "reference", "ref")
    )
    entries: list[EntryRequest] = Field(max_length=200_000)
    totals: TotalsRequest | None = None


MessageContent = Annotated[MessageBody, SkipValidation]
"""The described message, unchecked: the room reads the signed bytes itself, line by line, so that
one wrong line is an exception of its own and does not refuse the others."""


class LineOutcomeView(BaseModel):
    """What became of one line of a message."""

    model_config = ConfigDict(from_attributes=True)

    entry: int = Field(description="Số thứ tự của dòng trong thông điệp, từ 1")
    end_to_end_id: str
    result: Literal["applied", "recorded", "exception"]
    code: str | None = Field(examples=["amount_differs"])
    message: str | None

    @classmethod
    def of(cls, outcome: service.LineOutcome) -> LineOutcomeView:
        """Show an outcome with its meaning in words."""
        message = LINE_PROBLEMS.get(outcome.code) if outcome.code else None
        return cls(
            entry=outcome.entry,
            end_to_end_id=outcome.end_to_end_id,
            result=outcome.result,
            code=outcome.code,
            message=message,
        )


class AppliedView(BaseModel):
    """What became of a message, line by line."""

    message_id: str
    entries: int
    applied: int
    exceptions: int
    repeated: bool
    results: list[LineOutcomeView]

    @classmethod
    def of(cls, applied: service.Applied) -> AppliedView:
        """Show what became of a message."""
        return cls(
            message_id=applied.message_id,
            entries=applied.entries,
            applied=applied.applied,
            exceptions=applied.exceptions,
            repeated=applied.repeated,
            results=[LineOutcomeView.of(outcome) for outcome in applied.results],
        )


class RefusedMessageView(BaseModel):
    """A message that was refused as a whole; its bytes are kept."""

    model_config = ConfigDict(from_attributes=True)

    partner: str = Field(examples=["agribank"])
    sha256: str
    code: str = Field(examples=["control_totals_differ"])
    size: int
    times: int
    first_at: datetime
    last_at: datetime


class PartnerExceptionView(BaseModel):
    """What a partner said and could not be applied."""

    model_config = ConfigDict(from_attributes=True)

    exception_id: UUID
    partner: str
    message_id: str
    reference: str
    end_to_end_id: str
    entry: int | None = Field(description="Số thứ tự của dòng trong thông điệp")
    code: str = Field(examples=["unknown_reference"])
    message: str | None = Field(description="Ý nghĩa của mã")
    state: str | None
    outcome: str
    amount: AmountDong


class PaymentExceptionView(BaseModel):
    """What a partner said about a payment and did not count."""

    model_config = ConfigDict(from_attributes=True)

    message_id: str
    code: str
    outcome: str
    amount: AmountDong


class PersonObligationView(BaseModel):
    """One thing owed to a person."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    obligation_id: UUID
    benefit: ToldBenefit
    month: MonthField
    kind: str
    seq: int
    amount: AmountDong
    state: Literal["open", "held", "issued", "settled"]
    reason: str | None
    attempts: int


class PersonRecordedView(BaseModel):
    """A month that a commune's list declared as paid before this system paid."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    benefit: ToldBenefit
    month: MonthField
    amount: AmountDong


class PersonPaymentView(BaseModel):
    """A payment to a person."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    payment_id: UUID
    list_id: UUID
    month: MonthField
    benefit: ToldBenefit
    partner: str
    amount: AmountDong
    state: str
    reason: str | None
    reason_text: str | None
    settled_on: date | None
    end_to_end_id: str


class PaymentView(BaseModel):
    """One payment, followed by its reference: list, file, state, the partner's own words."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    payment_id: UUID
    end_to_end_id: str
    list_id: UUID
    list_reference: str = Field(description="Mã của tệp đã giao cho đơn vị chi trả")
    commune_code: CommuneCode
    month: MonthField
    person_id: UUID
    benefit: ToldBenefit
    partner: str
    amount: AmountDong
    state: str
    reason: str | None
    raw_reason: str | None = Field(description="Mã lý do nguyên văn của đơn vị chi trả")
    settled_on: date | None
    message_id: str | None = Field(description="Thông điệp đã ghi nhận kết quả")
    exceptions: list[PaymentExceptionView]


class PersonPaymentsView(BaseModel):
    """Everything about a person's money, newest payment first."""

    person_id: UUID
    method: str
    partner: str | None = Field(description="null: chưa có đơn vị chi trả nào nhận")
    obligations: list[PersonObligationView]
    recorded: list[PersonRecordedView]
    payments: list[PersonPaymentView]
