"""Bodies of `inquiries`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import MONTH_PATTERN, PersonalId
from eligibility.inquiries.domain import PEOPLE_MAX


class InquiryRequest(BaseModel):
    """Who is asked about, for which month and purpose."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "health_insurance_card",
                    "month": "2026-12",
                    "personal_ids": ["003151000017"],
                }
            ]
        },
    )

    purpose: str = Field(max_length=64, description="Mục đích tra cứu, theo danh mục")
    month: str | None = Field(
        default=None, pattern=MONTH_PATTERN, description="Tháng, mặc định tháng này"
    )
    personal_ids: list[PersonalId] = Field(min_length=1, max_length=PEOPLE_MAX)


class LabelView(BaseModel):
    """What is received, as it may be told outside the sealed scope."""

    code: str = Field(examples=["social_pension"])
    title: str = Field(examples=["Trợ cấp hưu trí xã hội"])


class InquiryAnswerView(BaseModel):
    """One person's answer. A person nobody knows is answered like one who receives nothing."""

    personal_id: str
    receives: bool = Field(description="Có đang hưởng trợ cấp hằng tháng trong tháng được hỏi")
    benefits: list[LabelView] | None = Field(
        default=None, description="Loại trợ cấp; không có khi mục đích chỉ cần biết có hay không"
    )


class InquiryView(BaseModel):
    """The answers, in the order of the question."""

    purpose: str
    month: str
    answers: list[InquiryAnswerView]


class PurposeView(BaseModel):
    """A purpose that may be stated."""

    code: str
    title: str
    scope: str = Field(description="Quyền mà mã truy cập phải có")
    told: str = Field(description="receives: có hay không; benefits: cả loại trợ cấp")
