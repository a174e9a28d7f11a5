"""Bodies of lists with their deliveries, of partner messages, and of a person's payments."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.fields import AmountDong, CommuneCode, MonthField
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


class ListDetail(ListView):
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
    benefit: str
    group: str
    method: Literal["account", "cash"]
    partner: str
    bank_code: str | None
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


class EntryBody(BaseModel):
    """One line of a partner's message."""

    model_config = ConfigDict(extra="ignore")

    end_to_end_id: Annotated[str, StringConstraints(min_length=1, max_length=35)]
    outcome: Literal["accepted", "paid", "failed", "uncollected", "returned"]
    amount: AmountDong
    reason_code: Annotated[str, StringConstraints(max_length=40)] | None = None
    settled_on: date | None = None


class TotalsBody(BaseModel):
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
    entries: list[EntryBody] = Field(max_length=200_000)
    totals: TotalsBody | None = None


class AppliedView(BaseModel):
    """What became of a message."""

    model_config = ConfigDict(from_attributes=True)

    message_id: str
    entries: int
    applied: int
    exceptions: int
    repeated: bool


class PartnerExceptionView(BaseModel):
    """What a partner said and could not be applied."""

    model_config = ConfigDict(from_attributes=True)

    exception_id: UUID
    partner: str
    message_id: str
    reference: str
    end_to_end_id: str
    code: str = Field(examples=["unknown_reference"])
    state: str | None
    outcome: str
    amount: AmountDong


class PersonObligation(BaseModel):
    """One thing owed to a person."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    obligation_id: UUID
    benefit: str
    month: MonthField
    kind: str
    seq: int
    amount: AmountDong
    state: Literal["open", "held", "issued", "settled"]
    reason: str | None
    attempts: int


class PersonRecorded(BaseModel):
    """A month that a commune's list declared as paid before this system paid."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    benefit: str
    month: MonthField
    amount: AmountDong


class PersonPayment(BaseModel):
    """A payment to a person."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    payment_id: UUID
    list_id: UUID
    month: MonthField
    benefit: str
    partner: str
    amount: AmountDong
    state: str
    reason: str | None
    reason_text: str | None
    settled_on: date | None


class PersonPaymentsView(BaseModel):
    """Everything about a person's money, newest payment first."""

    person_id: UUID
    method: str
    partner: str
    obligations: list[PersonObligation]
    recorded: list[PersonRecorded]
    payments: list[PersonPayment]
