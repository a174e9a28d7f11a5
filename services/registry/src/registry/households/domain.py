"""Households and their poverty class, year by year and by decision.

Thuật ngữ: hộ nghèo, hộ cận nghèo; kết quả rà soát hằng năm được công nhận bằng quyết định.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

PovertyClass = Literal["poor", "near_poor", "none"]


@dataclass(frozen=True, slots=True)
class ClassStatement:
    """What a decision or a list states about a household of one person we know."""

    person_id: UUID
    poverty_class: PovertyClass
    year: int
    decision: str | None = None

    @property
    def valid_from(self) -> date:
        """The class of a year counts from its first day, until another one is stated."""
        return date(self.year, 1, 1)


@dataclass(frozen=True, slots=True)
class ClassPeriod:
    """One row of a household's classes."""

    class_id: UUID
    household_id: UUID
    commune_code: str
    year: int
    poverty_class: PovertyClass
    decision: str | None
    valid_from: date
    valid_to: date | None
