"""Messages in JSON: the envelope must be right, each line stands for itself.

Members of an object may not repeat: Python takes the last one, other readers the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from disbursement.partners.messages.lines import CURRENCY, LineRules, is_amount, read_line
from disbursement.partners.messages.message import KeyRepeated, Kind, MessageUnreadable

MESSAGE_ID_CHARACTERS_MAX = 200
REFERENCE_CHARACTERS_MAX = 100


class Members(dict[str, Any]):
    """A JSON object that remembers whether a member was named twice."""

    repeated: bool = False


class Envelope:
    """What stands around the lines of a message."""

    def __init__(self, content: Any) -> None:
        """Check the envelope.

        Raises:
            MessageUnreadable: a member is missing or wrong; its detail names the member.
            KeyRepeated: a member stands twice.
        """
        if not isinstance(content, Members):
            raise MessageUnreadable("Nội dung phải là một đối tượng JSON.")
        if content.repeated:
            raise KeyRepeated
        self.message_id = _text(content, "message_id", MESSAGE_ID_CHARACTERS_MAX)
        self.kind = _kind(content.get("kind"))
        self.reference = _reference(content)
        self.currency = content.get("currency", CURRENCY)
        self.stated_count, self.stated_sum = _totals(content.get("totals"))
        self.entries = content.get("entries")


def load(raw: bytes) -> Any:
    """Read JSON strictly: no repeated member passes unseen, no NaN, no infinity.

    Raises:
        MessageUnreadable: it is not JSON in UTF-8.
    """
    try:
        return json.loads(
            raw.decode("utf-8"), object_pairs_hook=_members, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise MessageUnreadable("Nội dung không phải JSON hợp lệ (UTF-8).") from error


def read_lines(envelope: Envelope, contents: Sequence[Any], rules: LineRules) -> list[Any]:
    """Read the lines, in their order; a currency of the envelope counts for all of them."""
    if envelope.currency == CURRENCY:
        return [read_line(content, rules) for content in contents]
    return [
        read_line(
            {**content, "currency": envelope.currency} if isinstance(content, Mapping) else content,
            rules,
        )
        for content in contents
    ]


def _members(pairs: list[tuple[str, Any]]) -> Members:
    made = Members(pairs)
    made.repeated = len(made) != len(pairs)
    return made


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _text(content: Members, name: str, longest: int) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise MessageUnreadable(f"{name} phải là chuỗi từ 1 đến {longest} ký tự.")
    return value


def _kind(value: Any) -> Kind:
    if value == "results":
        return "results"
    if value == "statement":
        return "statement"
    raise MessageUnreadable("kind phải là results hoặc statement.")


def _reference(content: Members) -> str:
    for name in ("list_reference", "reference", "ref"):
        value = content.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or len(value) > REFERENCE_CHARACTERS_MAX:
            raise MessageUnreadable(f"{name} phải là chuỗi tối đa 100 ký tự.")
        return value
    return ""


def _totals(content: Any) -> tuple[int | None, int | None]:
    if content is None:
        return None, None
    if not isinstance(content, Members):
        raise MessageUnreadable("totals phải là một đối tượng có count và sum.")
    if content.repeated:
        raise KeyRepeated
    count, total = content.get("count"), content.get("sum")
    if type(count) is not int or count < 0 or not (is_amount(total) or total == 0):
        raise MessageUnreadable("totals.count và totals.sum phải là số nguyên không âm.")
    if type(total) is not int:
        raise MessageUnreadable("totals.sum phải là số nguyên không âm.")
    return count, total
