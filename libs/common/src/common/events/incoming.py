"""A message from a stream, read into an event, or into the reason why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, ValidationError

from common.contracts.catalogue import EVENTS
from common.contracts.envelope import SUBJECT_PREFIX, Event
from common.events.failures import Failure, describe

Aggregate = tuple[str, str]
"""Kind and id, e.g. `("person", "019a...")`, within one producer."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message. `event` is None when it could not be read; `failure` then says why.

    `aggregate` is None for a message whose envelope could not be read at all.
    """

    event_id: UUID
    stream_seq: int
    subject: str
    aggregate: Aggregate | None
    version: int
    payload: str
    event: Event[Any] | None
    failure: Failure | None = None


class _Envelope(BaseModel):
    """As much as is needed to keep an unreadable event in its aggregate's order."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    type: str
    subject: str
    sequence: int


def read_message(subject: str, payload: bytes, *, stream: str, stream_seq: int) -> Incoming:
    """Read a message; one that cannot be read becomes an `Incoming` with a failure."""
    text = payload.decode("utf-8", errors="backslashreplace")
    kind = EVENTS.get(subject.removeprefix(f"{SUBJECT_PREFIX}."))
    if kind is None:
        return _unreadable(subject, text, stream, stream_seq, Failure("unknown_type", subject))
    try:
        event = _model(kind.event_type).model_validate_json(payload)
    except ValidationError as error:
        return _unreadable(subject, text, stream, stream_seq, describe(error))
    if event.type != kind.event_type or event.sequence < 1 or "\x00" in event.subject:
        failure = Failure("envelope_invalid", "type or sequence")
        return _unreadable(subject, text, stream, stream_seq, failure)
    return Incoming(
        event_id=event.id,
        stream_seq=stream_seq,
        subject=subject,
        aggregate=(kind.aggregate_type(), event.subject),
        version=event.sequence,
        payload=text,
        event=event,
    )


@cache
def _model(event_type: str) -> type[Event[Any]]:
    generic: Any = Event
    model: type[Event[Any]] = generic[EVENTS[event_type]]
    return model


def _unreadable(
    subject: str, text: str, stream: str, stream_seq: int, failure: Failure
) -> Incoming:
    aggregate: Aggregate | None = None
    version = 0
    try:
        envelope = _Envelope.model_validate_json(text)
    except ValidationError:
        event_id = uuid5(NAMESPACE_URL, f"nats:{stream}/{stream_seq}")
    else:
        event_id = envelope.id
        parts = envelope.type.split(".")
        if (
            len(parts) > 1
            and envelope.sequence > 0
            and "\x00" not in envelope.type + envelope.subject
        ):
            aggregate, version = (parts[1], envelope.subject), envelope.sequence
    return Incoming(event_id, stream_seq, subject, aggregate, version, text, None, failure)
