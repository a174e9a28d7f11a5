"""The ten statuses of the national portal, and which step may follow which.

Thuật ngữ: trạng thái hồ sơ. Căn cứ: Nghị định 118/2025/NĐ-CP; the names are the national portal's.
"""

from __future__ import annotations

from enum import IntEnum


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

WORKED_ON = (DossierStatus.ACCEPTED, DossierStatus.PROCESSING)
"""Statuses in which the time limit runs."""

OPEN = (
    DossierStatus.NEW,
    DossierStatus.ACCEPTED,
    DossierStatus.PROCESSING,
    DossierStatus.PAPERS_ASKED,
    DossierStatus.PAYMENT_ASKED,
)
"""Statuses in which somebody still has something to do."""


def steps_after(status: DossierStatus) -> frozenset[DossierStatus]:
    """Give the statuses that may follow; none after an end."""
    return STEPS.get(status, frozenset())
