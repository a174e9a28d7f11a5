"""A decision and its lines: drafted by one person, signed by another, final from then on.

Thuật ngữ: quyết định của Chủ tịch UBND cấp xã, danh sách chuyển mức hưởng.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from common.kernel.months import Month


class DecisionNotFound(NotFound, code="decision_not_found", title="Không tìm thấy quyết định"):
    """No such decision, or not in the caller's communes."""


class DecisionAlreadySigned(
    Conflict, code="decision_already_signed", title="Quyết định đã được ký"
):
    """A signed decision is final; a correction is a new decision."""


class DecisionNumberTaken(
    Conflict,
    code="decision_number_taken",
    title="Số quyết định đã được dùng cho một quyết định khác",
):
    """The commune has used this number for another decision."""


class SignerIsDrafter(
    Forbidden, code="signer_is_drafter", title="Người lập dự thảo không được ký quyết định"
):
    """Who drafted a decision may not sign it."""


class DraftOutdated(
    Conflict, code="draft_outdated", title="Dự thảo đã cũ so với dữ liệu hiện tại, xin lập lại"
):
    """What the draft was computed from has changed since; compute it again."""


class NothingToReview(
    Conflict, code="nothing_to_review", title="Không có đối tượng nào cần chuyển mức hưởng"
):
    """No entitlement of the commune waits for the new level."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """What is to be drafted, by whom; `pay_month` for a review, `dossier_code` for a dossier."""

    kind: str
    commune_code: str
    number: str
    drafted_by: str
    pay_month: Month | None = None
    dossier_code: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision without its lines."""

    decision_id: UUID
    kind: str
    commune_code: str
    number: str
    status: str
    pay_month: Month | None
    dossier_code: str | None
    line_count: int
    totals: Mapping[str, Any]
    drafted_by: str
    signed_by: str | None
    signed_on: date | None
    version: int


def check_signature(decision: Decision, signer: str) -> None:
    """Refuse a second signature, and the drafter's own.

    Raises:
        DecisionAlreadySigned: it is final.
        SignerIsDrafter: the signer drafted it.
    """
    if decision.status == "signed":
        raise DecisionAlreadySigned
    if decision.drafted_by == signer:
        raise SignerIsDrafter


def totals_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up counts and đồng by outcome."""
    totals: dict[str, dict[str, int]] = {}
    for line in lines:
        entry = totals.setdefault(line["outcome"], {"lines": 0, "owed": 0, "pay_month_amount": 0})
        entry["lines"] += line["lines"]
        entry["owed"] += line["owed"]
        entry["pay_month_amount"] += line["pay_month_amount"]
    return totals


class FactsMissing(Conflict, code="facts_missing", title="Chưa đủ thông tin để đề xuất quyết định"):
    """The law cannot be applied until facts are known; they are named."""


class OneOffGrantedBefore(
    Conflict,
    code="one_off_granted_before",
    title="Khoản hỗ trợ này đã được quyết định cho cùng người và cùng sự việc",
):
    """The benefit was granted for the same person and event: it is given once."""


class CommuneNotFound(NotFound, code="commune_not_found", title="Không tìm thấy địa bàn"):
    """The commune is not one of the caller's."""


class PayMonthOutOfRange(
    InvalidInput,
    code="pay_month_out_of_range",
    title="Tháng chi trả nằm ngoài khoảng được lập danh sách",
):
    """A review is for a month that is being paid about now, not before the level counts."""
