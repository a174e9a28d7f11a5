"""The law as it is read by date."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel

from eligibility.law.domain.calendar import HolidayYear
from eligibility.law.domain.deadlines import TimeLimit
from eligibility.law.domain.documents import Document
from eligibility.law.domain.parameters import coefficient_text
from eligibility.law.domain.switches import Position, Switch
from eligibility.rulebook.service import ProvisionText


class ProvisionConditionView(BaseModel):
    """A condition in the words of the law."""

    code: str
    text: str
    article: str


class ProvisionView(BaseModel):
    """One way into a benefit, as it stands on a day."""

    benefit: str
    benefit_title: str
    provision: str
    title: str
    article: str
    coefficient: str | None
    conditions: list[ProvisionConditionView]

    @classmethod
    def of(cls, item: ProvisionText) -> Self:
        """Show a provision."""
        return cls(
            benefit=item.benefit,
            benefit_title=item.benefit_title,
            provision=item.provision,
            title=item.title,
            article=item.article,
            coefficient=None if item.coefficient is None else coefficient_text(item.coefficient),
            conditions=[
                ProvisionConditionView(code=code, text=text, article=article)
                for code, text, article in item.conditions
            ],
        )


class ProvisionsView(BaseModel):
    """Every provision that rules on a day."""

    on: date
    items: list[ProvisionView]


class DocumentView(BaseModel):
    """A document with its days in force."""

    number: str
    kind: str
    title: str
    issued: date | None
    in_force: date
    ended: date | None
    replaced_by: str | None
    confidence: str
    note: str | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """Show a document."""
        return cls.model_validate(document, from_attributes=True)


class DocumentsView(BaseModel):
    """The register of documents."""

    items: list[DocumentView]


class OptionView(BaseModel):
    """A position of a switch in words."""

    value: str
    text: str


class SwitchView(BaseModel):
    """An open question, its positions, and where it stands."""

    code: str
    title: str
    value: str
    chosen_by: str
    resolution: str
    valid_from: date
    reason: str
    legal_note: str
    options: list[OptionView]

    @classmethod
    def of(cls, switch: Switch, position: Position) -> Self:
        """Show a switch."""
        return cls(
            code=switch.code,
            title=switch.title,
            value=position.value,
            chosen_by=position.chosen_by,
            resolution=position.resolution,
            valid_from=position.valid_from,
            reason=position.reason,
            legal_note=switch.legal_note,
            options=[OptionView(value=key, text=text) for key, text in switch.options.items()],
        )


class SwitchesView(BaseModel):
    """Every switch on a day."""

    on: date
    items: list[SwitchView]


class HolidayView(BaseModel):
    """A day off, or a day worked in exchange, with its notice."""

    day: date
    name: str
    worked: bool
    notice: str
    source: str


class HolidayYearView(BaseModel):
    """One year's days; `confirmed` when the official notice was seen."""

    year: int
    confirmed: bool
    days: list[HolidayView]

    @classmethod
    def of(cls, year: HolidayYear) -> Self:
        """Show a year."""
        return cls.model_validate(
            {
                "year": year.year,
                "confirmed": year.confirmed,
                "days": [
                    HolidayView.model_validate(day, from_attributes=True) for day in year.days
                ],
            }
        )


class HolidaysView(BaseModel):
    """Days off by year; `warning` while the coming year is not confirmed."""

    items: list[HolidayYearView]
    warning: str | None


class StepView(BaseModel):
    """One step of a procedure."""

    code: str
    title: str
    starts_on: date
    due_on: date
    count: int
    unit: str
    inside: str | None


class TimeLimitView(BaseModel):
    """The steps and the last day of a dossier; null: no time limit was seen."""

    procedure: str
    received_on: date
    due_on: date | None
    steps: list[StepView]
    basis: str
    confidence: str
    note: str | None
    unconfirmed_holiday_years: list[int]

    @classmethod
    def of(cls, limit: TimeLimit) -> Self:
        """Show time limits."""
        return cls(
            procedure=limit.procedure,
            received_on=limit.received_on,
            due_on=limit.due_on,
            steps=[StepView.model_validate(step, from_attributes=True) for step in limit.steps],
            basis=limit.basis,
            confidence=limit.confidence,
            note=limit.note,
            unconfirmed_holiday_years=list(limit.unconfirmed_years),
        )
