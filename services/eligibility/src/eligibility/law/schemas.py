"""Request and response bodies of `law`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.contracts.fields import AmountDong, CommuneCode, MonthField
from common.contracts.registry import BirthPrecision, DisabilityDegree, PovertyClass, Sex
from common.kernel.months import Month
from eligibility.law.domain.explain import Explained
from eligibility.law.domain.parameters import DatedValue, Parameter, coefficient_text

MONTHS_MAX = 120
YEAR_MAX = 2100


class DisabilityIn(BaseModel):
    """Degree of disability as certified."""

    degree: DisabilityDegree
    certificate_date: date | None = None


class FactsIn(BaseModel):
    """What is known about the person; what is left out is unknown."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "birth_date": "1951-03-10",
                    "sex": "female",
                    "commune_code": "25000",
                    "poverty_class": "none",
                    "pension_income": 0,
                    "written_request": True,
                }
            ]
        }
    )

    birth_date: Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
    birth_precision: BirthPrecision = "day"
    sex: Sex | None = None
    commune_code: CommuneCode | None = None
    poverty_class: PovertyClass | None = None
    disability: DisabilityIn | None = None
    pension_income: AmountDong | None = Field(
        default=None, description="Lương hưu, trợ cấp BHXH hằng tháng (đồng); 0 là không hưởng"
    )
    death_date: date | None = None
    written_request: bool | None = None

    def values(self, signed_on: date | None) -> dict[str, Any]:
        """Give the facts by the names that the law uses."""
        degree = None if self.disability is None else self.disability.degree
        request = {True: "written", False: "none", None: None}[self.written_request]
        return {
            "birth_date": self.birth_date,
            "birth_precision": self.birth_precision,
            "poverty_class": self.poverty_class,
            "disability_degree": degree,
            "certificate_date": self.disability.certificate_date if self.disability else None,
            "pension_income": self.pension_income,
            "death_date": self.death_date,
            "request": request,
            "signed_on": signed_on,
        }


class EvaluationIn(BaseModel):
    """Evaluate one month, or each month of a range."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"facts": FactsIn.model_config["json_schema_extra"]["examples"][0],  # type: ignore[index]  # set above
                 "month": "2026-12"}
            ]
        }
    )  # fmt: skip

    facts: FactsIn
    month: MonthField | None = None
    months: tuple[MonthField, MonthField] | None = None
    signed_on: date | None = Field(
        default=None, description="Ngày Chủ tịch UBND cấp xã ký quyết định, nếu đã ký"
    )

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if (self.month is None) == (self.months is None):
            raise ValueError("gửi month hoặc months, không gửi cả hai")
        first, last = self.period
        if not 0 <= last.ordinal - first.ordinal < MONTHS_MAX:
            raise ValueError("khoảng tháng phải tăng dần và không quá 120 tháng")
        if last.year > YEAR_MAX:
            raise ValueError("tháng quá xa trong tương lai")
        return self

    @property
    def period(self) -> tuple[Month, Month]:
        """Give first and last month."""
        if self.months is not None:
            return self.months
        if self.month is None:
            raise ValueError("gửi month hoặc months")
        return self.month, self.month


class AwardOut(BaseModel):
    """A benefit in a month; `payable` null: a fact is missing."""

    benefit: str
    title: str
    provision: str
    article: str
    month: MonthField
    coefficient: str
    standard_amount: int
    amount: int
    payable: bool | None
    excluded_by: str | None
    rule: str | None


class ConditionOut(BaseModel):
    """A condition as it came out from a month on."""

    code: str
    text: str
    value: str
    article: str
    outcome: bool | None
    from_month: MonthField


class ChangeOut(BaseModel):
    """What would change the result."""

    kind: str
    code: str
    on: date | None
    effective_month: MonthField | None
    text: str


class EvaluationOut(BaseModel):
    """What the law owes, and why."""

    awards: list[AwardOut]
    conditions: list[ConditionOut]
    changes_next: list[ChangeOut]
    text: list[str] = Field(description="Giải thích bằng lời")

    @classmethod
    def of(cls, explained: Explained) -> Self:
        """Show an explained evaluation."""
        return cls.model_validate(explained, from_attributes=True)


class ParameterOut(BaseModel):
    """A number or a rule of the law on a day, with its basis and how sure it is."""

    code: str
    title: str
    unit: str
    value: Any
    valid_from: date
    valid_to: date | None
    in_force: date
    basis: str
    source: str
    confidence: str
    note: str | None

    @classmethod
    def of(cls, parameter: Parameter, value: DatedValue) -> Self:
        """Show a dated value."""
        content = value.value
        if parameter.unit == "coefficient":
            content = coefficient_text(int(content * 100))
        return cls(
            code=parameter.code,
            title=parameter.title,
            unit=parameter.unit,
            value=content,
            valid_from=value.valid_from,
            valid_to=value.valid_to,
            in_force=value.in_force,
            basis=value.basis.cite(),
            source=value.source,
            confidence=value.confidence,
            note=value.note,
        )


class ParametersOut(BaseModel):
    """All parameters on a day, and the years whose days off are not confirmed."""

    on: date
    parameters: list[ParameterOut]
    unconfirmed_holiday_years: list[int]
