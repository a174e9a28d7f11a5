"""Proposals: what differs from the law, or from what is known now, and is not signed.

Thuật ngữ: đề xuất điều chỉnh, chờ quyết định của Chủ tịch UBND cấp xã.
"""

from __future__ import annotations

from common.kernel.errors import Conflict, NotFound

AMOUNT_DIFFERS = "amount_differs"
"""The signed coefficient or the listed amount is not what the law gives."""

DEATH_CORRECTED = "death_corrected"
"""A signed stop rests on a death that is taken back, or on another month of it."""


class ProposalNotFound(NotFound):
    """An entitlement has no proposal of this kind, or is not in the commune."""

    code = "proposal_not_found"
    title = "Không tìm thấy đề xuất điều chỉnh"


class ProposalAlreadySigned(Conflict):
    """A signed decision has settled this proposal."""

    code = "proposal_already_signed"
    title = "Đề xuất đã được giải quyết bằng một quyết định đã ký"


class NothingToCorrect(Conflict):
    """None of the named entitlements, as they stand now, can be corrected to another level."""

    code = "nothing_to_correct"
    title = "Không có mức hưởng nào cần điều chỉnh"
