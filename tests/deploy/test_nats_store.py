"""The streams at rest: what an event says cannot be read in the files of NATS."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from common.events.nats import Nats
from common.events.streams import bootstrap
from common.testing.servers import NatsProgram

DEPLOY = Path(__file__).parents[2] / "deploy"
MARKER = "DAUVETTRONGLUONG"
INCLUDE = "  include ../../run/secrets/nats_store.conf\n"


def installed(root: Path, *, encrypted: bool) -> Path:
    """Lay out what the container sees, with the real configuration; only places and ports differ."""
    config, secrets = root / "etc/nats", root / "run/secrets"
    config.mkdir(parents=True)
    subprocess.run(
        [sys.executable, DEPLOY / "make_secrets.py", "--secrets", secrets, "--nats", config],
        check=True,
        capture_output=True,
    )
    text = (DEPLOY / "nats/nats.conf").read_text("utf-8")
    assert INCLUDE in text
    for pattern, own in (
        (r"store_dir: \S+", f'store_dir: "{root}/store"'),
        (r"port: 4222", f"port: {free_port()}"),
        (r'http: ".*"', f'http: "127.0.0.1:{free_port()}"'),
        (r"host: \S+", "host: 127.0.0.1"),
    ):
        text, count = re.subn(pattern, own, text)
        assert count == 1, pattern
    file = config / "nats.conf"
    file.write_text(text if encrypted else text.replace(INCLUDE, ""), "utf-8")
    return file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address_of(file: Path) -> str:
    port = re.search(r"port: (\d+)", file.read_text("utf-8"))
    assert port is not None
    return f"nats://127.0.0.1:{port[1]}"


@asynccontextmanager
async def server(program: NatsProgram, file: Path) -> AsyncIterator[str]:
    """Run NATS with a configuration; gives its address."""
    process = subprocess.Popen([str(program.binary), "-c", str(file)], stderr=subprocess.DEVNULL)
    try:
        yield address_of(file)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def told(program: NatsProgram, root: Path, *, encrypted: bool) -> bytes:
    """Publish an event with a marker as a service does; give every byte of the store."""
    file = installed(root, encrypted=encrypted)
    async with server(program, file) as url:
        for user in ("bootstrap", "disbursement"):
            seed = root / f"run/secrets/nats_{user}.nk"
            nats = Nats(url, service=user, user=user, nkey_seed_file=seed)
            await nats.open(wait_seconds=10)
            if user == "bootstrap":
                await bootstrap(nats.jetstream)
            else:
                subject = "ansinh.disbursement.recovery.opened.v1"
                await nats.jetstream.publish(subject, MARKER.encode())
            await nats.close()
    files = [path for path in (root / "store").rglob("*") if path.is_file()]
    assert files
    return b"".join(path.read_bytes() for path in files)


async def test_the_store_of_an_installation_shows_no_event(
    nats_program: NatsProgram, tmp_path: Path
) -> None:
    plain = await told(nats_program, tmp_path / "plain", encrypted=False)
    # The search finds what is there when nothing is encrypted.
    assert MARKER.encode() in plain
    sealed = await told(nats_program, tmp_path / "sealed", encrypted=True)
    assert MARKER.encode() not in sealed
    shutil.rmtree(tmp_path / "plain")
