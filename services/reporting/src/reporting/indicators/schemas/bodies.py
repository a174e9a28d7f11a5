"""The answer of `GET /indicators`: every figure with its code and its Vietnamese words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, MonthField


class Body(BaseModel):
    """Base of the bodies of this room."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class CashlessRateBody(Body):
    """Tỷ lệ chi trả không dùng tiền mặt."""

    people_by_account: int
    people_paid: int
    percent: Decimal | None = Field(
        description="Phần trăm, hai chữ số thập phân; null khi chưa chi trả cho ai.",
        examples=["83.01"],
    )
    definition: str


class SliceBody(Body):
    """People and đồng under one heading: listed, and paid so far."""

    code: str
    label: str
    lines: int
    people: int
    male: int
    female: int
    sex_unknown: int
    regular: int
    arrears: int
    carried_in: int = Field(description="Tiền kỳ trước chuyển sang, nằm trong danh sách kỳ này")
    total: int
    paid_people: int
    paid_amount: int
    cashless_rate: CashlessRateBody


class GroupBody(SliceBody):
    """A group of beneficiaries with its provisions."""

    provisions: tuple[SliceBody, ...]


class TallyBody(Body):
    """How many and how much under one code."""

    code: str
    label: str
    people: int
    lines: int
    amount: int


class OutcomeBody(Body):
    """What became of lines, by the reason that the partner gave."""

    people: int
    lines: int
    amount: int
    reasons: tuple[TallyBody, ...] = ()


class ArrearsMonthsBody(Body):
    """People whose line contains arrears of so many months."""

    months: int
    people: int
    amount: int


class ArrearsBody(ArrearsMonthsBody):
    """Truy lĩnh: all months of all people, and people by number of months."""

    by_months: tuple[ArrearsMonthsBody, ...]


class RecoveryReasonBody(Body):
    """Recovery cases for one reason."""

    code: str
    label: str
    cases: int
    people: int
    amount: int


class RecoveriesBody(Body):
    """Recovery cases whose overpaid months begin by this month."""

    cases: int
    people: int
    amount: int
    reasons: tuple[RecoveryReasonBody, ...]


class DeathsBody(Body):
    """Known deaths dated in the month, and up to its end."""

    in_month: int
    to_date: int


class EntitlementsBody(Body):
    """Entitlements of one status and reason, as they stand now."""

    status: str
    reason: str | None
    label: str
    entitlements: int
    people: int


class VerificationBody(Body):
    """People by the answer of the population database."""

    code: str
    label: str
    people: int


class ReconciliationBody(Body):
    """A partner's three-way reconciliation."""

    partner: str
    label: str
    matched_lines: int
    matched_amount: int
    unexplained_lines: int
    unexplained_amount: int
    carried_lines: int
    carried_amount: int
    reconciled_on: date


class ListsBody(Body):
    """Sealed lists; `complete` once every announced line and đồng is counted."""

    sealed: int
    announced_lines: int
    announced_total: int
    last_sealed_on: date | None
    complete: bool


class Indicators(Body):
    """All figures of one commune, or of all that the caller may see, for one month."""

    scope: Literal["commune", "communes", "province"]
    commune_code: CommuneCode | None
    communes: tuple[CommuneCode, ...] | None = Field(description="null: toàn tỉnh")
    month: MonthField
    updated_at: datetime | None
    lists: ListsBody
    total: SliceBody
    by_group: tuple[GroupBody, ...]
    by_method: tuple[SliceBody, ...]
    by_partner: tuple[SliceBody, ...]
    arrears: ArrearsBody
    cashless_rate: CashlessRateBody
    failed: OutcomeBody
    carried: OutcomeBody = Field(
        description="Chưa nhận hoặc chuyển sang kỳ sau (không gồm chuyển khoản bị trả lại)"
    )
    pending: OutcomeBody
    recoveries: RecoveriesBody
    deaths: DeathsBody
    entitlements: tuple[EntitlementsBody, ...]
    held: int = Field(description="Số chế độ đang tạm giữ, chờ quyết định")
    verification: tuple[VerificationBody, ...]
    reconciliations: tuple[ReconciliationBody, ...]
