"""Dated facts that the law asks for: degree of disability, pension income.

Thuật ngữ: mức độ khuyết tật, giấy xác nhận khuyết tật (Nghị định 28/2012/NĐ-CP Điều 3); lương hưu,
trợ cấp bảo hiểm xã hội hằng tháng.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from common.kernel.errors import InvalidInput

Kind = Literal["disability", "pension_income"]
Degree = Literal["severe", "very_severe", "mild"]


class PeriodInvalid(InvalidInput):
    """A fact cannot end before it begins."""

    code = "period_invalid"
    title = "Ngày kết thúc phải sau ngày bắt đầu"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as stated: what, and when it holds. `valid_from` None: since before it was written."""

    person_id: UUID
    kind: Kind
    degree: Degree | None = None
    certificate_number: str | None = None
    certificate_date: date | None = None
    monthly_amount: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def same_content(self, other: Fact) -> bool:
        """Say whether two facts state the same, whatever their period."""
        return (self.kind, self.degree, self.monthly_amount) == (
            other.kind,
            other.degree,
            other.monthly_amount,
        ) and self.certificate_date in {None, other.certificate_date}


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A fact as recorded."""

    circumstance_id: UUID
    commune_code: str
    fact: Fact
    supersedes: UUID | None = None

    @property
    def valid_from(self) -> date | None:
        """First day."""
        return self.fact.valid_from

    @property
    def valid_to(self) -> date | None:
        """First day on which it no longer holds."""
        return self.fact.valid_to
