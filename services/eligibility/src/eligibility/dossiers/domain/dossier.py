"""A dossier as it stands, the letters about it, and the rule of its steps.

Thuật ngữ: hồ sơ, giấy tiếp nhận hồ sơ và hẹn trả kết quả, người nộp, chủ hồ sơ.
Căn cứ: Nghị định 118/2025/NĐ-CP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from eligibility.dossiers.domain.refusals import DossierStepRefused
from eligibility.dossiers.domain.statuses import DossierStatus, steps_after
from eligibility.law.domain.clocks import DossierClock

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Channel = Literal["portal", "counter", "post", "mobile", "home"]
"""How a dossier came in: e-one-stop portal, counter, post, mobile session, at home."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Chủ hồ sơ, as the message names them; what the message does not say is None."""

    full_name: str
    personal_id: str | None = None
    former_number: str | None = None
    birth_date: date | None = None
    birth_precision: Literal["day", "month", "year"] = "day"
    sex: Literal["male", "female"] | None = None
    commune_code: str | None = None
    village: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Submitter:
    """Người nộp, when it is not the owner."""

    full_name: str
    personal_id: str | None = None
    phone: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as it stands; `version` counts its steps from 1."""

    dossier_code: str
    commune_code: str
    procedure_code: str
    benefit: str
    """What is asked for, or the first of it, until a decision says which benefit it is."""
    person_id: UUID | None
    """None: the registry does not know the owner yet."""
    status: DossierStatus
    received_at: datetime
    due_on: date
    declared_pension_income: int | None
    papers: tuple[str, ...]
    """Codes of the papers that came with the portal's message, then those that were accepted."""
    version: int
    counted_from: date
    """Receipt of the complete dossier: the time limit runs from here."""
    intake_supplements: int = 0
    notice_on: date | None = None
    extensions: int = 0
    owner_number: str | None = None
    owner_name: str = ""
    submitter: Submitter | None = None
    channel: Channel = "portal"
    asked: tuple[str, ...] = ()
    """Benefits that the forms and ticked groups ask for; the others are judged as well."""
    claim: Mapping[str, Any] = field(default_factory=dict)
    """What a one-off benefit is asked for: the death, its day, who bore the costs."""

    @property
    def clock(self) -> DossierClock:
        """Give the dates by which the dossier is judged."""
        return DossierClock(
            received_on=self.received_on,
            counted_from=self.counted_from,
            due_on=self.due_on,
            intake_supplements=self.intake_supplements,
            notice_on=self.notice_on,
            extensions=self.extensions,
        )

    @property
    def received_on(self) -> date:
        """The day of receipt, which selects the rules."""
        return self.received_at.astimezone(_VIETNAM).date()

    def with_clock(self, clock: DossierClock) -> Dossier:
        """Give the dossier with changed dates."""
        return replace(
            self,
            counted_from=clock.counted_from,
            due_on=clock.due_on,
            intake_supplements=clock.intake_supplements,
            notice_on=clock.notice_on,
            extensions=clock.extensions,
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """What the office wrote about a dossier (phiếu yêu cầu bổ sung, phiếu xin lỗi, ...)."""

    kind: str
    due_on: date
    new_due_on: date | None
    reason: str
    papers: tuple[str, ...]
    written_by: str
    written_at: datetime


def check_step(dossier: Dossier, to: DossierStatus) -> None:
    """Refuse a step that the present status does not allow.

    Raises:
        DossierStepRefused: with the steps that are allowed.
    """
    allowed = steps_after(dossier.status)
    if to not in allowed:
        raise DossierStepRefused(
            f"Hồ sơ đang ở trạng thái “{dossier.status.title}”.",
            status=int(dossier.status),
            allowed_statuses=sorted(int(step) for step in allowed),
        )
