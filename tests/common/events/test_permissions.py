"""Each user of the bus tries each subject on a real server; what is not its own is refused.

What belongs to whom is said here in words, not by the permissions themselves.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import nats
import pytest

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from common.events.permissions import USERS
from common.testing.nats_server import PASSWORD, NatsServer

REFUSED = re.compile(
    r"permissions violation for (publish|subscription) to \"([^\"]+)\"", re.IGNORECASE
)
SERVICES = tuple(STREAMS)


def subjects() -> set[str]:
    """Give what could be published: events, acknowledgements and calls of JetStream, for everybody."""
    found = {"$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.PING.CONNZ", "ansinh.other.x.y.v1", "x"}
    for service, stream in STREAMS.items():
        found |= {
            f"ansinh.{service}.person.registered.v1",
            f"_INBOX.{service}.x",
            f"_INBOX_{service}.x",
        }
        calls = ("CREATE", "UPDATE", "INFO", "DELETE", "PURGE", "MSG.GET", "MSG.DELETE", "SNAPSHOT")
        found |= {f"$JS.API.STREAM.{call}.{stream}" for call in calls}
        found |= {f"$JS.API.DIRECT.GET.{stream}", f"$JS.API.CONSUMER.CREATE.{stream}"}
        found |= {f"$JS.API.CONSUMER.CREATE.{stream}.own-invention"}
        for consumer, producers in CONSUMES.items():
            if service in producers:
                durable = durable_name(consumer, service)
                for call in ("MSG.NEXT", "INFO", "DELETE", "CREATE", "DURABLE.CREATE"):
                    found.add(f"$JS.API.CONSUMER.{call}.{stream}.{durable}")
                found.add(f"$JS.ACK.{stream}.{durable}.1.1.1.1.0")
    return found


def owner_may(user: str, subject: str) -> bool:
    """Tell whether a subject is the user's business."""
    if user == "bootstrap":
        stream_call = re.fullmatch(r"\$JS\.API\.STREAM\.(CREATE|UPDATE|INFO)\.\w+", subject)
        durable = re.fullmatch(
            r"\$JS\.API\.CONSUMER\.(CREATE|DURABLE\.CREATE|INFO)\.\w+\.\w+-from-\w+", subject
        )
        return bool(stream_call or durable)
    own = STREAMS[user]
    if subject.startswith(f"ansinh.{user}."):
        return True
    if subject in {f"$JS.API.STREAM.INFO.{own}", f"$JS.API.STREAM.MSG.GET.{own}"}:
        return True
    return any(
        f"{STREAMS[producer]}.{durable_name(user, producer)}" in subject
        and re.match(r"\$JS\.(API\.CONSUMER\.(MSG\.NEXT|INFO)|ACK)\.", subject)
        for producer in CONSUMES[user]
    )


async def refusals(server: NatsServer, user: str, wanted: set[str], *, subscribe: bool) -> set[str]:
    """Try every subject; give those that the server refused."""
    told: set[str] = set()

    async def note(error: Exception) -> None:
        found = REFUSED.search(str(error))
        if found:
            # The client library tells errors in small letters.
            told.add(found[2])

    client = await nats.connect(server.url, user=user, password=PASSWORD, error_cb=note)
    for subject in sorted(wanted):
        if subscribe:
            await client.subscribe(subject)
        else:
            await client.publish(subject, b"")
    # The server answers in order: what it refuses has come when the last pong has.
    for _ in range(3):
        await client.flush()
        await asyncio.sleep(0)
    await client.close()
    return {subject for subject in wanted if subject.lower() in told}


@pytest.mark.parametrize("user", USERS)
async def test_a_user_may_say_what_is_its_own_and_nothing_else(
    nats_server: NatsServer, user: str
) -> None:
    wanted = subjects()
    refused = await refusals(nats_server, user, wanted, subscribe=False)
    allowed = {subject for subject in wanted if owner_may(user, subject)}
    assert allowed
    assert refused == wanted - allowed


@pytest.mark.parametrize("user", USERS)
async def test_a_user_hears_its_own_inbox_and_no_event(nats_server: NatsServer, user: str) -> None:
    wanted: Any = {">", "ansinh.>", "$JS.>", "$SYS.>", "_INBOX.>"}
    wanted |= {f"ansinh.{service}.>" for service in SERVICES}
    assert await refusals(nats_server, user, wanted, subscribe=True) == wanted
