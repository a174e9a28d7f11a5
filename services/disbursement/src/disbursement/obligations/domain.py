"""What is owed, as pure rules: the same answers as the set-based SQL, for one person.

Thuật ngữ: nghĩa vụ chi trả (obligation), truy lĩnh (arrears).
Căn cứ: Điều 28, khoản 3 và 4 Điều 32 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound


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
