"""Messages of the national portal, with its own field names.

Message names and fields: `DongBoHoSoMC` in, `CapNhatTienDoHoSoMC` out; times are `yyyyMMddHHmmss`
in Vietnamese time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

TIME_FORMAT = "%Y%m%d%H%M%S"
FIRST_PAUSE_SECONDS = 2
LONGEST_PAUSE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Outbound:
    """A status on its way to the portal; `attempts` counts the present one."""

    message_id: UUID
    dossier_code: str
    body: Mapping[str, Any]
    attempts: int


def pause_before_retry(attempts: int) -> timedelta:
    """Give how long to wait after an attempt that failed, doubling up to ten minutes."""
    seconds = min(FIRST_PAUSE_SECONDS * 2 ** min(attempts, 12), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds)


def progress_message(
    *, dossier_code: str, status: int, title: str, taken_at: datetime, due_on: str
) -> dict[str, Any]:
    """Write `CapNhatTienDoHoSoMC`: one step of a dossier."""
    return {
        "MaHoSo": dossier_code,
        "NguoiXuLy": "Bộ phận một cửa",
        "ChucDanh": "Công chức",
        "ThoiDiemXuLy": taken_at.strftime(TIME_FORMAT),
        "PhongBanXuLy": "Ủy ban nhân dân cấp xã",
        "NoiDungXuLy": title,
        "TrangThai": status,
        "NgayBatDau": taken_at.strftime(TIME_FORMAT),
        "NgayKetThucTheoQuyDinh": due_on,
    }
