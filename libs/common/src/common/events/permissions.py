"""What each NATS user may say and hear: its own subjects, its own consumers, its own inbox.

Streams, consumers and who reads whom come from the catalogue of contracts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from common.contracts.envelope import SUBJECT_PREFIX
from common.events.nats import inbox_prefix

BOOTSTRAP_USER = "bootstrap"
USERS: tuple[str, ...] = (BOOTSTRAP_USER, *STREAMS)


@dataclass(frozen=True)
class Permissions:
    """Subjects that a user may publish to and subscribe to; everything else is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def permissions_of(user: str) -> Permissions:
    """Give the permissions of a user: the bootstrap job or a service."""
    return bootstrap_permissions() if user == BOOTSTRAP_USER else service_permissions(user)


def bootstrap_permissions() -> Permissions:
    """Give the permissions of the user that makes streams and consumers."""
    return Permissions(
        publish=tuple(f"$JS.API.{call}" for call in _bootstrap_calls()),
        subscribe=(f"{inbox_prefix(BOOTSTRAP_USER)}.>",),
    )


def _bootstrap_calls() -> Iterator[str]:
    """Give its calls by exact name: a consumer of another name could hand it every event."""
    yield from ("INFO", "STREAM.NAMES", "STREAM.LIST")
    for stream in STREAMS.values():
        yield from (f"STREAM.{call}.{stream}" for call in ("CREATE", "UPDATE", "INFO"))
        yield from (f"CONSUMER.{call}.{stream}" for call in ("NAMES", "LIST"))
    for consumer, producers in CONSUMES.items():
        for producer in producers:
            name = f"{STREAMS[producer]}.{durable_name(consumer, producer)}"
            calls = ("CREATE", "DURABLE.CREATE", "INFO")
            yield from (f"CONSUMER.{call}.{name}" for call in calls)


def service_permissions(service: str) -> Permissions:
    """Give a service's: publish own events, check own stream, read by own consumers."""
    own = STREAMS[service]
    publish = [
        f"{SUBJECT_PREFIX}.{service}.>",
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
    return Permissions(publish=tuple(publish), subscribe=(f"{inbox_prefix(service)}.>",))


def users_configuration(public_key_of: Callable[[str], str]) -> str:
    """Give the `users` block of nats-server's configuration.

    Args:
        public_key_of: user -> its public nkey (`U...`); a seed never gets in here.
    """
    lines = [_user(user, public_key_of(user), permissions_of(user)) for user in USERS]
    return "users: [\n" + "\n".join(lines) + "\n]\n"


def _user(name: str, key: str, permissions: Permissions) -> str:
    publish, subscribe = json.dumps(permissions.publish), json.dumps(permissions.subscribe)
    return (
        f"  # {name}, inbox prefix {inbox_prefix(name)}\n"
        f"  {{ nkey: {key}, permissions: {{ publish: {{ allow: {publish} }},"
        f" subscribe: {{ allow: {subscribe} }} }} }}"
    )
