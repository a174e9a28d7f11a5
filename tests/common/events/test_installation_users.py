"""The keys of an installation: each service connects with its own nkey, streams by `bootstrap`."""

from __future__ import annotations

import asyncio
import sys

from common.events.nats import Nats
from sandbox.servers.testing import TestServers


async def test_streams_are_made_by_command_and_a_service_reads_its_own_with_its_key(
    own_servers: TestServers,
) -> None:
    output = b""
    for _ in range(2):
        command = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "common.events.streams",
            env={
                "ANSINH_NATS_URL": own_servers.nats_url,
                "ANSINH_NATS_USER": "bootstrap",
                "ANSINH_NATS_NKEY_SEED_FILE": str(own_servers.nats_seed_file("bootstrap")),
            },
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await command.communicate()
        assert command.returncode == 0
    assert output == b"streams and consumers are as they should be\n"
    nats = Nats(
        own_servers.nats_url,
        service="registry",
        user="registry",
        nkey_seed_file=own_servers.nats_seed_file("registry"),
    )
    await nats.open(wait_seconds=10)
    info = await nats.jetstream.stream_info("REGISTRY")
    assert info.config.allow_atomic
    await nats.close()


async def test_the_command_says_why_it_failed() -> None:
    command = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "common.events.streams",
        "--url",
        "nats://127.0.0.1:1",
        "--timeout",
        "1",
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await command.communicate()
    assert command.returncode == 1
    assert b"streams: TimeoutError" in errors
