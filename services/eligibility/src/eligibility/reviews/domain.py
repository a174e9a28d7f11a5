"""Proposals: what differs from the law, or from what is known now, and is not signed.

Thuật ngữ: đề xuất điều chỉnh, chờ quyết định của Chủ tịch UBND cấp xã.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from common.kernel.errors import Conflict, NotFound
from common.kernel.months import Month
from eligibility.entitlements.domain import Entitlement, LevelRow

AMOUNT_DIFFERS = "amount_differs"
"""The signed coefficient or the listed amount is not what the law gives."""

DEATH_CORRECTED = "death_corrected"
"""A signed stop rests on a death that is taken back, or on another month of it."""


LIST_DIFFERS = "list_differs"
"""A later list says something else than what is being paid."""

MOVED_OUT = "moved_out"
"""The person moved away: stop here."""

MOVED_IN = "moved_in"
"""The person moved here, and the old place has stopped: take over."""

SETTLED_BY = {
    "correction": (AMOUNT_DIFFERS,),
    "stop": (AMOUNT_DIFFERS, DEATH_CORRECTED, LIST_DIFFERS, MOVED_OUT),
    "suspend": (),
    "resume": (DEATH_CORRECTED,),
    "grant": (MOVED_IN,),
}
"""Kind of decision -> the kinds of proposals that its signature settles."""

ENDING_TEXTS: Mapping[str, str] = {
    "stop": "Thôi hưởng",
    "suspend": "Tạm dừng chi trả",
    "resume": "Tiếp tục hưởng",
    "deceased": "người hưởng đã mất",
    "missing": "bị tuyên bố mất tích",
    "lost_condition": "không còn đủ điều kiện hưởng",
    "sentenced": "đang chấp hành án phạt tù",
    "refused": "từ chối xác định lại mức độ khuyết tật, rà soát hoặc cung cấp thông tin",
    "moved": "đã chuyển nơi cư trú",
    "highest_only": "chỉ được hưởng một mức cao nhất",
    "uncollected": "không nhận tiền liên tục từ 03 tháng trở lên",
    "detained": "bị tạm giam từ 01 tháng trở lên",
    "reviewed": "kết quả rà soát không thay đổi điều kiện hưởng",
    "death_taken_back": "thông tin qua đời đã được đính chính",
}
"""Words of decisions that end, suspend or resume, by kind and by reason."""


class EndingRefused(
    Conflict,
    code="ending_refused",
    title="Chế độ đang ở trạng thái không áp dụng được quyết định này",
):
    """What an entitlement is now does not allow this decision, or the day of the event is missing."""


class SuspensionNotDue(
    Conflict, code="suspension_not_due", title="Chưa đủ căn cứ để tạm dừng chi trả"
):
    """The law does not suspend on this ground on this day, or not yet."""


def cut_levels(levels: Sequence[LevelRow], first: Month) -> list[LevelRow]:
    """End levels before a month; what begins then or later is gone."""
    last = first.previous()
    return [
        level
        if level.to_month is not None and level.to_month <= last
        else replace(level, to_month=last)
        for level in levels
        if level.from_month <= last
    ]


def kept_levels(
    item: Entitlement, levels: Sequence[LevelRow], death: date | None
) -> list[LevelRow]:
    """Give the levels as they were before an end; without any, the signed one from the start."""
    known = list(levels) or [
        LevelRow(
            item.paid_from, None, item.listed_amount, item.listed_coefficient, item.stated_category
        )
    ]
    known[-1] = replace(known[-1], to_month=None)
    return known if death is None else cut_levels(known, Month.of(death).next())


class ProposalNotFound(
    NotFound, code="proposal_not_found", title="Không tìm thấy đề xuất điều chỉnh"
):
    """An entitlement has no proposal of this kind, or is not in the commune."""


class ProposalAlreadySigned(
    Conflict,
    code="proposal_already_signed",
    title="Đề xuất đã được giải quyết bằng một quyết định đã ký",
):
    """A signed decision has settled this proposal."""


class NothingToCorrect(
    Conflict, code="nothing_to_correct", title="Không có mức hưởng nào cần điều chỉnh"
):
    """None of the named entitlements, as they stand now, can be corrected to another level."""


SWEEP = "sweep"
"""Kind of operation: everyone's facts against what they receive."""

SIMULATION = "simulation"
"""Kind of operation: the province under changed numbers of the law."""


FOUND_TEXTS: Mapping[str, str] = {
    "open": "Đủ điều kiện theo thông tin đã biết nhưng chưa hưởng",
    "adjust": "Mức hưởng cần điều chỉnh",
    "stop": "Thôi hưởng",
    "suspend": "Tạm dừng chi trả",
    "paper_needed": "Cần bổ sung, xác nhận giấy tờ",
    "deceased": "người hưởng đã mất",
    "missing": "bị tuyên bố mất tích",
    "sentenced": "chấp hành án phạt tù",
    "moved": "đã chuyển nơi cư trú",
    "detained": "bị tạm giam từ 01 tháng trở lên",
    "lost_condition": "không còn đủ điều kiện hưởng",
    "missing_fact": "chưa đủ thông tin để xác định còn đủ điều kiện",
    "amount_differs": "mức theo pháp luật khác mức đang chi",
    "not_received": "chưa có quyết định hưởng",
    "certificate": "giấy xác nhận khuyết tật hết hạn",
    "representation": "việc đại diện, giám hộ hết hạn",
    "reassessment": "đến tuổi xác định lại mức độ khuyết tật",
    "birthday": "đủ {} tuổi",
}
"""Words of what a sweep proposes, by kind and by reason."""

DOSSIER = "dossier"
"""Nothing is missing but the dossier that asks for it."""


def found_text(kind: str, reasons: Sequence[str]) -> str:
    """Say in one sentence what is proposed and why."""
    words = [
        FOUND_TEXTS["birthday"].format(reason.removeprefix("birthday_"))
        if reason.startswith("birthday_")
        else FOUND_TEXTS[reason]
        for reason in reasons
    ]
    return f"{FOUND_TEXTS[kind]}: {', '.join(words)}."


class FoundNotOpen(Conflict, code="proposal_not_open", title="Đề xuất không còn chờ xử lý"):
    """The proposal was answered, set aside or overtaken by other facts."""


class FoundNotAlike(
    Conflict, code="proposals_not_alike", title="Các đề xuất không lập được chung một quyết định"
):
    """Proposals of one decision are of one commune, of one kind, and ask for no dossier."""


"""Said when proposals of several kinds are to become one decision."""
