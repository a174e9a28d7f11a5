"""Dated facts that the law asks for, and the papers that prove them.

Thuật ngữ: hoàn cảnh; mức độ khuyết tật, giấy xác nhận khuyết tật (Nghị định 28/2012/NĐ-CP Điều 3);
không có nguồn nuôi dưỡng, người đơn thân nghèo đang nuôi con, lương hưu, trợ cấp bảo hiểm xã hội
hằng tháng (Nghị định 20/2021/NĐ-CP Điều 5; Nghị định 335/2026/NĐ-CP Điều 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput, NotFound

Kind = Literal[
    "disability",
    "pension_income",
    "wage_income",
    "care_source",
    "study",
    "marital",
    "child",
    "support",
    "care_need",
    "care",
    "pregnancy",
    "couple",
    "detention",
    "facility",
    "missing",
    "neutral",
    "local_group",
]
Degree = Literal["severe", "very_severe", "mild"]

_UNSTATED: Final[Mapping[str, Mapping[str, Any]]] = {"pension_income": {"income_kind": "pension"}}
"""What a row means that was written before the field existed."""


class PeriodInvalid(
    InvalidInput, code="period_invalid", title="Ngày kết thúc phải sau ngày bắt đầu"
):
    """A fact cannot end before it begins."""


class FactContradicts(
    InvalidInput,
    code="circumstance_contradicts",
    title="Hoàn cảnh khai báo mâu thuẫn với dữ liệu đã biết",
):
    """The fact cannot be, given the person, other facts or itself; `errors` name the fields."""


class CircumstanceNotFound(
    NotFound, code="circumstance_not_found", title="Không tìm thấy hoàn cảnh này"
):
    """This person has no such fact, or is not the caller's to see."""


class CircumstanceSuperseded(
    Conflict, code="circumstance_superseded", title="Hoàn cảnh này đã được sửa hoặc thay thế"
):
    """The row was corrected, ended or withdrawn before; the present row has another id."""


class KindDiffers(
    InvalidInput,
    code="circumstance_kind_differs",
    title="Không thể sửa thành một loại hoàn cảnh khác",
):
    """A correction stays of the same kind, and of the same child."""


class PeriodTaken(
    Conflict,
    code="circumstance_period_taken",
    title="Khoảng thời gian này đã có hoàn cảnh cùng loại",
):
    """The corrected period reaches into another fact of the same kind."""


class EndOutsidePeriod(
    InvalidInput,
    code="circumstance_end_outside_period",
    title="Ngày kết thúc nằm ngoài thời gian của hoàn cảnh",
):
    """A fact ends after its first day and not after an end that it already has."""


class SealedElsewhere(
    Conflict, code="circumstance_sealed", title="Mã nhóm này chỉ thay đổi theo hồ sơ niêm phong"
):
    """A neutral code follows its sealed fact; it is never changed by itself."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What proves a fact (giấy tờ chứng minh): kind, number, day and place of issue."""

    kind: str
    number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    place: str | None = None


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
    content: Mapping[str, Any] = field(default_factory=dict)
    """The fields of the kind that have no place of their own here, as JSON values."""
    child_key: str = ""
    """Of kind `child`: which child; empty otherwise."""
    paper: Paper | None = None

    @property
    def topic(self) -> tuple[UUID, str, str]:
        """What at most one fact is about on any day: person, kind, child."""
        return (self.person_id, self.kind, self.child_key)

    def same_content(self, other: Fact) -> bool:
        """Say whether `other` states all of this, whatever their periods.

        What this fact leaves open (a paper, a certificate's day, a list) contradicts nothing.
        """
        known = {**_UNSTATED.get(self.kind, {}), **other.content}
        return (
            (self.topic, self.degree, self.monthly_amount)
            == (other.topic, other.degree, other.monthly_amount)
            and self.certificate_date in {None, other.certificate_date}
            and self.certificate_number in {None, other.certificate_number}
            and self.paper in {None, other.paper}
            and all(known.get(name) == value for name, value in self.content.items())
        )


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A fact as recorded."""

    circumstance_id: UUID
    commune_code: str
    fact: Fact
    supersedes: UUID | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    superseded_at: datetime | None = None
    reason: str | None = None
    """Why the row was corrected or ended."""

    @property
    def valid_from(self) -> date | None:
        """First day."""
        return self.fact.valid_from

    @property
    def valid_to(self) -> date | None:
        """First day on which it no longer holds."""
        return self.fact.valid_to
