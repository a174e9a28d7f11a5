"""The answer of `GET /indicators`: every figure with its code and its Vietnamese words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, MonthField


class Body(BaseModel):
    """Base of the bodies of this room."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


Percent = Annotated[
    Decimal | None,
    Field(
        description="Phần trăm, hai chữ số thập phân; null khi mẫu số bằng 0.", examples=["83.01"]
    ),
]


class PaidRateView(Body):
    """Tỷ lệ chi trả không dùng tiền mặt, trên số người đã được chi trả."""

    people_by_account: int
    people_paid: int
    percent: Percent
    definition: str


class CashlessRateView(PaidRateView):
    """The rate of the whole period, with how much of it is known."""

    provisional: bool = Field(
        description="true: còn dòng chưa có kết quả, tỷ lệ là tạm tính", examples=[True]
    )
    lines_with_result: int = Field(description="Số dòng đã có kết quả", examples=[12])
    lines: int = Field(description="Số dòng của danh sách", examples=[2382])


class RegisteredRateView(Body):
    """Tỷ lệ đăng ký nhận qua tài khoản, trên số người trong danh sách."""

    people_by_account: int
    people_listed: int
    percent: Percent
    definition: str


class SliceView(Body):
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
    cashless_rate: PaidRateView
    registered_percent: Percent


class GroupView(SliceView):
    """A group of beneficiaries with its provisions."""

    provisions: tuple[SliceView, ...]


class TallyView(Body):
    """How many and how much under one code."""

    code: str
    label: str
    people: int
    lines: int
    amount: int


class OutcomeView(Body):
    """What became of lines, by the reason that the partner gave."""

    people: int
    lines: int
    amount: int
    reasons: tuple[TallyView, ...] = ()


class ArrearsMonthsView(Body):
    """People whose line contains arrears of so many months."""

    months: int
    people: int
    amount: int


class ArrearsView(ArrearsMonthsView):
    """Truy lĩnh: all months of all people, and people by number of months."""

    by_months: tuple[ArrearsMonthsView, ...]


class RecoveryReasonView(Body):
    """Recovery cases for one reason."""

    code: str
    label: str
    cases: int
    people: int
    amount: int


class RecoveriesView(Body):
    """Recovery cases whose overpaid months begin by this month."""

    cases: int
    people: int
    amount: int
    reasons: tuple[RecoveryReasonView, ...]


class DeathsView(Body):
    """Known deaths dated in the period, and up to its end."""

    in_month: int = Field(description="Trong kỳ", examples=[1])
    to_date: int


class EntitlementsView(Body):
    """Entitlements of one status and reason, as they stand now."""

    status: str
    reason: str | None
    label: str
    entitlements: int
    people: int


class VerificationView(Body):
    """People by the answer of the population database."""

    code: str
    label: str
    people: int


class ReconciliationView(Body):
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


class ListsView(Body):
    """Sealed lists, and how much of them is counted and settled."""

    sealed: int
    announced_lines: int
    announced_total: int
    last_sealed_on: date | None
    lines_with_result: int
    complete: bool = Field(
        description="true khi mọi dòng đã nhận đủ và đều có kết quả chi trả", examples=[False]
    )


class IndicatorsView(Body):
    """All figures of one commune, or of all that the caller may see, for a period."""

    scope: Literal["commune", "communes", "province"]
    commune_code: CommuneCode | None
    place: str = Field(description="Tên xã, phường hoặc tỉnh", examples=["Xã Di Linh"])
    communes: tuple[CommuneCode, ...] | None = Field(description="null: toàn tỉnh")
    month: MonthField | None = Field(description="null: kỳ có nhiều tháng", examples=["2026-12"])
    from_month: MonthField
    to_month: MonthField
    updated_at: datetime | None
    lists: ListsView
    total: SliceView
    by_group: tuple[GroupView, ...]
    counted_in_several_groups: int = Field(
        description="Số lượt tính trùng khi cộng các nhóm: một người hưởng nhiều chế độ",
        examples=[181],
    )
    by_method: tuple[SliceView, ...]
    by_partner: tuple[SliceView, ...]
    arrears: ArrearsView
    cashless_rate: CashlessRateView
    registered_rate: RegisteredRateView
    failed: OutcomeView
    carried: OutcomeView = Field(
        description="Chưa nhận hoặc chuyển sang kỳ sau (không gồm chuyển khoản bị trả lại)"
    )
    pending: OutcomeView
    recoveries: RecoveriesView
    deaths: DeathsView
    entitlements: tuple[EntitlementsView, ...]
    held: int = Field(description="Số chế độ đang tạm giữ, chờ quyết định")
    verification: tuple[VerificationView, ...]
    reconciliations: tuple[ReconciliationView, ...]
