"""Rules about payment accounts and about who may change where money goes.

Căn cứ: khoản 1 Điều 28 Nghị định 335/2026/NĐ-CP (ưu tiên chi trả qua tài khoản).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from common.kernel.names import sort_key

_BLANKS = re.compile(r"[\s.\-]+")
_NUMBER = re.compile(r"[0-9A-Z]{4,34}\Z", re.ASCII)
_SHORT = 8
"""Of a number shorter than this only the last two characters are shown."""

CASH = "Tiền mặt"
EVERY_BENEFIT = ""
"""Benefit of a change that holds for whatever a person gets."""


class SealedAccountUnreadable(
    InvalidInput,
    code="sealed_account_unreadable",
    title="Tài khoản niêm phong trong sự kiện không hợp lệ",
):
    """The sealed account is not what it should be, or was sealed for another person."""


class PaymentChangeNotFound(
    NotFound, code="payment_change_not_found", title="Không tìm thấy đề nghị thay đổi cách chi trả"
):
    """No such change among the caller's communes."""


class PaymentChangeDecided(
    Conflict,
    code="payment_change_decided",
    title="Đề nghị thay đổi cách chi trả không còn chờ xác nhận",
):
    """The change was confirmed, refused or replaced before."""


class ProposerConfirms(
    Forbidden, code="proposer_is_confirmer", title="Người đề nghị thay đổi không được tự xác nhận"
):
    """Who proposed a change does not decide it (nguyên tắc hai người)."""


class PaymentChangesOutdated(
    Conflict,
    code="payment_changes_outdated",
    title="Các đề nghị chờ xác nhận đã thay đổi, cần xem lại trước khi xác nhận",
):
    """The first choices that wait are no longer those that the confirmer saw."""


class PayeeUnknown(NotFound, code="payee_not_found", title="Không tìm thấy người hưởng"):
    """Nobody of this id among the caller's communes."""


class HeirOfLiving(
    Conflict, code="payee_is_alive", title="Người hưởng chưa được ghi nhận là đã chết"
):
    """Only what is owed to a dead person is paid to an heir."""


NOTICES: Mapping[str, str] = {
    "recovery": "Ông/bà đã nhận {before} đồng trợ cấp không đúng quy định ({after}). "
    "Đề nghị liên hệ UBND xã để nộp lại hoặc trao đổi nếu chưa rõ; "
    "không khoản nào bị trừ vào trợ cấp khi chưa có quyết định.",
    "change_proposed": "Có đề nghị thay đổi cách nhận trợ cấp của ông/bà: {before} → {after}. "
    "Thay đổi chỉ có hiệu lực sau khi người thứ hai xác nhận. "
    "Nếu không phải do ông/bà yêu cầu, đề nghị báo ngay UBND xã.",
    "change_confirmed": "Cách nhận trợ cấp của ông/bà đã được thay đổi: {before} → {after}. "
    "Nếu không phải do ông/bà yêu cầu, đề nghị báo ngay UBND xã.",
    "change_refused": "Đề nghị thay đổi cách nhận trợ cấp của ông/bà không được chấp nhận. "
    "Trợ cấp vẫn được chi trả như trước: {before}.",
}
"""Kind of notice -> what the citizen reads; `before` and `after` are texts of the case. Never an
account number in clear."""


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account in clear. It lives only in memory, between one seal and the next."""

    number: str
    holder: str | None

    def __repr__(self) -> str:
        """Never show the number, not even in a traceback."""
        return "OpenedAccount(...)"


def normalise_number(number: str) -> str:
    """Give the account number without blanks, dots and hyphens, in capitals."""
    return _BLANKS.sub("", number).upper()


def mask_number(number: str) -> str:
    """Give the end of an account number, by which people recognise it."""
    shown = 2 if len(number) < _SHORT else 4
    return f"•••{number[-shown:]}"


def holder_key(holder: str | None) -> str:
    """Give the text by which two spellings of one account holder are equal."""
    return sort_key(holder) if holder else ""


def read_sealed(text: str, *person_ids: UUID) -> OpenedAccount:
    """Read the content of a sealed box, which must name one of the people its event is about.

    Raises:
        SealedAccountUnreadable: not the agreed JSON, no account number, or another person's.
    """
    try:
        content = json.loads(text)
        number = normalise_number(str(content["account"]))
        owner = UUID(str(content["person_id"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SealedAccountUnreadable from error
    if owner not in person_ids or not _NUMBER.match(number):
        raise SealedAccountUnreadable
    holder = content.get("holder")
    return OpenedAccount(number, str(holder) if holder else None)
