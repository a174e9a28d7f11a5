"""A nats-server process of one test: it can be killed, stopped, and set back to an older copy."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import nats
import nats.errors
from nats.aio.client import Client

from common.events.nats import inbox_prefix
from common.testing.servers import NatsProgram, NatsUser

ADMIN = "admin"
PASSWORD = "only-in-tests"  # noqa: S105 - a server on loopback that lives for one test
_START_SECONDS = 20.0
# Without `sync_interval: always`: what a killed process wrote is still in the kernel's cache, so that
# only the loss of power itself is not tried here.
_CONFIGURATION = """
host: 127.0.0.1
port: {port}
max_payload: 1MB
jetstream {{ store_dir: {store}, max_file_store: 20GB }}
system_account: SYS
accounts {{ SYS {{ }}, ANSINH {{ jetstream: enabled, users: [
{users}
] }} }}
"""


class NatsServer:
    """One server on a port of its own; every user's password is `PASSWORD`."""

    def __init__(self, program: NatsProgram, folder: Path) -> None:
        """Keep the parts; `start` starts."""
        self._program = program
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address, the same after a restart."""
        return f"nats://127.0.0.1:{self._port}"

    @property
    def store(self) -> Path:
        """The folder of the streams; copy it only while the server does not run."""
        return self._folder / "store"

    async def start(self) -> None:
        """Start and wait until it answers.

        Raises:
            RuntimeError: it ended at once, or does not answer.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        everything = NatsUser(publish=(">",), subscribe=(">",))
        users = {**self._program.users, ADMIN: everything}
        configuration = self._folder / "nats.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                port=self._port,
                store=json.dumps(str(self.store)),
                users="\n".join(_user(name, user) for name, user in users.items()),
            ),
            encoding="utf-8",
        )
        with (self._folder / "nats.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [str(self._program.binary), "-c", str(configuration)], stdout=log, stderr=log
            )
        for _ in range(int(_START_SECONDS / 0.02)):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.close()
                return
            await asyncio.sleep(0.02)
        msg = f"nats-server does not start: {(self._folder / 'nats.log').read_text()[-2000:]}"
        raise RuntimeError(msg)

    def kill(self) -> None:
        """End it with SIGKILL, as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def copy_store(self, to: Path) -> None:
        """Copy the stopped server's streams."""
        shutil.copytree(self.store, to)

    def replace_store(self, by: Path) -> None:
        """Put an older copy of the streams in place of a stopped server's."""
        shutil.rmtree(self.store)
        shutil.copytree(by, self.store)

    async def connect(self, user: str = ADMIN) -> Client:
        """Connect as a user; close the client afterwards."""
        return await nats.connect(
            self.url,
            user=user,
            password=PASSWORD,
            inbox_prefix=inbox_prefix(user),
            max_reconnect_attempts=-1,
        )

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(number)
            process.wait(timeout=20)


def _user(name: str, user: NatsUser) -> str:
    publish, subscribe = json.dumps(list(user.publish)), json.dumps(list(user.subscribe))
    return (
        f"{{ user: {name}, password: {json.dumps(PASSWORD)}, permissions: {{"
        f" publish: {{ allow: {publish} }}, subscribe: {{ allow: {subscribe} }} }} }}"
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
