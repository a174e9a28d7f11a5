"""What a partner says, once it has been read: a message and its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from common.kernel.errors import InvalidInput, UnsupportedMedia

Kind = Literal["results", "statement"]


class MessageUnreadable(
    InvalidInput, code="message_unreadable", title="Không đọc được thông điệp của đơn vị chi trả"
):
    """The message as a whole cannot be read: nothing in it counts, its bytes are kept."""


class FileKindUnknown(
    UnsupportedMedia,
    code="result_file_kind_unknown",
    title="Tệp kết quả phải là XML (pain.002, camt.053, camt.054) hoặc NDJSON",
):
    """A file of results is XML (ISO 20022) or NDJSON."""


class KeyRepeated(
    MessageUnreadable,
    code="json_key_repeated",
    title="Một đối tượng JSON có hai thành phần cùng tên",
):
    """A JSON object names a member twice: two readers would read two different messages."""


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """One line. `problem` is set when the line cannot count, whatever our books say."""

    end_to_end_id: str
    outcome: str
    amount: int
    reason_code: str | None
    settled_on: date | None
    problem: str | None = None
    bank_reference: str = ""
    """The bank's own reference of a statement line (AcctSvcrRef); it tells repeated lines."""


@dataclass(frozen=True, slots=True)
class ResultMessage:
    """A message; `raw` are the bytes that were signed."""

    partner: str
    message_id: str
    kind: Kind
    reference: str
    entries: Sequence[ResultEntry]
    stated_count: int | None
    stated_sum: int | None
    raw: bytes

    def __repr__(self) -> str:
        """Never show the content."""
        return f"ResultMessage({self.partner}, {self.message_id})"
