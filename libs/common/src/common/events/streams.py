"""Streams and durable consumers, made by one bootstrap job: `python -m common.events.streams`.

Services only bind. An existing stream or consumer is compared; what would lose or reorder events is
refused, never done.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import nats
import nats.errors
import nats.js.errors
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    ReplayPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.client import JetStreamContext

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from common.contracts.envelope import SUBJECT_PREFIX
from common.events.nats import inbox_prefix

_LOG = logging.getLogger(__name__)
_DAY = 86_400
MAX_MESSAGE_BYTES = 512 * 1024
STREAM_BYTES = 2 * 1024**3
"""Least size limit of one stream; at the limit publishing fails and the outbox grows."""
BYTES_A_PERSON = 14_000
"""Measured: 4.6 kB of REGISTRY for one person who is registered and paid; three times that for 90 days."""

_MAY_GROW = frozenset({"max_bytes", "max_age", "max_msg_size"})
_MAY_CHANGE = frozenset({"description", "duplicate_window", "allow_atomic", "metadata"})
_CONSUMER_MAY_CHANGE = frozenset({"description", "ack_wait", "max_ack_pending", "max_waiting"})


class DestructiveChangeError(RuntimeError):
    """An existing stream or consumer differs in a way that only a person may decide on."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs: what it is on the server, what it should be."""

    field: str
    found: Any
    wanted: Any

    def __str__(self) -> str:
        """Write `field: found -> wanted`."""
        return f"{self.field}: {self.found} -> {self.wanted}"


def stream_bytes(people: int) -> int:
    """Give the size limit of one stream in an installation for so many beneficiaries."""
    return max(STREAM_BYTES, people * BYTES_A_PERSON)


def stream_config(service: str, *, max_bytes: int = STREAM_BYTES) -> StreamConfig:
    """Give the stream of a producer."""
    return StreamConfig(
        name=STREAMS[service],
        description=f"Events of {service}",
        subjects=[f"{SUBJECT_PREFIX}.{service}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=90 * _DAY,
        max_bytes=max_bytes,
        max_msg_size=MAX_MESSAGE_BYTES,
        duplicate_window=600,
        num_replicas=1,
        allow_atomic=True,
        deny_delete=True,
        deny_purge=True,
    )


def consumer_config(consumer: str, producer: str) -> ConsumerConfig:
    """Give the durable with which a service reads a producer's stream.

    `max_deliver` has no end: an outage of the database must not turn events into dead letters.
    """
    name = durable_name(consumer, producer)
    return ConsumerConfig(
        name=name,
        durable_name=name,
        description=f"{consumer} reads {producer}",
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        replay_policy=ReplayPolicy.INSTANT,
        ack_wait=60,
        max_ack_pending=1000,
        max_deliver=-1,
    )


async def bootstrap(js: JetStreamContext, *, max_bytes: int = STREAM_BYTES) -> list[str]:
    """Make what is missing, adjust what may be adjusted; give one line per thing done.

    Raises:
        DestructiveChangeError: nothing more was changed; the message names the settings.
    """
    done: list[str] = []
    for service in STREAMS:
        done += await _ensure_stream(js, stream_config(service, max_bytes=max_bytes))
    for consumer, producers in CONSUMES.items():
        for producer in producers:
            config = consumer_config(consumer, producer)
            done += await _ensure_consumer(js, STREAMS[producer], config)
    return done


async def _ensure_stream(js: JetStreamContext, wanted: StreamConfig) -> list[str]:
    name = str(wanted.name)
    try:
        found = (await js.stream_info(name)).config
    except nats.js.errors.NotFoundError:
        await js.add_stream(wanted)
        return [f"stream {name} made"]
    changes = list(_differences(found, wanted))
    refused = [change for change in changes if not _harmless(change)]
    if refused:
        text = "; ".join(str(change) for change in refused)
        msg = f"stream {name} differs, and changing it could lose events: {text}"
        raise DestructiveChangeError(msg)
    if not changes:
        return []
    await js.update_stream(wanted)
    return [f"stream {name} changed ({'; '.join(str(change) for change in changes)})"]


async def _ensure_consumer(js: JetStreamContext, stream: str, wanted: ConsumerConfig) -> list[str]:
    name = str(wanted.durable_name)
    try:
        found = (await js.consumer_info(stream, name)).config
    except nats.js.errors.NotFoundError:
        await js.add_consumer(stream, wanted)
        return [f"consumer {name} made"]
    changes = list(_differences(found, wanted))
    refused = [change for change in changes if change.field not in _CONSUMER_MAY_CHANGE]
    if refused:
        text = "; ".join(str(change) for change in refused)
        msg = f"consumer {name} differs, and changing it could lose or repeat events: {text}"
        raise DestructiveChangeError(msg)
    if not changes:
        return []
    await js.add_consumer(stream, wanted)
    return [f"consumer {name} changed ({'; '.join(str(change) for change in changes)})"]


def _differences(found: Any, wanted: Any) -> Iterator[Change]:
    """Compare the settings that we name; what we leave to the server is not compared."""
    if found is None:
        return
    for each in fields(wanted):
        value = getattr(wanted, each.name)
        if value is None:
            continue
        present = getattr(found, each.name)
        if (present or None) != (value or None):
            yield Change(each.name, present, value)


def _harmless(change: Change) -> bool:
    if change.field in _MAY_CHANGE:
        return True
    if change.field not in _MAY_GROW:
        return False
    unlimited = bool(change.wanted <= 0)
    return unlimited or bool(0 < change.found < change.wanted)


async def keep(
    js: JetStreamContext, *, max_bytes: int, every_seconds: float, marker: Path | None
) -> None:
    """Make what is missing again and again: a store that was wiped while it ran comes back.

    Relays publish again from their outboxes what a new stream lacks, and consumers skip what they know.

    Args:
        js: as the user `bootstrap`.
        max_bytes: size limit of one stream.
        every_seconds: pause between two looks.
        marker: touched after each look that went well, for a health check.
    """
    while True:
        try:
            for line in await bootstrap(js, max_bytes=max_bytes):
                _LOG.info(line)
            if marker is not None:
                marker.touch()  # noqa: ASYNC240 - an empty file in memory
        except (TimeoutError, nats.errors.Error) as error:
            _LOG.warning("streams: NATS does not answer (%s)", type(error).__name__)
        await asyncio.sleep(every_seconds)


async def _main(arguments: argparse.Namespace) -> None:
    options: dict[str, Any] = {}
    if arguments.nkey_seed_file:
        options["nkeys_seed"] = str(arguments.nkey_seed_file)
    elif arguments.user:
        password = os.environ.get("ANSINH_NATS_PASSWORD", "")
        file = os.environ.get("ANSINH_NATS_PASSWORD_FILE")
        if file:
            password = Path(file).read_text(encoding="utf-8").strip()  # noqa: ASYNC240 - before any work
        options |= {"user": arguments.user, "password": password}
    async with asyncio.timeout(arguments.timeout):
        client = await nats.connect(
            arguments.url,
            name="bootstrap",
            inbox_prefix=inbox_prefix("bootstrap"),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            **options,
        )
    js = client.jetstream(timeout=10)
    try:
        done = await bootstrap(js, max_bytes=arguments.max_bytes)
        if arguments.keep is not None:
            await keep(js, max_bytes=arguments.max_bytes, every_seconds=10, marker=arguments.keep)
    finally:
        await client.close()
    for line in done or ["streams and consumers are as they should be"]:
        _LOG.info(line)


def main() -> None:
    """Make the streams of the installation that the environment or the arguments name."""
    environment = os.environ
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--url", default=environment.get("ANSINH_NATS_URL", "nats://127.0.0.1:4222")
    )
    parser.add_argument("--user", default=environment.get("ANSINH_NATS_USER"))
    parser.add_argument("--nkey-seed-file", default=environment.get("ANSINH_NATS_NKEY_SEED_FILE"))
    parser.add_argument(
        "--people",
        type=int,
        default=int(environment.get("ANSINH_PEOPLE") or 0),
        help="beneficiaries",
    )
    parser.add_argument(
        "--max-bytes", type=int, default=int(environment.get("ANSINH_STREAM_BYTES") or 0)
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="MARKER",
        help="go on for ever; touch this file after each look",
    )
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds to wait for NATS")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    arguments = parser.parse_args()
    arguments.max_bytes = arguments.max_bytes or stream_bytes(arguments.people)
    try:
        asyncio.run(_main(arguments))
    except (DestructiveChangeError, TimeoutError, nats.errors.Error, OSError) as error:
        sys.exit(f"streams: {type(error).__name__} {error}")


if __name__ == "__main__":
    main()
