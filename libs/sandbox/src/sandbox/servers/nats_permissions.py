"""What each NATS user may say and hear: its own subjects, its own consumers, its own inbox.

The names are a contract with the file of streams and consumers in `common.events.streams`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SUBJECT_ROOT = "ansinh"
PRODUCERS_OF: Mapping[str, tuple[str, ...]] = {
    "registry": ("eligibility", "disbursement"),
    "eligibility": ("registry",),
    "disbursement": ("registry", "eligibility"),
    "reporting": ("registry", "eligibility", "disbursement"),
}
"""Who listens to whom."""
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


def stream_of(service: str) -> str:
    """The stream that a service publishes to."""
    return service.upper()


def durable_of(consumer: str, producer: str) -> str:
    """The durable consumer with which one service reads the events of another."""
    return f"{consumer}-from-{producer}"


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
    own = stream_of(service)
    publish = [
        f"{SUBJECT_ROOT}.{service}.>",
        f"$JS.API.STREAM.INFO.{own}",
        f"$JS.API.STREAM.MSG.GET.{own}",
    ]
    for producer in PRODUCERS_OF[service]:
        stream, durable = stream_of(producer), durable_of(service, producer)
        publish += [
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
            # The short form is sent today, the form with domain and account when it is turned on.
            f"$JS.ACK.{stream}.{durable}.>",
            f"$JS.ACK.*.*.{stream}.{durable}.>",
        ]
    return Permissions(publish=tuple(publish), subscribe=(f"{inbox_of(service)}.>",))
