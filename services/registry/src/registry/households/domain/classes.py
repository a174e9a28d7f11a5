"""The poverty class of a household, year by year and by decision.

Thuật ngữ: hộ nghèo, hộ cận nghèo; kết quả rà soát hằng năm được công nhận bằng quyết định. Căn cứ:
law.md F062 (quyết định công nhận tháng 1 cho kết quả rà soát năm trước).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

PovertyClass = Literal["poor", "near_poor", "none"]
Change = Literal["left", "fell", "shifted", "stayed"]
"""Out of poverty, into it, between poor and near-poor, the same."""


@dataclass(frozen=True, slots=True)
class ClassStatement:
    """What a decision or a list states about a household of one person we know."""

    person_id: UUID
    poverty_class: PovertyClass
    year: int
    decision: str | None = None
    decision_date: date | None = None
    since: date | None = None
    """First day, where the class changes inside the year; else 1 January."""

    @property
    def valid_from(self) -> date:
        """The class of a year counts from its first day, unless another day is stated."""
        return self.since or date(self.year, 1, 1)

    @property
    def valid_to(self) -> date | None:
        """A recognised class ends with its year; what only a list says has no end."""
        return date(self.year + 1, 1, 1) if self.decision is not None else None


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
    decision_date: date | None = None

    def says(self, statement: ClassStatement) -> bool:
        """Whether the statement is known already."""
        return (
            self.year == statement.year
            and self.poverty_class == statement.poverty_class
            and statement.decision in {None, self.decision}
            and statement.decision_date in {None, self.decision_date}
            and statement.since in {None, self.valid_from}
        )


def class_on(rows: Iterable[ClassPeriod], day: date) -> PovertyClass:
    """Give the class that counts on a day: the last one that began.

    A recognised class ends with its year, but a household is not out of poverty because next
    January's decision is a few days late: the last known class stands until another is stated.
    """
    begun = [row for row in rows if row.valid_from <= day]
    return max(begun, key=lambda row: row.valid_from).poverty_class if begun else "none"


def change_of(before: PovertyClass, after: PovertyClass) -> Change:
    """Say what a class became of another one."""
    if before == after:
        return "stayed"
    if after == "none":
        return "left"
    return "fell" if before == "none" else "shifted"
