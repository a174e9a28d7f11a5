"""Changes of the province's law that wait for a second person, with what they would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eligibility.rulebook.domain import LawProposal
from eligibility.rulebook.schemas.fields import Text
from eligibility.rulebook.schemas.local import (
    LawChoiceContent,
    LawLevelContent,
    LocalBenefitContent,
)

_BODIES: dict[str, type[BaseModel]] = {
    "level": LawLevelContent,
    "local_benefit": LocalBenefitContent,
    "switch": LawChoiceContent,
}


class LawEffectFigureView(BaseModel):
    """People (a person with two benefits counts in both) and đồng, today and with the change."""

    people: int
    amount: int
    people_changed: int
    amount_changed: int
    difference: int = Field(description="Chênh lệch kinh phí (đồng)")

    @classmethod
    def of(cls, sums: Mapping[str, Any], take_up: str) -> Self:
        """Show the figures of a take-up."""
        before, after = sums[f"amount_{take_up}"], sums[f"amount_{take_up}_changed"]
        return cls(
            people=sums[f"people_{take_up}"],
            amount=before,
            people_changed=sums[f"people_{take_up}_changed"],
            amount_changed=after,
            difference=after - before,
        )


class LawEffectView(BaseModel):
    """What a change would change, in the months for which it was worked out."""

    first_month: str
    last_month: str
    receiving: LawEffectFigureView = Field(description="Những người đang hưởng")
    eligible: LawEffectFigureView = Field(
        description="Tất cả người đủ điều kiện theo thông tin đã biết"
    )
    people_of_age: int | None = Field(
        description="Số người đến tuổi được tặng quà trong năm đầu (chỉ với quà chúc thọ, mừng thọ)"
    )


class LawProposalView(BaseModel):
    """A change of the province's law, who entered it, and where it stands."""

    proposal_id: UUID
    kind: Literal["level", "local_benefit", "switch"]
    state: Literal["proposed", "confirmed", "rejected"]
    change: LawLevelContent | LocalBenefitContent | LawChoiceContent
    operation_id: UUID = Field(
        description="Tác vụ tính tác động; số liệu theo tháng, nhóm, xã xem ở /simulations/{id}"
    )
    effect: LawEffectView | None = Field(description="Chưa có: còn đang tính")
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @classmethod
    def of(cls, found: LawProposal) -> Self:
        """Show a proposal."""
        effect = found.effect
        return cls.model_validate(
            {
                **asdict(found),
                "change": _BODIES[found.kind].model_validate(found.values),
                "effect": None
                if effect is None
                else {
                    **effect,
                    "receiving": LawEffectFigureView.of(effect["sums"], "receiving"),
                    "eligible": LawEffectFigureView.of(effect["sums"], "eligible"),
                },
            }
        )


class LawProposalsView(BaseModel):
    """Proposals, the newest first."""

    items: list[LawProposalView]


class RejectLawProposalRequest(BaseModel):
    """Why a change is not to count."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Sai số nghị quyết"}]})

    reason: Text
