"""Rules about payment accounts.

Căn cứ: khoản 1 Điều 28 Nghị định 335/2026/NĐ-CP (ưu tiên chi trả qua tài khoản).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from uuid import UUID

from common.kernel.errors import InvalidInput

_BLANKS = re.compile(r"[\s.\-]+")
_NUMBER = re.compile(r"[0-9A-Z]{4,34}\Z", re.ASCII)


class SealedAccountUnreadable(InvalidInput):
    """The sealed account is not what it should be, or was sealed for another person."""

    code = "sealed_account_unreadable"
    title = "Tài khoản niêm phong trong sự kiện không hợp lệ"


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
