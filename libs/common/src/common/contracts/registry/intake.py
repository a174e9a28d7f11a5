"""Rows taken in from a commune's list, and how people are paid."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.benefits import BenefitCode
from common.contracts.envelope import EventData
from common.contracts.fields import AmountDong, CoefficientText, MonthField
from common.contracts.registry.people import PERSON_EXAMPLE, PersonState

PaymentMethod = Literal["account", "cash"]


class ListedBenefit(BaseModel):
    """What the commune's list says is being paid: benefit, signed coefficient, amount, decision.

    `stated_category` is a neutral code of the list's own category column; `coefficient` is the
    signed one; months `paid_from..paid_to` were paid at `amount` by the commune's declaration.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    benefit: BenefitCode
    stated_category: str
    coefficient: CoefficientText
    amount: AmountDong
    decision_number: str
    decision_date: date
    paid_from: MonthField
    paid_to: MonthField
    payee_person_id: UUID | None = None
    """Who is paid for the beneficiary (care support: the carer); None: the beneficiary."""


class PaymentInstruction(BaseModel):
    """How the person is paid. The account travels sealed to disbursement's public key only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    method: PaymentMethod
    bank_code: str | None = None
    bank_branch: str | None = None
    """The branch (chi nhánh, phòng giao dịch) as the list or the person named it."""
    account_sealed: str | None = None
    """Base64 of a sealed box over UTF-8 JSON `{"account": ..., "holder": ..., "person_id": ...}`."""


class IntakeRowAccepted(EventData):
    """A row of a commune's list was taken in for a person (aggregate: the person)."""

    event_type: ClassVar[str] = "registry.person.intake_row_accepted.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "import_id": "019a0000-0000-7000-8000-000000000003",
        "row_number": 12,
        "list_month": "2026-11",
        "benefit": {
            "benefit": "social_pension",
            "stated_category": "pension_75",
            "coefficient": "1.0",
            "amount": 500000,
            "decision_number": "123/QĐ-UBND",
            "decision_date": "2025-07-10",
            "paid_from": "2026-07",
            "paid_to": "2026-11",
        },
        "payment": {"method": "cash", "bank_code": None, "account_sealed": None},
    }

    person: PersonState
    import_id: UUID
    row_number: int
    list_month: MonthField
    benefit: ListedBenefit
    payment: PaymentInstruction
    recorded_by: str = ""
    """Who took the list in; another person confirms where the money goes."""


class PaymentChosen(EventData):
    """A person chose how to be paid, outside of a commune's list (e.g. with a new dossier)."""

    event_type: ClassVar[str] = "registry.person.payment_chosen.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "payment": {"method": "cash", "bank_code": None, "account_sealed": None},
    }

    person: PersonState
    payment: PaymentInstruction
    recorded_by: str = ""
    """Who entered the choice; another person confirms it."""
