"""Bodies of slips, the calendar and approvers' limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong, CommuneCode, MonthField


class SlipLineView(BaseModel):
    """What a person gets of one benefit, in figures and in words."""

    model_config = ConfigDict(from_attributes=True)

    benefit: str
    regular: AmountDong
    arrears: AmountDong
    carried: AmountDong
    total: AmountDong
    previous: AmountDong | None
    text: str = Field(examples=["Trợ cấp hưu trí xã hội: 540.000 đồng."])


class PersonSlipView(BaseModel):
    """Phiếu báo chi trả: all benefits of a person in a month."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    person_id: UUID
    full_name: str
    month: MonthField
    total: AmountDong
    lines: list[SlipLineView]


class PaymentRuleView(BaseModel):
    """A number that payment follows, with its article."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    value: int
    valid_from: date
    basis: str
    source: str


class ListProgressView(BaseModel):
    """How far a commune's list is."""

    model_config = ConfigDict(from_attributes=True)

    commune_code: CommuneCode
    state: str
    sealed_on: date | None
    late: bool


class CalendarView(BaseModel):
    """Days of a month's payment, and which lists are late."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    month: MonthField
    list_before: date
    list_rule: PaymentRuleView
    settle_before: date
    settle_rule: PaymentRuleView
    lists: list[ListProgressView]


class ApproverLimitRequest(BaseModel):
    """The largest total of one list, and from when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"amount": 2000000000, "valid_from": "2027-01-01"}]},
    )

    amount: Annotated[int, Field(ge=0, le=10**15, strict=True)]
    valid_from: date


class ConfirmLimitRequest(BaseModel):
    """Which limit counts from now on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"valid_from": "2027-01-01"}]}
    )

    valid_from: date


class ApproverLimitView(BaseModel):
    """A limit; without a second person it does not count."""

    model_config = ConfigDict(from_attributes=True)

    subject: str
    valid_from: date
    amount: AmountDong
    entered_by: str
    confirmed_by: str | None
