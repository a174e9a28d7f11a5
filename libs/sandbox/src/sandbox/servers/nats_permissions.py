"""What each NATS user may say and hear: its own subjects, its own consumers, its own inbox.

Streams, consumers and who reads whom come from the catalogue of contracts.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name

SUBJECT_ROOT = "ansinh"
BOOTSTRAP_CALLS = (
    "INFO",
    "STREAM.CREATE.*",
    "STREAM.UPDATE.*",
    "STREAM.INFO.*",
    "STREAM.NAMES",
    "STREAM.LIST",
    "CONSUMER.CREATE.>",
    "CONSUMER.DURABLE.CREATE.>",
    "CONSUMER.INFO.>",
    "CONSUMER.NAMES.*",
    "CONSUMER.LIST.*",
)
"""It makes streams and consumers; it neither deletes nor purges them, nor reads an event."""


@dataclass(frozen=True)
class Permissions:
    """Subjects that a user may publish to and subscribe to; everything else is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox_of(user: str) -> str:
    """The inbox prefix a user must connect with; nobody may listen in another's inbox."""
    return f"_INBOX_{user}"


def bootstrap_permissions() -> Permissions:
    """The user that makes streams and consumers."""
    return Permissions(
        publish=tuple(f"$JS.API.{call}" for call in BOOTSTRAP_CALLS),
        subscribe=(f"{inbox_of('bootstrap')}.>",),
    )


def service_permissions(service: str) -> Permissions:
    """The user of a service: publish own events, check own stream, read by own consumers."""
    own = STREAMS[service]
    publish = [
        f"{SUBJECT_ROOT}.{service}.>",
        f"$JS.API.STREAM.INFO.{own}",
        f"$JS.API.STREAM.MSG.GET.{own}",
    ]
    for producer in CONSUMES[service]:
        stream, durable = STREAMS[producer], durable_name(service, producer)
        publish += [
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
            # The short form is sent today, the form with domain and account when it is turned on.
            f"$JS.ACK.{stream}.{durable}.>",
            f"$JS.ACK.*.*.{stream}.{durable}.>",
        ]
    return Permissions(publish=tuple(publish), subscribe=(f"{inbox_of(service)}.>",))
