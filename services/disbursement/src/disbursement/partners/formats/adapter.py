"""What a format of files is: written for a partner, and checked before anything is sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.kernel.errors import Conflict
from common.kernel.names import bank_key
from disbursement.partners.domain import FileHeader, FileLine


class FileNotPayable(
    Conflict,
    code="partner_file_invalid",
    title="Tệp gửi đơn vị chi trả chưa đúng khuôn dạng, chưa thể niêm phong",
):
    """A file does not meet the schema of its format: the list is not sealed with it."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A format: how it is called, written and checked. A module of this folder offers one."""

    code: str
    media_type: str
    extension: str
    needs_accounts: bool
    render: Callable[[FileHeader, Sequence[FileLine], Mapping[str, Any]], bytes]
    """Header, lines and the partner's profile -> the bytes of the file."""
    check: Callable[[bytes], None]
    """Raises `FileNotPayable` unless the bytes meet the format's schema."""


def check_lines(adapter: Adapter, header: FileHeader, lines: Sequence[FileLine]) -> None:
    """Refuse a file in which a line could not be paid, naming how many and why.

    Raises:
        FileNotPayable: with the positions, never a name or a number.
    """
    if adapter.needs_accounts and not header.debtor_account:
        raise FileNotPayable(
            "Chưa khai báo tài khoản chi của xã tại đơn vị chi trả.",
            problem="debtor_account_missing",
        )
    wrong = [
        line.position
        for line in lines
        if not line.name.strip()
        or line.amount <= 0
        or (adapter.needs_accounts and not line.account)
    ]
    if wrong:
        raise FileNotPayable(
            f"{len(wrong)} dòng thiếu tên hoặc tài khoản.", problem="line_incomplete",
            positions=wrong[:100],
        )  # fmt: skip
    if (len(lines), sum(line.amount for line in lines)) != (header.lines, header.total):
        raise FileNotPayable("Tổng của tệp khác tổng của danh sách.", problem="totals_differ")


def written(text: str, profile: Mapping[str, Any]) -> str:
    """Write a text as the partner wants it: with or without accents, in capitals or not."""
    plain = text if profile.get("accents", True) else bank_key(text)
    return plain.upper() if profile.get("capitals", False) else plain
