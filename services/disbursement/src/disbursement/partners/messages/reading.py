"""From the bytes of a message to its lines, whatever their format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from disbursement.partners.messages.iso20022 import read_xml
from disbursement.partners.messages.json_message import Envelope, load, read_lines
from disbursement.partners.messages.lines import LineRules
from disbursement.partners.messages.message import (
    FileKindUnknown,
    MessageUnreadable,
    ResultMessage,
)

LINES_MAX = 200_000
FILE_LINES_MAX = 1_000_000


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


def read_file(
    partner: str, raw: bytes, media_type: str, *, today: date, reasons: Mapping[str, str]
) -> ResultMessage:
    """Read a message that came as a file: ISO 20022 in XML, or NDJSON.

    Raises:
        MessageUnreadable, KeyRepeated: nothing in it counts.
        FileKindUnknown: another media type.
    """
    kind = media_type.split(";", 1)[0].strip().lower()
    if kind in {"application/xml", "text/xml"}:
        return read_xml(partner, raw, LineRules("results", today, reasons))
    if kind == "application/x-ndjson":
        return _read_ndjson(partner, raw, today, reasons)
    raise FileKindUnknown


def _read_ndjson(
    partner: str, raw: bytes, today: date, reasons: Mapping[str, str]
) -> ResultMessage:
    """Read the envelope on the first line and one line of the message on each that follows."""
    first, *rest = raw.split(b"\n")
    envelope = Envelope(load(first))
    contents = [load(line) for line in rest if line.strip()]
    if len(contents) > FILE_LINES_MAX:
        raise MessageUnreadable(f"Tệp có tối đa {FILE_LINES_MAX} dòng.")
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
