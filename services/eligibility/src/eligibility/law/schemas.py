"""Request and response bodies of `law`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.contracts.fields import AmountDong, CommuneCode, MonthField
from common.contracts.registry import BirthPrecision, DisabilityDegree, PovertyClass, Sex
from common.contracts.registry.circumstances import MaritalStatus, ParentStatus, StudyLevel
from common.kernel.months import Month
from eligibility.law.domain.explain import Explained
from eligibility.law.domain.parameters import DatedValue, Parameter, coefficient_text

MONTHS_MAX = 120
CHILDREN_MAX = 30

BirthDate = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
ProvinceCode = Annotated[str, Field(pattern=r"^[0-9]{2}$", examples=["68"])]
LocalGroup = Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$")]


class DisabilityContent(BaseModel):
    """Degree of disability as certified."""

    model_config = ConfigDict(extra="forbid")

    degree: DisabilityDegree
    certificate_date: BirthDate | None = None


class ChildContent(BaseModel):
    """A child whom the person raises."""

    model_config = ConfigDict(extra="forbid")

    birth_date: BirthDate
    studying: bool | None = None


class FactsContent(BaseModel):
    """What is known about the person; what is left out is unknown, or its usual value.

    A name that is none of these is refused with the known ones (`unknown_names`).
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "additionalProperties": False,
            "examples": [
                {
                    "birth_date": "1951-03-10",
                    "sex": "female",
                    "commune_code": "25000",
                    "poverty_class": "none",
                    "pension_income": 0,
                    "written_request": True,
                }
            ],
        },
    )

    birth_date: BirthDate
    birth_precision: BirthPrecision = "day"
    sex: Sex | None = None
    commune_code: CommuneCode | None = None
    province_code: ProvinceCode | None = Field(
        default=None, description="Không gửi thì là tỉnh của hệ thống"
    )
    former_province_code: ProvinceCode | None = Field(
        default=None, description="Tỉnh trước 01/7/2025, khi mức của nơi đó còn áp dụng"
    )
    setting: Literal["community", "facility"] | None = None
    area_difficult: bool | None = None
    poverty_class: PovertyClass | None = None
    hardship_class: Literal["difficult", "none"] | None = None
    abandoned: bool | None = None
    adopted: bool | None = None
    father_status: ParentStatus | None = None
    mother_status: ParentStatus | None = None
    study_level: StudyLevel | None = None
    study_continuous: bool | None = None
    had_no_care_at_16: bool | None = None
    neutral_group: bool | None = Field(
        default=None, description="Thuộc nhóm có dữ kiện niêm phong của nơi cài đặt"
    )
    wage_income: AmountDong | None = None
    pension_income: AmountDong | None = Field(
        default=None, description="Lương hưu, trợ cấp BHXH hằng tháng (đồng); 0 là không hưởng"
    )
    survivor_allowance: bool | None = None
    other_allowance: bool | None = None
    marital_status: MaritalStatus | None = None
    children: Annotated[list[ChildContent], Field(max_length=CHILDREN_MAX)] | None = None
    child_kept_studying: bool | None = None
    support: Literal["none", "on_allowance", "able"] | None = None
    cannot_live_in_community: bool | None = None
    taken_in: bool | None = None
    disability: DisabilityContent | None = None
    pregnant: bool | None = None
    spouse_supported: bool | None = None
    care: Literal["own_family", "taken_in", "none"] | None = None
    carer_qualifies: bool | None = None
    local_group: LocalGroup | None = None
    death_date: BirthDate | None = None
    missing_since: BirthDate | None = None
    detained_since: BirthDate | None = None
    imprisoned_since: BirthDate | None = None
    receiving_since: MonthField | None = Field(
        default=None, description="Tháng đầu đã hưởng theo quyết định trước"
    )
    written_request: bool | None = None
    request: Literal["written", "converted", "decided", "none"] | None = Field(
        default=None, description="Cách đề nghị; chi tiết hơn written_request"
    )

    @property
    def unknown_names(self) -> tuple[str, ...]:
        """Give the names that are no facts."""
        return tuple(self.model_extra or ())

    def values(self, signed_on: date | None, province_code: str) -> dict[str, Any]:
        """Give the facts by the names that the law uses."""
        found = self.model_dump(
            include=set(type(self).model_fields)
            - {"disability", "written_request", "request", "receiving_since"}
        )
        requested = {True: "written", False: "none", None: None}[self.written_request]
        since = self.receiving_since
        return {
            **found,
            "province_code": self.province_code or province_code,
            "disability_degree": None if self.disability is None else self.disability.degree,
            "certificate_date": self.disability.certificate_date if self.disability else None,
            "request": self.request or requested,
            "receiving_since_month": None if since is None else since.ordinal,
            "signed_on": signed_on,
        }


class EvaluationRequest(BaseModel):
    """Evaluate one month, or each month of a range."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"facts": FactsContent.model_config["json_schema_extra"]["examples"][0],  # type: ignore[index]  # set above
                 "month": "2026-12"}
            ]
        }
    )  # fmt: skip

    facts: FactsContent
    month: MonthField | None = None
    months: tuple[MonthField, MonthField] | None = None
    signed_on: BirthDate | None = Field(
        default=None, description="Ngày Chủ tịch UBND cấp xã ký quyết định, nếu đã ký"
    )

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if (self.month is None) == (self.months is None):
            raise ValueError("gửi month hoặc months, không gửi cả hai")
        first, last = self.period
        if not 0 <= last.ordinal - first.ordinal < MONTHS_MAX:
            raise ValueError("khoảng tháng phải tăng dần và không quá 120 tháng")
        return self

    @property
    def pointers(self) -> tuple[str, str]:
        """Give the JSON pointers of first and last month."""
        return ("/month", "/month") if self.months is None else ("/months/0", "/months/1")

    @property
    def period(self) -> tuple[Month, Month]:
        """Give first and last month."""
        if self.months is not None:
            return self.months
        if self.month is None:
            raise ValueError("gửi month hoặc months")
        return self.month, self.month


class AwardView(BaseModel):
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
    payable_amount: int | None = Field(description="Số tiền được chi; null: còn thiếu dữ kiện")
    payee: str = Field(description="person: người hưởng; carer: người nhận chăm sóc")
    standard_basis: str = Field(description="Căn cứ của mức chuẩn: điều khoản hoặc nghị quyết")
    notes: list[str]


class ConditionView(BaseModel):
    """A condition as it came out from a month on."""

    code: str
    text: str
    value: str
    article: str
    outcome: bool | None
    from_month: MonthField


class LineChangeView(BaseModel):
    """What would change the result."""

    kind: str
    code: str
    on: date | None
    effective_month: MonthField | None
    text: str
    benefits: list[str] = Field(description="Các chế độ còn chờ dữ kiện này hoặc đổi theo")


class EvaluationView(BaseModel):
    """What the law owes, and why."""

    awards: list[AwardView]
    conditions: list[ConditionView]
    changes_next: list[LineChangeView]
    total: int = Field(description="Cộng các khoản được chi của mọi tháng (đồng)")
    text: list[str] = Field(description="Giải thích bằng lời")

    @classmethod
    def of(cls, explained: Explained) -> Self:
        """Show an explained evaluation."""
        return cls.model_validate(explained, from_attributes=True)


class ParameterView(BaseModel):
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


class ParametersView(BaseModel):
    """All parameters on a day, and the years whose days off are not confirmed."""

    on: date
    parameters: list[ParameterView]
    unconfirmed_holiday_years: list[int]
