"""What is owed, as pure rules: the same answers as the set-based SQL, for one person.

Thuật ngữ: nghĩa vụ chi trả (obligation), truy lĩnh (arrears).
Căn cứ: Điều 28, khoản 3 và 4 Điều 32 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from common.kernel.arrears import Difference, difference
from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from common.kernel.months import Month, months_between

Kind = Literal["regular", "arrears", "one_off"]
MAIN = "main"
"""The only component so far: the allowance itself (not care support, not the health card)."""


class RecordedChangeNotFound(
    NotFound, code="recorded_change_not_found", title="Không tìm thấy đề nghị sửa tháng đã chi"
):
    """No such change among the caller's communes."""


class RecordedChangeDecided(
    Conflict,
    code="recorded_change_decided",
    title="Đề nghị sửa tháng đã chi không còn chờ quyết định",
):
    """A change is decided once."""


class RecorderDecides(
    Forbidden, code="recorder_decides", title="Người nhập danh sách không được tự quyết định"
):
    """Who took the list in does not decide (nguyên tắc hai người)."""


NAMESPACE = "ansinh:disbursement:"


def name_uuid(name: str) -> UUID:
    """Give the id that a name always has: UUIDv8 by SHA-256 (RFC 9562 B.2), as in SQL.

    Version 5 needs SHA-1, which PostgreSQL without extensions does not offer.
    """
    digest = bytearray(hashlib.sha256((NAMESPACE + name).encode()).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x80
    digest[8] = (digest[8] & 0x3F) | 0x80
    return UUID(bytes=bytes(digest))


def obligation_id(
    *, person_id: UUID, benefit: str, month: Month, kind: Kind, seq: int, component: str = MAIN
) -> UUID:
    """Give the id of an obligation from its natural key."""
    return name_uuid(f"obligation:{person_id}:{benefit}:{month}:{component}:{kind}:{seq}")


@dataclass(frozen=True, slots=True)
class LevelSpan:
    """An amount owed each month from `from_month` to `to_month` (None: until decided otherwise)."""

    from_month: Month
    to_month: Month | None
    amount: int


def owed_months(
    levels: Sequence[LevelSpan], *, list_month: Month, death_month: Month | None = None
) -> dict[Month, int]:
    """Give what each month before the list month is owed; the month of death is the last.

    Thuật ngữ: tháng chết vẫn được hưởng. Căn cứ: điểm a khoản 3 Điều 31 Nghị định 335/2026/NĐ-CP.
    """
    owed: dict[Month, int] = {}
    for level in levels:
        ends = [list_month.previous()]
        ends += [end for end in (level.to_month, death_month) if end is not None]
        for month in months_between(level.from_month, min(ends)):
            owed[month] = max(owed.get(month, 0), level.amount)
    return owed


def due(
    levels: Sequence[LevelSpan],
    covered: Mapping[Month, int],
    *,
    list_month: Month,
    death_month: Month | None = None,
) -> Difference:
    """Compare owed with covered (recorded as paid, or already an obligation), month by month."""
    owed = owed_months(levels, list_month=list_month, death_month=death_month)
    past = {month: amount for month, amount in covered.items() if month < list_month}
    return difference(owed, past)


class OneOffNotFound(
    NotFound, code="one_off_not_found", title="Không tìm thấy khoản trợ giúp một lần"
):
    """No such grant among the caller's communes."""


class NothingToHandOver(
    Conflict,
    code="nothing_to_hand_over",
    title="Khoản này không phải hiện vật, hoặc đã giao nhận",
):
    """Only a grant in kind is handed out, and once."""


class HandedBeforeDecision(
    InvalidInput,
    code="handed_outside_days",
    title="Ngày giao nhận phải từ ngày ký quyết định đến hôm nay",
):
    """Nothing is handed out before its decision or in the future."""
