"""Changes of the province's law that wait for a second person; refusals of the rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from common.kernel.months import Month

LAW_EFFECT = "law_effect"
"""Operation that works out what a proposed change gives everyone, before it counts."""
EFFECT_MONTHS_MAX = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class LawProposal:
    """A level, local benefit or switch that somebody entered; it counts once another confirmed it.

    `values` is the body as entered, `effect` what it would change (sums of a simulation), worked out
    when the province's law had `effect_version` entries.
    """

    proposal_id: UUID
    kind: str
    values: dict[str, Any]
    state: str
    operation_id: UUID
    effect: dict[str, Any] | None
    effect_version: int | None
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def valid_from(self) -> date:
        """Day from which the change counts."""
        return date.fromisoformat(self.values["valid_from"])


def effect_months(valid_from: date, today: date, first_known: Month) -> tuple[Month, Month]:
    """Give the months whose money a change is worked out for.

    From the first month that it touches to the present one, or that first month alone when it lies
    ahead; at most `EFFECT_MONTHS_MAX` months and none before the law that is loaded.
    """
    first, present = Month.of(valid_from), Month.of(today)
    last = max(first, present)
    return max(first, last - (EFFECT_MONTHS_MAX - 1), first_known), last


class LawProposalNotFound(
    NotFound, code="law_proposal_not_found", title="Không tìm thấy đề nghị thay đổi quy định"
):
    """No such proposal."""


class LawProposalDecided(
    Conflict,
    code="law_proposal_decided",
    title="Đề nghị thay đổi quy định đã được quyết định",
):
    """The proposal was confirmed or rejected."""


class LawEffectUnknown(
    Conflict,
    code="law_effect_unknown",
    title="Chưa tính xong tác động của thay đổi theo quy định đang áp dụng",
):
    """Nobody confirms what nobody has seen: the effect is not there, or is that of another law."""


class LawProposerConfirms(
    Forbidden,
    code="law_proposer_confirms",
    title="Người nhập thay đổi quy định không được tự xác nhận",
):
    """A change of the province's law needs a second person."""


class LocalLawInvalid(
    InvalidInput, code="local_law_invalid", title="Quy định của tỉnh nhập vào chưa hợp lệ"
):
    """What the province enters breaks a rule of the loader."""


class LocalLawOverlaps(
    Conflict,
    code="local_law_overlaps",
    title="Quy định của tỉnh trùng thời gian với một quy định khác",
):
    """Another level, recorded on the same day, has the same key and overlapping days."""


class ClaimInvalid(
    InvalidInput, code="claim_invalid", title="Thông tin của trường hợp đề nghị chưa hợp lệ"
):
    """A claim has an unknown column, an impossible value, or no day of its event."""
