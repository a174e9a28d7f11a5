"""What disbursement tells: sealed lists and what became of each payment, in chunks of 500 lines."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.envelope import EventData
from common.contracts.fields import AmountDong, CommuneCode, MonthField
from common.contracts.registry import BenefitCode, PaymentMethod

CHUNK_LINES = 500
"""Most lines that one event carries."""


class ListLine(BaseModel):
    """One payment to one person for one benefit: this month, its arrears, what is carried."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    line_id: UUID
    person_id: UUID
    benefit: BenefitCode
    group: str
    method: PaymentMethod
    partner: str
    regular: AmountDong
    arrears: AmountDong
    arrears_months: int = Field(ge=0)
    carried: AmountDong = 0
    total: AmountDong


ListKind = Literal["monthly", "one_off"]
"""`monthly`: the month's list; `one_off`: what decisions grant once, paid beside the month's list."""

_LINE: dict[str, Any] = {
    "line_id": "019a0000-0000-7000-8000-000000000030",
    "person_id": "019a0000-0000-7000-8000-000000000001",
    "benefit": "social_pension",
    "group": "social_pension",
    "method": "cash",
    "partner": "vnpost",
    "regular": 540000,
    "arrears": 200000,
    "arrears_months": 5,
    "carried": 0,
    "total": 740000,
}
_LIST: dict[str, Any] = {
    "list_id": "019a0000-0000-7000-8000-000000000031",
    "commune_code": "25000",
    "month": "2026-12",
}


class PaymentListSealed(EventData):
    """A month's list is sealed by hash and may no longer change."""

    event_type: ClassVar[str] = "disbursement.payment_list.sealed.v1"
    example: ClassVar[dict[str, Any]] = {
        **_LIST,
        "content_hash": "0" * 64,
        "lines": 2200,
        "total": 1_900_000_000,
        "sealed_on": "2026-11-20",
        "chunks": 5,
    }

    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    content_hash: str
    lines: int
    total: AmountDong
    sealed_on: date
    chunks: int
    kind: ListKind = "monthly"


class PaymentListLines(EventData):
    """Up to 500 lines of a sealed list."""

    event_type: ClassVar[str] = "disbursement.payment_list.lines.v1"
    example: ClassVar[dict[str, Any]] = {**_LIST, "chunk": 1, "lines": [_LINE]}

    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    chunk: int
    lines: tuple[ListLine, ...]
    kind: ListKind = "monthly"


class LineResult(BaseModel):
    """What became of one line. `reason` is our own code, e.g. `account_closed`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    line_id: UUID
    person_id: UUID
    outcome: Literal["paid", "failed", "uncollected", "carried"]
    amount: AmountDong
    reason: str | None = None
    settled_on: date | None = None


class PaymentResultsRecorded(EventData):
    """Up to 500 results that a partner proved."""

    event_type: ClassVar[str] = "disbursement.payment_list.results_recorded.v1"
    example: ClassVar[dict[str, Any]] = {
        **_LIST,
        "partner": "vnpost",
        "results": [
            {
                "line_id": _LINE["line_id"],
                "person_id": _LINE["person_id"],
                "outcome": "paid",
                "amount": 740000,
                "reason": None,
                "settled_on": "2026-12-02",
            }
        ],
    }

    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    partner: str
    results: tuple[LineResult, ...]
    kind: ListKind = "monthly"


class PaymentListReconciled(EventData):
    """List, results and statement agree for a partner, or the differences are counted."""

    event_type: ClassVar[str] = "disbursement.payment_list.reconciled.v1"
    example: ClassVar[dict[str, Any]] = {
        **_LIST,
        "partner": "vnpost",
        "matched_lines": 700,
        "matched_amount": 500_000_000,
        "unexplained_lines": 0,
        "unexplained_amount": 0,
        "carried_lines": 12,
        "carried_amount": 8_000_000,
        "reconciled_on": "2026-12-18",
    }

    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    partner: str
    matched_lines: int
    matched_amount: AmountDong
    unexplained_lines: int
    unexplained_amount: AmountDong
    carried_lines: int
    carried_amount: AmountDong
    reconciled_on: date
    kind: ListKind = "monthly"


class RecoveryOpened(EventData):
    """Months were paid that were not owed; a person decides what follows (aggregate: the case)."""

    event_type: ClassVar[str] = "disbursement.recovery.opened.v1"
    example: ClassVar[dict[str, Any]] = {
        "recovery_id": "019a0000-0000-7000-8000-000000000040",
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "commune_code": "25000",
        "benefit": "disability_allowance",
        "reason": "level_lowered",
        "months": {"2026-10": 170000, "2026-11": 170000},
        "total": 340000,
    }

    recovery_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    benefit: BenefitCode
    reason: Literal["deceased", "level_lowered", "highest_only", "paid_twice", "other"]
    months: dict[str, int]
    total: AmountDong


class RecoveryWithdrawn(EventData):
    """A recovery claims less than before, or nothing any more (aggregate: the case)."""

    event_type: ClassVar[str] = "disbursement.recovery.withdrawn.v1"
    example: ClassVar[dict[str, Any]] = {
        "recovery_id": "019a0000-0000-7000-8000-000000000040",
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "commune_code": "25000",
        "benefit": "disability_allowance",
        "months": {"2026-11": 170000},
        "total": 170000,
        "remaining": 170000,
    }

    recovery_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    benefit: BenefitCode
    months: dict[str, int]
    total: AmountDong
    remaining: AmountDong


class RecoverySettled(EventData):
    """Part of a claim was paid back, paid into the budget, written off or set off (aggregate: the case)."""

    event_type: ClassVar[str] = "disbursement.recovery.settled.v1"
    example: ClassVar[dict[str, Any]] = {
        "recovery_id": "019a0000-0000-7000-8000-000000000040",
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "commune_code": "25000",
        "benefit": "disability_allowance",
        "kind": "receipt",
        "amount": 170000,
        "remaining": 170000,
    }

    recovery_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    benefit: BenefitCode
    kind: Literal["receipt", "treasury_slip", "write_off", "set_off"]
    amount: AmountDong
    remaining: AmountDong


class BeneficiaryReportedDead(EventData):
    """A partner says that a beneficiary died (aggregate: the report).

    Disbursement holds the person's money at once; the registry decides whether there is a death.
    """

    event_type: ClassVar[str] = "disbursement.death_report.received.v1"
    example: ClassVar[dict[str, Any]] = {
        "report_id": "019a0000-0000-7000-8000-000000000060",
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "commune_code": "25000",
        "partner": "agribank",
        "reported_on": "2026-12-03",
    }

    report_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    partner: str
    reported_on: date


class UncollectedThreeMonths(EventData):
    """A person did not collect a benefit for so many months in a row that the law asks to suspend it.

    Aggregate `person` of disbursement: versions count the reports about one person. `months` are the
    months of the lists, in order. Thuật ngữ: không nhận tiền liên tục từ 03 tháng trở lên.
    Nothing is suspended by this: eligibility proposes, a person signs.
    """

    event_type: ClassVar[str] = "disbursement.person.uncollected_three_months.v1"
    example: ClassVar[dict[str, Any]] = {
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "commune_code": "25000",
        "benefit": "social_pension",
        "months": ["2026-12", "2027-01", "2027-02"],
        "amount": 1620000,
        "partner": "vnpost",
        "reported_on": "2027-02-12",
    }

    person_id: UUID
    commune_code: CommuneCode
    benefit: BenefitCode
    months: tuple[MonthField, ...]
    amount: AmountDong
    """Đồng that wait for the person by now."""
    partner: str
    reported_on: date


class CitizenNoticeIssued(EventData):
    """A citizen is to be told something about how they are paid (aggregate: the notice).

    `text` is Vietnamese and carries no account number in clear.
    """

    event_type: ClassVar[str] = "disbursement.citizen_notice.issued.v1"
    example: ClassVar[dict[str, Any]] = {
        "notice_id": "019a0000-0000-7000-8000-000000000050",
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "commune_code": "25000",
        "kind": "change_proposed",
        "text": "Có đề nghị thay đổi cách nhận trợ cấp của ông/bà: Tiền mặt → AGRIBANK •••0011.",
    }

    notice_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    kind: str
    text: str


EVENTS: tuple[type[EventData], ...] = (
    PaymentListSealed,
    PaymentListLines,
    PaymentResultsRecorded,
    PaymentListReconciled,
    RecoveryOpened,
    RecoveryWithdrawn,
    RecoverySettled,
    BeneficiaryReportedDead,
    UncollectedThreeMonths,
    CitizenNoticeIssued,
)
