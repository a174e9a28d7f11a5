"""Bodies of the routes of sealed facts. Nothing personal stands in an address or a query."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId
from registry.sealed_facts.domain import Counts, SealedStatement
from registry.sealed_facts.service import Access

_NOBODY = UUID(int=0)
Number = PersonalId
Text = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[
    str,
    Field(
        min_length=5,
        max_length=300,
        description="Lý do, ghi vào nhật ký; không nêu tên bệnh",
        examples=["Rà soát hồ sơ theo kế hoạch quý"],
    ),
]
Purpose = Literal["dossier", "review", "complaint", "inspection", "report", "correction"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class RecordSealedFactRequest(_Body):
    """What Mẫu 1b and its papers say."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"personal_id": "003151000017", "found_on": "2024-03-05", "paper_number": "07/XN"}
            ]
        }
    )

    personal_id: Number
    found_on: date | None = Field(default=None, description="Ngày phát hiện")
    valid_from: date | None = Field(default=None, description="Thuộc nhóm từ ngày")
    paper_kind: Text | None = Field(default=None, description="Loại giấy tờ")
    paper_number: Text | None = None
    paper_issued_on: date | None = None
    paper_issuer: Text | None = None
    note: Annotated[str, Field(max_length=1000)] | None = None

    def statement(self) -> SealedStatement:
        """Give the statement, about nobody yet."""
        return SealedStatement(_NOBODY, **self.model_dump(exclude={"personal_id"}))


class ReadSealedFactRequest(_Body):
    """Whose, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "personal_id": "003151000017",
                    "purpose": "review",
                    "reason": "Rà soát hồ sơ theo kế hoạch quý",
                }
            ]
        }
    )

    personal_id: Number
    purpose: Purpose = Field(
        description="Giải quyết hồ sơ, rà soát, khiếu nại, thanh tra, báo cáo, đính chính"
    )
    reason: Reason

    def access(self) -> Access:
        """Give why."""
        return Access(self.purpose, self.reason)


class EndSealedFactRequest(_Body):
    """From when it no longer holds; the reason is sealed with it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "personal_id": "003151000017",
                    "ended_on": "2026-11-01",
                    "reason": "Kết luận lại của cơ sở y tế",
                }
            ]
        }
    )

    personal_id: Number
    ended_on: date
    reason: Annotated[str, Field(min_length=5, max_length=500)]


class CountSealedFactsRequest(_Body):
    """Where and when, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "commune_code": "25000",
                    "on": "2026-11-30",
                    "purpose": "report",
                    "reason": "Báo cáo Mẫu 10a",
                }
            ]
        }
    )

    commune_code: CommuneCode | None = Field(
        default=None, description="Trống: toàn bộ địa bàn của tài khoản"
    )
    on: date
    purpose: Purpose
    reason: Reason

    def access(self) -> Access:
        """Give why."""
        return Access(self.purpose, self.reason)


class SealedReceiptView(BaseModel):
    """What was done; the content is not repeated."""

    fact_id: UUID


class SealedFactView(BaseModel):
    """What is sealed, for those who may and say why."""

    fact_id: UUID
    found_on: date | None
    valid_from: date | None
    valid_to: date | None
    paper_kind: str | None
    paper_number: str | None
    paper_issued_on: date | None
    paper_issuer: str | None
    note: str | None

    @classmethod
    def of(cls, fact_id: UUID, stated: SealedStatement) -> SealedFactView:
        """Show a sealed fact."""
        return cls(
            fact_id=fact_id,
            **{name: getattr(stated, name) for name in cls.model_fields if name != "fact_id"},
        )


class CountRowView(BaseModel):
    """A row of Mẫu 10a; null: fewer than five people, or would tell such a count."""

    code: str
    total: int | None
    male: int | None
    female: int | None


class CountsView(BaseModel):
    """Aggregates only."""

    rows: list[CountRowView]
    total: int | None

    @classmethod
    def of(cls, counts: Counts) -> CountsView:
        """Show counts."""
        return cls(
            rows=[
                CountRowView(code=r.code, total=r.total, male=r.male, female=r.female)
                for r in counts.rows
            ],
            total=counts.total,
        )
