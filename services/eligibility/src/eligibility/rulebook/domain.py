"""Refusals of the rulebook."""

from __future__ import annotations

from common.kernel.errors import Conflict, InvalidInput


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
