"""From the bytes of a message to its lines, whatever their format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from disbursement.partners.messages.json_message import Envelope, load, read_lines
from disbursement.partners.messages.lines import LineRules
from disbursement.partners.messages.message import MessageUnreadable, ResultMessage

LINES_MAX = 200_000


def read_json(
    partner: str, raw: bytes, *, today: date, reasons: Mapping[str, str]
) -> ResultMessage:
    """Read a message in JSON.

    Raises:
        MessageUnreadable, KeyRepeated: nothing in it counts.
    """
    envelope = Envelope(load(raw))
    contents = envelope.entries
    if not isinstance(contents, list) or len(contents) > LINES_MAX:
        raise MessageUnreadable(f"entries phải là danh sách tối đa {LINES_MAX} dòng.")
    rules = LineRules(envelope.kind, today, reasons)
    return ResultMessage(
        partner=partner,
        message_id=envelope.message_id,
        kind=envelope.kind,
        reference=envelope.reference,
        entries=read_lines(envelope, contents, rules),
        stated_count=envelope.stated_count,
        stated_sum=envelope.stated_sum,
        raw=raw,
    )
