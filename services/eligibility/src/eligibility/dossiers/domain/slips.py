"""Papers about a dossier that an office hands to a citizen: their kinds, and the office that issues them.

Thuật ngữ: giấy tiếp nhận hồ sơ và hẹn trả kết quả, phiếu yêu cầu bổ sung, phiếu từ chối, phiếu xin lỗi.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from common.kernel.errors import NotFound

SlipKind = Literal["receipt", "supplement_request", "refusal", "apology"]


class SlipNotWritten(NotFound, code="slip_not_written", title="Hồ sơ chưa có phiếu này"):
    """The office has written no such letter about the dossier."""


@dataclass(frozen=True, slots=True)
class Office:
    """A commune as letterheads name it: `xã Di Linh`, `tỉnh Lâm Đồng`."""

    name: str
    province_name: str

    @property
    def place(self) -> str:
        """The name without its kind."""
        return self.name.partition(" ")[2] or self.name
