"""A dossier: the ten statuses of the national portal, and which step may follow which.

Thuật ngữ: hồ sơ, giấy tiếp nhận hồ sơ và hẹn trả kết quả.
Căn cứ: Nghị định 118/2025/NĐ-CP; the names of the statuses are those of the national portal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from common.kernel.errors import Conflict, InvalidInput, NotFound
from eligibility.law.domain.clocks import DossierClock

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class DossierStatus(IntEnum):
    """Ten statuses (trạng thái hồ sơ), numbered as the national portal numbers them."""

    NEW = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    PAPERS_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10

    @property
    def title(self) -> str:
        """Give the portal's own words."""
        return _TITLES[self]


_TITLES = {
    DossierStatus.NEW: "Mới đăng ký",
    DossierStatus.ACCEPTED: "Được tiếp nhận",
    DossierStatus.NOT_ACCEPTED: "Không được tiếp nhận",
    DossierStatus.PROCESSING: "Đang xử lý",
    DossierStatus.PAPERS_ASKED: "Yêu cầu bổ sung giấy tờ",
    DossierStatus.PAYMENT_ASKED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    DossierStatus.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    DossierStatus.STOPPED: "Dừng xử lý",
    DossierStatus.DONE: "Đã xử lý xong",
    DossierStatus.RETURNED: "Đã trả kết quả",
}

STEPS: dict[DossierStatus, frozenset[DossierStatus]] = {
    DossierStatus.NEW: frozenset(
        {
            DossierStatus.ACCEPTED,
            DossierStatus.NOT_ACCEPTED,
            DossierStatus.PAPERS_ASKED,
            DossierStatus.WITHDRAWN,
        }
    ),
    DossierStatus.ACCEPTED: frozenset(
        {DossierStatus.PROCESSING, DossierStatus.PAPERS_ASKED, DossierStatus.WITHDRAWN}
    ),
    DossierStatus.PROCESSING: frozenset(
        {
            DossierStatus.DONE,
            DossierStatus.PAPERS_ASKED,
            DossierStatus.STOPPED,
            DossierStatus.WITHDRAWN,
        }
    ),
    DossierStatus.PAPERS_ASKED: frozenset(
        {
            DossierStatus.ACCEPTED,
            DossierStatus.NOT_ACCEPTED,
            DossierStatus.STOPPED,
            DossierStatus.WITHDRAWN,
        }
    ),
    DossierStatus.DONE: frozenset({DossierStatus.RETURNED}),
}
"""Which status may follow which; a status that is absent here is an end."""

BENEFIT_OF = {"1.014027": "social_pension", "1.001776": "disability_allowance"}
"""Procedure code -> benefit."""


class DossierNotFound(NotFound):
    """No such dossier, or not in the caller's communes."""

    code = "dossier_not_found"
    title = "Không tìm thấy hồ sơ"


class DossierDiffers(Conflict):
    """The portal sent another message under a code that is in use."""

    code = "dossier_differs"
    title = "Mã hồ sơ đã được dùng cho một nội dung khác"


class DossierStepRefused(Conflict):
    """The dossier's present status does not allow this step."""

    code = "dossier_step_refused"
    title = "Hồ sơ đang ở trạng thái không cho phép bước này"


class PapersMissing(Conflict):
    """A paper that must be filed is absent; ask for all of them at once."""

    code = "papers_missing"
    title = "Hồ sơ còn thiếu giấy tờ phải nộp"


class ProcedureUnknown(InvalidInput):
    """The procedure is not one that this service handles."""

    code = "procedure_unknown"
    title = "Thủ tục hành chính chưa được hỗ trợ"


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as it stands; `version` counts its steps from 1."""

    dossier_code: str
    commune_code: str
    procedure_code: str
    benefit: str
    person_id: UUID
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


WORKED_ON = (DossierStatus.ACCEPTED, DossierStatus.PROCESSING)
"""Statuses in which the time limit runs."""


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
    allowed = STEPS.get(dossier.status, frozenset())
    if to not in allowed:
        raise DossierStepRefused(
            f"Hồ sơ đang ở trạng thái “{dossier.status.title}”.",
            status=int(dossier.status),
            allowed_statuses=sorted(int(step) for step in allowed),
        )
